"""Keep records of usage as OpenTelemetry metrics: calls, tokens, money, by whoever paid."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from opentelemetry import metrics

from llmkit.errors import ConfigurationError, nearest
from llmkit.metering.records import UsageRecord
from llmkit.providers.telemetry_names import TELEMETRY_NAMES
from llmkit.tracing import conventions as named
from llmkit.version import VERSION

_SCOPES = ("tenant", "user", "key", "tags")
_TOKENS = ("uncached", "cache_read", "cache_write", "output_text", "reasoning", "output_other")


class TelemetrySink:
    """`LLMKit(layers=[Meter(TelemetrySink())])` counts what is recorded: `llmkit.usage.calls`, `.tokens`, `.cost`, `.saved`, `.seconds`.

    `by` names what is counted apart beside model, operation and status: `tenant`, `user`, `key`, `tags`. Each value of these is a
    series of its own wherever the metrics go, so only the tenant is unless you ask. A cost that is not known is not counted as 0 but
    as a call of `llmkit.usage.unpriced`. What an exporter has not sent when the process dies is lost: keep a file, too, where that
    matters.
    """

    blocking = False

    def __init__(self, *, by: Sequence[str] = ("tenant",), meter_provider: metrics.MeterProvider | None = None) -> None:
        for name in (by,) if isinstance(by, str) else by:
            if name not in _SCOPES:
                near = nearest(str(name), _SCOPES)
                hint = f"Did you mean {near[0]}?" if near else f"Names: {', '.join(_SCOPES)}."
                raise ConfigurationError(f"Usage cannot be counted by {name!r}.", parameter="by", hint=hint)
        meter = (meter_provider or metrics.get_meter_provider()).get_meter("llmkit", VERSION)
        self._by = (by,) if isinstance(by, str) else tuple(by)
        self._calls = meter.create_counter("llmkit.usage.calls", unit="{call}")
        self._unpriced = meter.create_counter("llmkit.usage.unpriced", unit="{call}", description="Calls whose cost is not known.")
        self._tokens = meter.create_counter("llmkit.usage.tokens", unit="{token}")
        self._cost = meter.create_counter("llmkit.usage.cost", unit="{USD}")
        self._saved = meter.create_counter("llmkit.usage.saved", unit="{USD}", description="What caches saved.")
        self._seconds = meter.create_histogram(
            "llmkit.usage.seconds", unit="s", explicit_bucket_boundaries_advisory=list(named.SECONDS_BUCKETS)
        )

    def write(self, records: Sequence[UsageRecord], /) -> None:
        """Count `records`."""
        for record in records:
            self._count(record, self._about(record))

    def _count(self, record: UsageRecord, about: dict[str, Any]) -> None:
        self._calls.add(1, about)
        self._seconds.record(record.seconds, about)
        for name in _TOKENS:
            if count := getattr(record, name):
                self._tokens.add(count, {**about, "llmkit.usage.bucket": name})
        if record.cost is None:
            self._unpriced.add(1, about)
        else:
            self._cost.add(float(Decimal(record.cost)), about)
        if record.saved is not None and (saved := Decimal(record.saved)) > 0:
            self._saved.add(float(saved), about)

    def _about(self, record: UsageRecord) -> dict[str, Any]:
        provider, _, model = record.model.partition("/")
        about: dict[str, Any] = {
            named.OPERATION: named.OPERATIONS.get(record.operation, record.operation),
            named.REQUEST_MODEL: model,
            "gen_ai.provider.name": TELEMETRY_NAMES.get(provider, provider),
            "llmkit.usage.status": record.status,
        }
        if record.error:
            about[named.ERROR] = record.error
        about |= {f"llmkit.usage.{name}": True for name in ("cached", "again", "hedged", "estimated") if getattr(record, name)}
        return about | {f"llmkit.{name}": value for name in self._by if (value := getattr(record, name))}

    def close(self) -> None:
        """Do nothing: the SDK's owner shuts it down."""

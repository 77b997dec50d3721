"""What work costs on a model: one line for each, and why where it is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from llmkit.types.usage import Cost, Usage

if TYPE_CHECKING:
    from llmkit.client import LLMKit
    from llmkit.types.model_info import Match, ModelInfo

__all__ = ["CostLine", "Tally", "cheapest", "in_order", "missing", "of_text", "of_usage", "priced"]


class CostLine(NamedTuple):
    """The cost of some work on a model. `amount` None: not known, and `reason` says why."""

    model: str
    requests: int
    usage: Usage
    amount: Decimal | None
    currency: str = "USD"
    basis: str = ""
    as_of: str | None = None
    reason: str = ""
    unpriced: int = 0
    """Requests whose cost is not known: the amount is of the others."""
    error: float | None = None
    """How far off the tokens may be, relatively, where they are estimated and that was measured."""


def of_usage(kit: LLMKit, model: str, usage: Usage, service: str) -> CostLine:
    """Return what `usage` costs on `model`."""
    found = kit.models.match(model)
    cost, reason = priced(found, usage, service, missing=missing(kit, model))
    return _line(found.info.model if found.info is not None else model, usage, cost, reason)


def of_text(kit: LLMKit, model: str, text: str, output_tokens: int | None, service: str) -> CostLine:
    """Return what a question costs on `model`: without `output_tokens` its input alone."""
    told = kit.estimate(model, text, output_tokens=output_tokens, service=service)
    usage = Usage(uncached=told.input.tokens, output_text=output_tokens or 0)
    if told.input.method == "estimated":
        usage = usage.replace(source="estimated")
    cost = told.input_cost if output_tokens is None else told.cost
    reason = "; ".join([warning.detail for warning in told.warnings if warning.parameter == "cost"])
    return _line(told.model, usage, cost, reason or "not known")._replace(error=told.input.error)


def _line(model: str, usage: Usage, cost: Cost | None, reason: str) -> CostLine:
    if cost is None:
        return CostLine(model, 1, usage, None, reason=reason, unpriced=1)
    return CostLine(model, 1, usage, cost.amount, cost.currency, cost.basis, cost.as_of)


def missing(kit: LLMKit, model: str) -> str:
    """Return why an id may mean no model."""
    owners = kit.models.registry.owners(model) if model else ()
    return f"{len(owners)} providers serve it, and it is not said which is meant" if len(owners) > 1 else "no such model is known"


def priced(found: Match, usage: Usage, service: str, *, at: float | None = None, missing: str = "") -> tuple[Cost | None, str]:
    """Return the cost by the listed price, or None and why. What is only like the model that was asked for has no price."""
    from llmkit.models.cost import explain

    info = found.info
    if info is None:
        return None, missing
    if found.kind not in ("exact", "alias"):
        return None, f"not known; {info.model} is like it, and its price may differ"
    if info.price is None:
        return None, "no price of it is known"
    if info.subscription:
        return None, "paid by a plan of the provider"
    told = explain(info.price, usage, service=service, region=found.region, at=at, as_of=info.price_as_of)
    return told.cost, told.reason


class Tally:
    """The costs of many answers on one model."""

    def __init__(self, model: str, found: Match, missing: str) -> None:
        self.model = model
        self._missing = missing
        self._found = found
        self._requests = 0
        self._counts: Counter[str] = Counter()
        self._tools: Counter[str] = Counter()
        self._amount = Decimal()
        self._basis: dict[str, None] = {}
        self._as_of: str | None = None
        self._currency = "USD"
        self._reasons: Counter[str] = Counter()

    def add(self, usage: Usage, *, told: Cost | None, service: str, at: float | None) -> None:
        """Add an answer; what its provider `told` wins."""
        self._requests += 1
        for name in _COUNTS:
            if count := getattr(usage, name):
                self._counts[name] += count
        if usage.server_tools:
            self._tools.update(usage.server_tools)
        cost, reason = (told, "") if told is not None else priced(self._found, usage, service, at=at, missing=self._missing)
        if cost is None:
            self._reasons[reason] += 1
            return
        if self._basis and cost.currency != self._currency:
            self._reasons[f"in {cost.currency}, the others in {self._currency}"] += 1
            return
        self._amount += cost.amount
        self._currency = cost.currency
        self._basis[cost.basis] = None
        self._as_of = cost.as_of or self._as_of

    def line(self) -> CostLine:
        """Return the sum."""
        counts: dict[str, Any] = {name: self._counts[name] for name in _COUNTS}
        usage = Usage(**counts, server_tools=dict(self._tools))
        unpriced = sum(self._reasons.values())
        known = self._requests > unpriced
        most = self._reasons.most_common(3)
        reasons = "; ".join([f"{reason} ({count:,} of {self._requests:,})" if known else reason for reason, count in most])
        basis = next(iter(self._basis), "") if len(self._basis) < 2 else "mixed"
        amount = self._amount if known else None
        return CostLine(self.model, self._requests, usage, amount, self._currency, basis, self._as_of, reasons, unpriced)


_COUNTS = (
    "uncached",
    "cache_read",
    "cache_write",
    "cache_write_5m",
    "cache_write_1h",
    "output_text",
    "reasoning",
    "output_audio",
    "output_image",
    "input_audio",
    "input_image",
)


def in_order(lines: Iterable[CostLine]) -> list[CostLine]:
    """Return the cheapest first, by currency; what is not known comes last."""
    return sorted(lines, key=lambda line: (line.amount is None, line.currency != "USD", line.currency, line.amount or 0, line.model))


def cheapest(kit: LLMKit, count: int, wishes: dict[str, Any], usage: Usage, service: str) -> list[ModelInfo]:
    """Return the models that do the work for least."""
    work: dict[str, Any] = {"input_tokens": usage.input, "output_tokens": usage.output, "cached_tokens": usage.cache_read}
    if service:
        work["service"] = service
    return [ranked.info for ranked in kit.models.cheapest(count, **work, **wishes)]

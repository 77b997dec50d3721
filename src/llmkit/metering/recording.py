"""Make the record of one call."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from llmkit.errors import LLMKitError, ProviderError
from llmkit.metering.measuring import Measured, answered, counted, measured
from llmkit.metering.money import micro_up
from llmkit.metering.prices import Prices
from llmkit.metering.records import Status, UsageRecord
from llmkit.metering.wanted import Wanted, wanted
from llmkit.runtime.protocol import Runtime
from llmkit.types.reply import Reply
from llmkit.types.request import Request
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import CompletionResponse
from llmkit.types.usage import Usage

NOTHING = Measured(None, Decimal(), "", False)
"""What was fetched again, or failed, used."""
_NONE = Usage()


class Moment(NamedTuple):
    """The id of a record; when its call began, on the wall and on the clock; and how long its first event took."""

    id: str
    at: float
    begun: float
    first_event: float | None = None


class Recorded(Protocol):
    """What is read of a call."""

    @property
    def request(self) -> Request: ...
    @property
    def model(self) -> str: ...
    @property
    def runtime(self) -> Runtime: ...
    @property
    def scope(self) -> Any: ...
    @property
    def budget(self) -> Any: ...
    @property
    def operation(self) -> str: ...
    @property
    def stream(self) -> bool: ...
    def input_tokens(self) -> int: ...


def record_of(
    call: Recorded, moment: Moment, answer: Reply | None, status: Status, error: BaseException | None, found: Measured
) -> UsageRecord:
    """Return the record of a call that is over, and that used what was `found`."""
    usage, scope, cost = found.usage or _NONE, call.scope, found.cost
    written = usage.cache_write + usage.cache_write_5m + usage.cache_write_1h
    return UsageRecord(
        id=moment.id,
        at=moment.at,
        operation=call.operation,
        model=_model(call, answer, error),
        answered_by="" if answer is None else answer.model,
        tenant=scope.tenant,
        user=scope.user,
        key=scope.key,
        tags=scope.tags,
        status=status,
        error="" if error is None else type(error).__name__,
        http_status=error.status if isinstance(error, ProviderError) else None,
        finish=answer.finish.unified if isinstance(answer, CompletionResponse) else "",
        stream=call.stream,
        uncached=usage.uncached,
        cache_read=usage.cache_read,
        cache_write=written,
        output_text=usage.output_text,
        reasoning=usage.reasoning,
        output_other=usage.output_audio + usage.output_image,
        units={} if answer is None else answer.units,
        estimated=found.estimated,
        cost=None if cost is None else f"{cost:f}",
        micro=None if cost is None else micro_up(cost),
        basis=found.basis if cost is not None else "",
        saved=_saved(answer) if usage.cache_read else None,
        seconds=call.runtime.now() - moment.begun,
        first_event=moment.first_event,
        attempts=max(1, len(answer.attempts)) if answer is not None else len(call.budget.attempts),
        request_id=(answer.request_id if answer is not None else getattr(error, "request_id", None)) or "",
        response_id=(answer.id or "") if answer is not None else "",
    )


def use_of(call: Recorded, moment: Moment, answer: Reply | None, status: Status, prices: Prices) -> Measured:
    """Return what a call used. A failure used nothing that we know of; a call that its caller gave up used its input at least."""
    if answer is not None:
        use = Wanted() if answer.cost is not None or isinstance(call.request, CompletionRequest) else wanted(call)
        return measured(answer, call.request, answered(answer, call.model), prices, at=moment.at, wanted=use)
    if status == "error":
        return NOTHING
    usage = counted(None, call.request, call.model)
    return Measured(usage, prices.cost(call.model, usage, moment.at), "registry", True)


def _model(call: Recorded, answer: Reply | None, error: BaseException | None) -> str:
    if answer is not None:
        return answered(answer, call.model)
    if isinstance(error, LLMKitError) and error.provider and error.model:
        return f"{error.provider}/{error.model}"
    return call.model


def _saved(answer: Reply | None) -> str | None:
    """Return what the provider's cache saved: what the tokens from it would have cost at the rate of the other ones."""
    usage, cost = (None, None) if answer is None else (answer.usage, answer.cost)
    if usage is None or cost is None or cost.usd is None or not usage.cache_read:
        return None
    paid, plain = cost.buckets.get("cache_read"), cost.buckets.get("uncached")
    if paid is None or not plain or not usage.uncached:
        return None
    return f"{(plain / usage.uncached * usage.cache_read - paid).quantize(Decimal('0.000001')):f}"

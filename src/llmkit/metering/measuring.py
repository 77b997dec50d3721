"""Say what a call used and cost: as its answer tells it, or counted here where it was cut short."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from llmkit.metering.prices import Prices
from llmkit.metering.wanted import Wanted
from llmkit.types.parts import InvalidToolCall, ToolCall
from llmkit.types.reply import Reply
from llmkit.types.request import Request
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import CompletionResponse
from llmkit.types.usage import Usage

_CALLS = (ToolCall, InvalidToolCall)
_UNSAID = Wanted()


class Measured(NamedTuple):
    """What a call used and cost in dollars. `cost` None: not known; `estimated`: counted here, and not told by the provider."""

    usage: Usage | None
    cost: Decimal | None
    basis: str
    estimated: bool


def measured(answer: Reply, request: Request, model: str, prices: Prices, *, at: float, wanted: Wanted = _UNSAID) -> Measured:
    """Return what `answer` used and cost; `model` is the one that gave it, `at` the time of day in Unix seconds.

    Where an operation is billed by the piece and its answer tells no cost, it is what was `wanted`.
    """
    usage = answer.usage
    told = usage is not None
    if answer.units:
        wanted = wanted._replace(units=answer.units, variant=answer.variant or wanted.variant)
    estimated = usage.source == "estimated" if usage is not None else isinstance(answer, CompletionResponse)
    cost = answer.cost.usd if answer.cost is not None else None
    if cost is not None and cost.is_finite():
        return Measured(usage, cost, answer.cost.basis if answer.cost else "", estimated and told)
    if usage is None:
        usage = counted(answer, request, model)
    if answer.cost is None and answer.provider and not any(warning.parameter == "cost" for warning in answer.warnings):
        return Measured(usage, Decimal(), "free", estimated)  # a model that runs here
    return Measured(usage, prices.cost(model, usage, at, wanted), "registry", not told or estimated)


def counted(answer: Reply | None, request: Request, model: str) -> Usage:
    """Return the tokens of a request and of as much of its answer as came, counted here."""
    from llmkit.tokens import count, count_text  # answers tell their tokens: only the others pay for it

    if not isinstance(request, CompletionRequest):
        words = "\n".join(request.texts())
        return Usage(uncached=count_text(words, model, using="estimate").tokens if words else 0, source="estimated")
    spoken, thought = _said(answer)
    return Usage(
        uncached=count(request, model, using="estimate").tokens,
        output_text=count_text(spoken, model, using="estimate").tokens if spoken else 0,
        reasoning=count_text(thought, model, using="estimate").tokens if thought else 0,
        source="estimated",
    )


def _said(answer: Any) -> tuple[str, str]:
    if not isinstance(answer, CompletionResponse):
        return "", ""
    called = [part.name + part.json for part in answer.content if isinstance(part, _CALLS)]
    return answer.text + "".join(called), answer.reasoning


def answered(answer: Reply, model: str) -> str:
    """Return the model that gave the answer, as it was asked for: failover may have changed it."""
    last = answer.attempts[-1] if answer.attempts else None
    return f"{last.provider}/{last.model}" if last is not None and last.error is None and last.provider else model

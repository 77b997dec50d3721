"""Say what a call used and cost: as its answer tells it, or counted here where it was cut short."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from llmkit.metering.prices import Prices
from llmkit.tokens import count, count_text
from llmkit.types.parts import InvalidToolCall, ToolCall
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import CompletionResponse
from llmkit.types.usage import Usage

_CALLS = (ToolCall, InvalidToolCall)
_UNKNOWN_ERROR = 0.5
"""What is added to an estimate of tokens whose error is not known."""


class Expected(NamedTuple):
    """The input of a request: its tokens, these with the error of the estimate on top, and what may have prices of its own."""

    tokens: int
    most: int
    kinds: frozenset[str]


class Measured(NamedTuple):
    """What a call used and cost in dollars. `cost` None: not known; `estimated`: counted here, and not told by the provider."""

    usage: Usage | None
    cost: Decimal | None
    basis: str
    estimated: bool


def expected(request: CompletionRequest, model: str) -> Expected:
    """Estimate the input of `request`; takes microseconds for each kilobyte."""
    counted = count(request, model, using="estimate")
    most = round(counted.tokens * (1 + (_UNKNOWN_ERROR if counted.error is None else counted.error))) + 1
    kinds = {name for name, bucket in (("image", "images"), ("audio", "audio"), ("video", "video")) if counted.buckets.get(bucket)}
    if _marked(request):
        kinds.add("cache")
    return Expected(counted.tokens, most, frozenset(kinds))


def measured(answer: CompletionResponse, request: CompletionRequest, model: str, prices: Prices, *, at: float) -> Measured:
    """Return what `answer` used and cost; `model` is the one that gave it, `at` the time of day in Unix seconds."""
    usage = answer.usage
    if usage is not None:
        cost = answer.cost.usd if answer.cost is not None else None
        if cost is not None and cost.is_finite():
            return Measured(usage, cost, answer.cost.basis if answer.cost else "", usage.source == "estimated")
        if answer.cost is None and not any(warning.parameter == "cost" for warning in answer.warnings):
            return Measured(usage, Decimal(), "free", False)  # a model that runs here
        return Measured(usage, prices.cost(model, usage, at), "registry", usage.source == "estimated")
    usage = counted(answer, request, model)
    return Measured(usage, prices.cost(model, usage, at), "registry", True)


def counted(answer: CompletionResponse | None, request: CompletionRequest, model: str) -> Usage:
    """Return the tokens of a request and of as much of its answer as came, counted here."""
    spoken = "" if answer is None else answer.text + "".join([part.name + part.json for part in answer.content if isinstance(part, _CALLS)])
    thought = "" if answer is None else answer.reasoning
    return Usage(
        uncached=count(request, model, using="estimate").tokens,
        output_text=count_text(spoken, model, using="estimate").tokens if spoken else 0,
        reasoning=count_text(thought, model, using="estimate").tokens if thought else 0,
        source="estimated",
    )


def answered(answer: CompletionResponse, model: str) -> str:
    """Return the model that gave the answer, as it was asked for: failover may have changed it."""
    last = answer.attempts[-1] if answer.attempts else None
    return f"{last.provider}/{last.model}" if last is not None and last.error is None and last.provider else model


def _marked(request: CompletionRequest) -> bool:
    if request.cache is not None:
        return True
    return any(message.cache is not None or any(part.cache is not None for part in message.content) for message in request.messages)

"""One call as a record: who, how long, how much, how it ended. Words only where asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmkit.errors import LLMKitError, ProviderError
from llmkit.tracing.cache_diagnosis import cache_diagnosis
from llmkit.types.reply import Attempt, Reply
from llmkit.types.responses import CompletionResponse
from llmkit.types.usage import Cost, Usage

if TYPE_CHECKING:
    from llmkit.pipeline.call import Call
    from llmkit.pipeline.trace import Outcome
    from llmkit.tracing.content import Content

Object = dict[str, Any]
_BUCKETS = tuple(name for name in Usage.__struct_fields__ if name not in ("raw", "server_tools", "source"))


def record(call: Call, outcome: Outcome, content: Content | None = None) -> Object:
    """Return the call as plain data; a field that is not known is left out."""
    response, error = outcome.response, outcome.error
    fields: Object = {
        "operation": call.operation,
        "stream": call.stream,
        "models": list(call.models),
        "provider": getattr(response, "provider", "") or getattr(error, "provider", None) or call.model.partition("/")[0],
        "status": status(outcome),
        "seconds": round(outcome.seconds, 6),
        "tenant": call.scope.tenant,
        "tags": list(call.scope.tags),
        "attempts": [_attempt(attempt) for attempt in outcome.attempts],
        "error": None if error is None else _error(error, content),
        **(_answer(response) if isinstance(response, Reply) else _amounts(response)),
    }
    if content is not None:
        fields["input"] = asked(call, content)
        fields["output"] = said(response, content)
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def status(outcome: Outcome) -> str:
    """Return `ok`, `error`, or `abandoned` where the reader went away."""
    if outcome.error is not None:
        return "error"
    return "ok" if outcome.complete else "abandoned"


def asked(call: Call, content: Content) -> list[Object]:
    """Return the words of the request: turns of a conversation, or the texts of another operation as one of the user."""
    messages = getattr(call.request, "messages", None)
    if messages is None:
        return content.texts("user", call.request.texts())
    instructions = content.system(messages)
    return [*([{"role": "system", "parts": instructions}] if instructions else []), *content.conversation(messages)]


def said(response: Any, content: Content) -> Object | None:
    """Return the words of the answer, as a model's turn."""
    if isinstance(response, CompletionResponse):
        return content.answer(response.content, response.finish.unified)
    turns = content.texts("assistant", response.texts()) if isinstance(response, Reply) else []
    return turns[0] if turns else None


def _answer(response: Reply) -> Object:
    diagnosis = cache_diagnosis(response) if isinstance(response, CompletionResponse) else None
    return {
        "id": response.id,
        "request_id": response.request_id,
        "model": response.model,
        "finish": response.finish.unified if isinstance(response, CompletionResponse) else None,
        "warnings": [f"{warning.kind} {warning.parameter}" for warning in response.warnings],
        "units": response.units,
        "cache_diagnosis": None if diagnosis is None else {"kind": diagnosis.kind, "reason": diagnosis.reason},
        **_amounts(response),
    }


def _amounts(response: Any) -> Object:
    usage, cost = getattr(response, "usage", None), getattr(response, "cost", None)
    return {
        "usage": tokens(usage) if isinstance(usage, Usage) else None,
        "cost": {"amount": str(cost.amount), "currency": cost.currency, "basis": cost.basis} if isinstance(cost, Cost) else None,
    }


def tokens(usage: Usage) -> Object:
    """Return the sums, the buckets that hold something, and whether they were estimated."""
    buckets = {name: count for name in _BUCKETS if (count := getattr(usage, name))}
    estimated = {"estimated": True} if usage.source == "estimated" else {}
    return {"input": usage.input, "output": usage.output, **buckets, **estimated}


def _attempt(attempt: Attempt) -> Object:
    fields: Object = {
        "model": f"{attempt.provider}/{attempt.model}",
        "seconds": round(attempt.seconds, 6),
        "error": attempt.error,
        "status": attempt.status,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _error(error: BaseException, content: Content | None) -> Object:
    """An error's message can quote what was asked; it is kept where the words are kept."""
    fields: Object = {"type": type(error).__name__}
    if isinstance(error, ProviderError):
        fields |= {"status": error.status or None, "code": error.code, "request_id": error.request_id}
    if isinstance(error, LLMKitError):
        fields["retryable"] = error.retryable or None
        fields["message"] = content.text(str(error)) if content is not None else None
    return {name: value for name, value in fields.items() if value is not None}

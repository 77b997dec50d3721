"""From a body to an answer."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.cohere.answer import MESSAGE_FIELDS, finish_of, logprobs_of, parts_of, usage_of
from llmkit.dialects.cohere.errors import failure_of
from llmkit.dialects.openai_chat.wire import Object, is_object, loads, name_of, text_of, told
from llmkit.errors import ProtocolError
from llmkit.types.parts import InvalidToolCall, Provenance, ToolCall
from llmkit.types.responses import CompletionResponse

BODY_FIELDS = frozenset({"id", "model", "message", "finish_reason", "usage", "logprobs"})


def decode(body: bytes, /, *, origin: Provenance) -> CompletionResponse:
    """Return the response in `body`. Raises `ProtocolError` for other bytes, `ProviderError` for an error with status 200."""
    answer = _object(body)
    message = answer.get("message")
    if text_of(answer.get("error")) or isinstance(message, str):
        raise failure_of(answer)
    if not isinstance(message, dict):
        raise ProtocolError("The answer has no message.")
    name = name_of(answer.get("id"))
    content = parts_of(message, response_id=name or "", origin=origin)
    extra = told(answer, BODY_FIELDS)
    beside = told(message, MESSAGE_FIELDS)
    if beside:
        extra["message"] = beside
    return CompletionResponse(
        id=name,
        model=text_of(answer.get("model")),
        content=tuple(content),
        finish=finish_of(answer.get("finish_reason"), calls=any(isinstance(part, ToolCall | InvalidToolCall) for part in content)),
        logprobs=logprobs_of(answer.get("logprobs")),
        usage=usage_of(answer.get("usage")),
        extra=extra,
        raw=msgspec.Raw(body),
    )


def _object(body: bytes) -> Object:
    problem: str
    try:
        answer: Any = loads(body)
        if is_object(answer):
            return answer
        problem = "not a JSON object"
    except ValueError:
        problem = "not JSON" if body.strip() else "empty"
    raise ProtocolError(f"The answer is {problem}.")

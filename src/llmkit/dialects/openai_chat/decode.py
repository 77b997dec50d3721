"""From a body to an answer."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.openai_chat.answer import MESSAGE_FIELDS, parts_of
from llmkit.dialects.openai_chat.errors import error_in, error_of
from llmkit.dialects.openai_chat.finish import finish_of
from llmkit.dialects.openai_chat.logprobs import logprobs_of
from llmkit.dialects.openai_chat.plain_answer import plain_answer
from llmkit.dialects.openai_chat.sources import beside_of
from llmkit.dialects.openai_chat.usage import cost_of, usage_object, usage_of
from llmkit.dialects.openai_chat.wire import Object, is_object, loads, name_of, number_of, object_of, objects_of, text_of, told
from llmkit.errors import ProtocolError
from llmkit.types.parts import InvalidToolCall, Provenance, ToolCall
from llmkit.types.responses import Candidate, CompletionResponse

BODY_FIELDS = frozenset(
    {"id", "object", "created", "model", "choices", "usage", "service_tier", "error", "search_results", "obfuscation", "p", "status_code"}
)
CHOICE_FIELDS = frozenset({"index", "message", "delta", "text", "finish_reason", "logprobs", "usage", "error", "role", "tool_calls"})


def decode(body: bytes, /, *, origin: Provenance) -> CompletionResponse:
    """Return the response in `body`. Raises `ProtocolError` for other bytes, `ProviderError` for an error with status 200."""
    return plain_answer(body, origin) or read_answer(body, origin)


def read_answer(body: bytes, origin: Provenance) -> CompletionResponse:
    """Return the response in `body`, read field by field: whatever servers make of this format."""
    answer = _object(body)
    choices = objects_of(answer.get("choices"))
    failure = error_in(answer) or (error_in(choices[0]) if choices else None)
    if failure is not None:
        raise error_of(failure, answer)
    if not any(_message(choice) is not None or choice.get("finish_reason") for choice in choices):
        raise ProtocolError("The answer has no choices.")
    name = name_of(answer.get("id"))
    candidates = [_candidate(choice, name or "", origin) for choice in choices]
    wire = usage_object(answer)
    created = number_of(answer.get("created"))
    return CompletionResponse(
        id=name,
        model=text_of(answer.get("model")),
        content=candidates[0].content + tuple(beside_of(answer, origin=origin)),
        finish=candidates[0].finish,  # type: ignore[arg-type] # always set here
        logprobs=candidates[0].logprobs,
        candidates=tuple(candidates[1:]),
        usage=usage_of(wire),
        cost=cost_of(wire, answer),
        created=float(created) if created else None,
        service_tier=name_of(answer.get("service_tier")) or name_of(object_of(wire).get("service_tier")),
        extra=extra_of(answer, choices[0], _message(choices[0]) or {}),
        raw=msgspec.Raw(body),
    )


def extra_of(answer: Object, choice: Object, message: Object) -> Object:
    """Return what is said beside the answer: by the body, by its first choice, by that choice's message."""
    extra = told(answer, BODY_FIELDS)
    for key, fields in (("choice", told(choice, CHOICE_FIELDS)), ("message", told(message, MESSAGE_FIELDS))):
        if fields:
            extra[key] = fields
    expires = object_of(message.get("audio")).get("expires_at")
    if expires:
        extra["audio"] = {"expires_at": expires}
    return extra


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


def _message(choice: Object) -> Object | None:
    message = choice.get("message")
    if isinstance(message, dict):
        return message
    return {"content": choice["text"]} if isinstance(choice.get("text"), str) else None


def _candidate(choice: Object, response_id: str, origin: Provenance) -> Candidate:
    content = parts_of(_message(choice) or {}, response_id=response_id, origin=origin)
    return Candidate(
        content=content,
        finish=finish_of(choice, calls=any(isinstance(part, ToolCall | InvalidToolCall) for part in content)),
        logprobs=logprobs_of(choice.get("logprobs")),
    )

"""From a body to an answer."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.ollama.answer import calls_in, extra_of, finish_of, images_in, logprobs_in, moment_of, usage_of
from llmkit.dialects.openai_chat.errors import error_of
from llmkit.dialects.openai_chat.wire import Object, is_object, loads, object_of, text_of
from llmkit.errors import ProtocolError
from llmkit.types.parts import Part, Provenance, Reasoning, Text
from llmkit.types.responses import CompletionResponse


def decode(body: bytes, /, *, origin: Provenance) -> CompletionResponse:
    """Return the response in `body`. Raises `ProtocolError` for other bytes, `ProviderError` for an error with status 200."""
    answer = _object(body)
    if answer.get("error"):
        raise error_of(answer["error"], answer)
    message = answer.get("message")
    if not isinstance(message, dict):
        raise ProtocolError("The answer has no message.")
    if answer.get("done") is False:
        raise ProtocolError("The answer is not finished.")
    content = _parts(answer, origin)
    calls = calls_in(answer, 0, origin)
    return CompletionResponse(
        model=text_of(answer.get("model")),
        content=(*content, *calls),
        finish=finish_of(answer, calls=bool(calls)),
        logprobs=logprobs_in(answer),
        usage=usage_of(answer),
        created=moment_of(answer),
        extra=extra_of(answer, message),
        raw=msgspec.Raw(body),
    )


def _parts(answer: Object, origin: Provenance) -> list[Part]:
    message = object_of(answer.get("message"))
    found: list[Part] = []
    thinking, content = text_of(message.get("thinking")), text_of(message.get("content"))
    if thinking:
        found.append(Reasoning(text=thinking, origin=origin))
    if content:
        found.append(Text(text=content, origin=origin))
    return [*found, *images_in(message, origin)]


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

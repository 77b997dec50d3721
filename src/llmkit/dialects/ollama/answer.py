"""What a message and a finished answer say, whole or at the end of a stream."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from llmkit.dialects.media_types import media_type_of
from llmkit.dialects.openai_chat.calls import call_of
from llmkit.dialects.openai_chat.logprobs import logprobs_of
from llmkit.dialects.openai_chat.media import bytes_of
from llmkit.dialects.openai_chat.wire import Object, count_of, list_of, name_of, number_of, object_of, raw, text_of, told
from llmkit.types.parts import Image, InvalidToolCall, Provenance, ToolCall
from llmkit.types.responses import FinishReason, Logprob, UnifiedFinish
from llmkit.types.usage import Usage

BODY_FIELDS = frozenset({"model", "created_at", "message", "done", "done_reason", "prompt_eval_count", "eval_count", "logprobs", "error"})
MESSAGE_FIELDS = frozenset({"role", "content", "thinking", "tool_calls", "images"})
FINISH: dict[str, UnifiedFinish] = {"stop": "stop", "length": "length"}
_COUNTS = ("prompt_eval_count", "prompt_eval_duration", "eval_count", "eval_duration")


def calls_in(body: Object, before: int, origin: Provenance) -> list[ToolCall | InvalidToolCall]:
    """Return the calls in a message, after `before` others; older servers give them no ids, so these are made of what they say."""
    moment = text_of(body.get("created_at"))
    found = list_of(object_of(body.get("message")).get("tool_calls"))
    return [call_of(_call(item), position=before + place, response_id=moment, origin=origin) for place, item in enumerate(found)]


def _call(item: Any) -> Object:
    wire = dict(object_of(item))
    function = dict(object_of(wire.get("function")))
    function.pop("index", None)
    return {**wire, "function": function}


def images_in(message: Object, origin: Provenance) -> list[Image]:
    """Return the pictures that a message shows."""
    found = [bytes_of(text) for text in list_of(message.get("images")) if isinstance(text, str)]
    return [Image(data=data, media_type=media_type_of(data), origin=origin) for data in found if data]


def finish_of(body: Object, *, calls: bool) -> FinishReason:
    """Return why the answer ended: a server that stopped for a tool's sake says just `stop`."""
    word = name_of(body.get("done_reason"))
    if calls and word in (None, "stop"):
        return FinishReason(unified="tool_calls", raw=word)
    if word is None:  # Older servers give no reason.
        return FinishReason(unified="other")
    return FinishReason(unified=FINISH.get(word, "other"), raw=word)


def usage_of(body: Object) -> Usage | None:
    """Return the tokens, None where the server counted none; thinking is part of the output and not told apart."""
    if number_of(body.get("prompt_eval_count")) is None and number_of(body.get("eval_count")) is None:
        return None
    told_counts = {key: body[key] for key in _COUNTS if key in body}
    return Usage(uncached=count_of(body.get("prompt_eval_count")), output_text=count_of(body.get("eval_count")), raw=raw(told_counts))


def logprobs_in(body: Object) -> tuple[Logprob, ...]:
    """Return the probabilities of the tokens in one object."""
    return logprobs_of({"content": body.get("logprobs")})


def extra_of(body: Object, message: Object) -> Object:
    """Return what is said beside the answer: durations in nanoseconds, and what has no place of its own."""
    extra = told(body, BODY_FIELDS)
    beside = told(message, MESSAGE_FIELDS)
    if beside:
        extra["message"] = beside
    return extra


def moment_of(body: Object) -> float | None:
    """Return the time at which the answer was made, in Unix seconds."""
    try:
        return datetime.fromisoformat(text_of(body.get("created_at"))).timestamp()
    except (ValueError, OverflowError):
        return number_of(body.get("created_at"))

"""Moderation as Mistral takes it: texts, or a conversation at a place of its own."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.json_answer import decoded
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import number_of, object_of
from llmkit.errors import ProtocolError, UnsupportedFeature
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.messages import Message
from llmkit.types.moderation import Moderation, ModerationRequest, ModerationResponse
from llmkit.types.parts import Text
from llmkit.types.usage import Usage
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "steps"]

NAME = "mistral_moderations"


class _Result(msgspec.Struct):
    categories: dict[str, Any] | None = None
    category_scores: dict[str, Any] | None = None


class _Body(msgspec.Struct):
    results: list[_Result]
    id: str | None = None
    model: str | None = None
    usage: Any = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: ModerationRequest, place: Place, /) -> Steps:
    """Ask about all texts, or about a conversation (at the row's `conversations`)."""
    warnings = () if request.source is None else (Warning(kind="dropped", parameter="source", detail="this format has no field for it"),)
    path, count = place.path, len(request.inputs)
    body: dict[str, Any] = {"model": place.model, "input": _texts(request, place)}
    if request.messages:
        if "conversations" not in place.options:
            raise UnsupportedFeature("judging a conversation", where=place.provider, hint="Pass its turns as texts.")
        path = place.options["conversations"]
        body, count = {"model": place.model, "input": [_turn(message, place) for message in request.messages]}, 1
    answer = yield Ask(path=path, body=body, warnings=warnings)
    wire = decoded(_decoder, answer.body, "verdicts")
    if len(wire.results) != count:
        raise ProtocolError(f"The answer holds {len(wire.results)} verdicts for {count} inputs.")
    tokens = number_of(object_of(wire.usage).get("prompt_tokens"))
    return ModerationResponse(
        id=wire.id,
        model=wire.model or "",
        results=tuple([_result(item) for item in wire.results]),
        usage=None if tokens is None else Usage(uncached=int(tokens)),
        raw=msgspec.Raw(answer.body),
    )


def _texts(request: ModerationRequest, place: Place) -> list[str]:
    texts = [item for item in request.inputs if isinstance(item, str)]
    if len(texts) < len(request.inputs):
        raise UnsupportedFeature("judging anything but text", where=place.provider)
    return texts


def _turn(message: Message, place: Place) -> dict[str, str]:
    if not all(isinstance(part, Text) for part in message.content):
        raise UnsupportedFeature("judging anything but text", where=place.provider)
    return {"role": "system" if message.role == "developer" else message.role, "content": message.text}


def _result(wire: _Result) -> Moderation:
    categories = {name: value for name, value in (wire.categories or {}).items() if isinstance(value, bool)}
    scores = {name: float(value) for name, value in (wire.category_scores or {}).items() if number_of(value) is not None}
    return Moderation(flagged=any(categories.values()), categories=categories, scores=scores)

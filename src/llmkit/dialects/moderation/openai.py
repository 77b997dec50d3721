"""Moderation as OpenAI and its relatives take it: texts, and pictures beside texts."""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from llmkit.dialects.json_answer import decoded, further
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import number_of
from llmkit.errors import ProtocolError, UnsupportedFeature
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.moderation import Moderation, ModerationInput, ModerationRequest, ModerationResponse
from llmkit.types.parts import Image, Part, Text
from llmkit.types.warnings import Warning

__all__ = ["NAME", "error", "steps"]

NAME = "openai_moderations"


class _Result(msgspec.Struct):
    flagged: bool
    categories: dict[str, Any] = {}
    category_scores: dict[str, Any] = {}
    category_applied_input_types: dict[str, list[str]] | None = None


class _Body(msgspec.Struct):
    results: list[_Result]
    id: str | None = None
    model: str | None = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: ModerationRequest, place: Place, /) -> Steps:
    """Ask about all texts at once; an input with pictures is a request of its own, for all in one request get one verdict."""
    if request.messages:
        raise UnsupportedFeature("judging a conversation", where=place.provider, hint="Pass its turns as texts.")
    warnings = () if request.source is None else (Warning(kind="dropped", parameter="source", detail="this format has no field for it"),)
    asked = _batches(request.inputs)
    bodies = [_encoded(batch, place) for batch in asked]  # what cannot be said is found before the first is sent
    results: list[Moderation] = []
    wire, raw = None, b""
    for batch, body in zip(asked, bodies, strict=True):
        answer = yield Ask(path=place.path, body=further(body, request) if results else body, warnings=warnings)
        wire, raw, warnings = decoded(_decoder, answer.body, "verdicts"), answer.body, ()
        if len(wire.results) != len(batch):
            raise ProtocolError(f"The answer holds {len(wire.results)} verdicts for {len(batch)} inputs.")
        results += [_result(item) for item in wire.results]
    assert wire is not None
    return ModerationResponse(
        id=wire.id,
        model=wire.model or "",
        results=tuple(results),
        raw=msgspec.Raw(raw if len(asked) == 1 else b""),
    )


def _batches(inputs: tuple[ModerationInput, ...]) -> list[tuple[ModerationInput, ...]]:
    if all(isinstance(item, str) for item in inputs):
        return [inputs]
    return [(item,) for item in inputs]


def _encoded(batch: tuple[ModerationInput, ...], place: Place) -> dict[str, Any]:
    if all(isinstance(item, str) for item in batch):
        return {"model": place.model, "input": list(batch)}
    return {"model": place.model, "input": [_part(part, place) for item in batch for part in item]}


def _part(part: Part | str, place: Place) -> dict[str, Any]:
    match part:
        case Text(text=text):
            return {"type": "text", "text": text}
        case Image(url=str() as url):
            return {"type": "image_url", "image_url": {"url": url}}
        case Image(data=bytes() as data, media_type=kind):
            encoded = base64.b64encode(data).decode()
            return {"type": "image_url", "image_url": {"url": f"data:{kind or 'image/png'};base64,{encoded}"}}
    raise UnsupportedFeature("judging a file of the provider", where=place.provider, hint="Pass the bytes or an address.")


def _result(wire: _Result) -> Moderation:
    kinds = wire.category_applied_input_types or {}
    return Moderation(
        flagged=wire.flagged,
        categories={name: value for name, value in wire.categories.items() if isinstance(value, bool)},
        scores={name: float(value) for name, value in wire.category_scores.items() if number_of(value) is not None},
        kinds={name: tuple(found) for name, found in kinds.items()},
    )

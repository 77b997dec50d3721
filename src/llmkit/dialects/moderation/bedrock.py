"""Moderation by a guardrail of Amazon Bedrock (ApplyGuardrail in the service model of botocore, read 2026-11-23).

The model is the guardrail: its id, and behind a colon its version (`abc123:1`; without one it is the draft).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import msgspec

from llmkit.dialects.bedrock_converse.errors import error
from llmkit.dialects.json_answer import further, object_in
from llmkit.dialects.openai_chat.wire import Object, number_of, object_of, objects_of, text_of
from llmkit.errors import ProtocolError, UnsupportedFeature
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.moderation import Moderation, ModerationInput, ModerationRequest, ModerationResponse
from llmkit.types.parts import Image, Text

__all__ = ["NAME", "error", "steps"]

NAME = "bedrock_guardrail"
_FORMATS = {"image/png": "png", "image/jpeg": "jpeg"}
_POLICIES = (
    ("topicPolicy", "topics", "name", "topic"),
    ("contentPolicy", "filters", "type", "content"),
    ("wordPolicy", "customWords", "", "word"),
    ("wordPolicy", "managedWordLists", "type", "word"),
    ("sensitiveInformationPolicy", "piiEntities", "type", "pii"),
    ("sensitiveInformationPolicy", "regexes", "name", "pii"),
    ("contextualGroundingPolicy", "filters", "type", "grounding"),
)
"""Where findings stand, which of their fields names them (never the word that was found), and our word for the policy."""


def steps(request: ModerationRequest, place: Place, /) -> Steps:
    """Ask about each input in a request of its own: all content of one request gets one verdict."""
    if request.messages:
        raise UnsupportedFeature("judging a conversation", where=place.provider, hint="Pass its turns as texts.")
    name, _, version = place.model.partition(":")
    path = f"/guardrail/{quote(name, safe='')}/version/{quote(version or 'DRAFT', safe='')}/apply"
    source = "OUTPUT" if request.source == "output" else "INPUT"
    bodies = [{"source": source, "content": _content(item, place), "outputScope": "FULL"} for item in request.inputs]
    results: list[Moderation] = []
    raw = b""
    for body in bodies:
        answer = yield Ask(path=path, body=further(body, request) if results else body)
        wire, raw = object_in(answer.body, "verdict"), answer.body
        if "action" not in wire:
            raise ProtocolError("The answer holds no verdict.")
        results.append(_result(wire))
    return ModerationResponse(results=tuple(results), raw=msgspec.Raw(raw if len(bodies) == 1 else b""))


def _content(item: ModerationInput, place: Place) -> list[dict[str, Any]]:
    if isinstance(item, str):
        return [{"text": {"text": item}}]
    content: list[dict[str, Any]] = []
    for part in item:
        match part:
            case Text(text=text):
                content.append({"text": {"text": text}})
            case Image(data=bytes() as data, media_type=kind) if kind in _FORMATS:
                content.append({"image": {"format": _FORMATS[kind], "source": {"bytes": base64.b64encode(data).decode()}}})
            case _:
                raise UnsupportedFeature("judging anything but text and the bytes of PNG or JPEG pictures", where=place.provider)
    return content


def _result(wire: Object) -> Moderation:
    categories: dict[str, bool] = {}
    scores: dict[str, float] = {}
    for name, detected, score in _findings(wire):
        categories[name] = categories.get(name, False) or detected
        if score is not None:
            scores[name] = score
    changed = "".join([text_of(output.get("text")) for output in objects_of(wire.get("outputs"))])
    intervened = wire["action"] == "GUARDRAIL_INTERVENED"
    return Moderation(flagged=intervened or any(categories.values()), categories=categories, scores=scores, text=changed or None)


def _findings(wire: Object) -> Iterator[tuple[str, bool, float | None]]:
    for assessment in objects_of(wire.get("assessments")):
        for policy, field, named, kind in _POLICIES:
            for one in objects_of(object_of(assessment.get(policy)).get(field)):
                name = f"{kind}:{text_of(one.get(named)).lower()}" if named else kind
                yield name, one.get("detected") is not False, number_of(one.get("score"))

"""Decisions as OpenAI takes them (types of its SDK, read 2026-11-23)."""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from llmkit.dialects.classification.asking import check_questions, usage_of
from llmkit.dialects.json_answer import decoded
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import number_of, objects_of, text_of
from llmkit.errors import ProtocolError, UnsupportedFeature
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.decision import Choice, Decided, DecisionRequest, DecisionResponse, Predicate, Question, Score
from llmkit.types.parts import Image, Part, Text

__all__ = ["MOST", "NAME", "error", "steps"]

NAME = "openai_decisions"
MOST = 400
"""Questions of one request."""


class _Body(msgspec.Struct):
    answers: list[dict[str, Any]]
    model: str | None = None
    usage: Any = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: DecisionRequest, place: Place, /) -> Steps:
    """Ask all questions at once; the answers come in their order."""
    check_questions(request, MOST)
    body: dict[str, Any] = {
        "model": place.model,
        "input": _input(request, place),
        "questions": [_question(name, question) for name, question in request.questions.items()],
    }
    if request.user is not None:
        body["safety_identifier"] = request.user
    answer = yield Ask(path=place.path, body=body)
    wire = decoded(_decoder, answer.body, "answers")
    if len(wire.answers) != len(request.questions):
        raise ProtocolError(f"The answer holds {len(wire.answers)} answers to {len(request.questions)} questions.")
    return DecisionResponse(
        model=wire.model or "",
        answers={name: _answer(item) for name, item in zip(request.questions, wire.answers, strict=True)},
        usage=usage_of(wire.usage),
        raw=msgspec.Raw(answer.body),
    )


def _input(request: DecisionRequest, place: Place) -> Any:
    if isinstance(request.input, str):
        return request.input
    return [{"role": "user", "content": [_part(part, place) for part in request.input]}]


def _part(part: Part, place: Place) -> dict[str, Any]:
    match part:
        case Text(text=text):
            return {"type": "input_text", "text": text}
        case Image(url=str() as url):
            image = {"type": "input_image", "image_url": url}
        case Image(data=bytes() as data, media_type=kind):
            image = {"type": "input_image", "image_url": f"data:{kind or 'image/png'};base64,{base64.b64encode(data).decode()}"}
        case _:
            raise UnsupportedFeature("deciding by a file of the provider", where=place.provider, hint="Pass the bytes or an address.")
    return {**image, "detail": part.detail} if part.detail else image


def _question(name: str, question: Question) -> dict[str, Any]:
    match question:
        case Predicate(question=text, when_true=yes, when_false=no):
            lines = [text, *([f"True: {yes}"] if yes else []), *([f"False: {no}"] if no else [])]
            return {"type": "predicate", "name": name, "instructions": "\n".join(lines)}
        case Choice(question=text, choices=choices):
            options = [{"value": value, **({"description": meaning} if meaning else {})} for value, meaning in choices.items()]
            return {"type": "choice", "name": name, "instructions": text, "choices": options}
        case Score(question=text, levels=levels):
            return {"type": "score", "name": name, "instructions": text, "levels": [{"label": level} for level in levels]}


def _answer(wire: dict[str, Any]) -> Decided:
    probabilities = {
        text_of(one.get("label", one.get("value"))) or str(one.get("value")): float(one["probability"])
        for one in objects_of(wire.get("probabilities"))
        if number_of(one.get("probability")) is not None
    }
    choice = wire.get("choice")
    return Decided(
        probability=number_of(wire.get("probability")),
        choice=None if choice is None else str(choice),
        score=number_of(wire.get("score")),
        confidence=number_of(wire.get("confidence")),
        probabilities=probabilities,
        refused=wire.get("type") == "refusal",
    )

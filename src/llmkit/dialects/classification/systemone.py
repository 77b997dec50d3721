"""Decisions as TypeSafe's System One and the gateways that took its shape take them (documentation of four of these, read 2026-11-23)."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.classification.asking import check_questions, usage_of
from llmkit.dialects.json_answer import decoded, told_cost
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import Object, number_of, object_of, text_of
from llmkit.errors import ProtocolError, UnsupportedFeature
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.decision import Choice, Decided, DecisionRequest, DecisionResponse, Predicate, Question, Score
from llmkit.types.parts import Text

__all__ = ["NAME", "answer_of", "error", "question_of", "steps"]

NAME = "systemone"


class _Body(msgspec.Struct):
    answers: dict[str, dict[str, Any]]
    id: str | None = None
    model: str | None = None
    usage: Any = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: DecisionRequest, place: Place, /) -> Steps:
    """Ask all questions at once; the answers come by their names."""
    check_questions(request)
    body = {
        "model": place.model,
        "state": _state(request, place),
        "questions": {name: question_of(question, ("true", "false")) for name, question in request.questions.items()},
    }
    answer = yield Ask(path=place.path, body=body)
    wire = decoded(_decoder, answer.body, "answers")
    return DecisionResponse(
        id=wire.id,
        model=wire.model or "",
        answers=answers_of(wire.answers, request),
        usage=usage_of(wire.usage),
        cost=told_cost(object_of(wire.usage).get("cost")),
        raw=msgspec.Raw(answer.body),
    )


def _state(request: DecisionRequest, place: Place) -> str:
    if isinstance(request.input, str):
        return request.input
    if not all(isinstance(part, Text) for part in request.input):
        raise UnsupportedFeature("deciding by anything but text", where=place.provider)
    return "\n".join(request.texts())


def question_of(question: Question, sides: tuple[str, str]) -> Object:
    """Return a question as this format has it; `sides` are its names for the meanings of true and false."""
    match question:
        case Predicate(question=text, when_true=yes, when_false=no):
            criteria = {name: meaning for name, meaning in zip(sides, (yes, no), strict=True) if meaning is not None}
            return {"type": "noul", "instructions": text, **({"criteria": criteria} if criteria else {})}
        case Choice(question=text, choices=choices):
            # Each choice wants words on what it means: where none are given, its name has to do.
            return {"type": "choice", "instructions": text, "criteria": {name: meaning or name for name, meaning in choices.items()}}
        case Score(question=text, levels=levels):
            return {"type": "score", "instructions": text, "criteria": list(levels)}


def answers_of(wire: dict[str, Object], request: DecisionRequest) -> dict[str, Decided]:
    """Return the answers by the names of the questions. Raises `ProtocolError` where one is missing."""
    if missing := request.questions.keys() - wire.keys():
        raise ProtocolError(f"The answer leaves out the questions {', '.join(sorted(missing))}.")
    return {name: answer_of(wire[name], question) for name, question in request.questions.items()}


def answer_of(wire: Object, question: Question) -> Decided:
    """Return one answer; levels of a scale are numbers on the wire, and get their names."""
    levels = question.levels if isinstance(question, Score) else ()
    told = object_of(wire.get("probabilities"))
    probabilities = {_named(name, levels): float(value) for name, value in told.items() if number_of(value) is not None}
    return Decided(
        probability=number_of(wire.get("noul")),
        choice=text_of(wire.get("choice")) or None,
        score=number_of(wire.get("score")),
        confidence=number_of(wire.get("confidence")),
        probabilities=probabilities,
        refused=wire.get("type") == "refusal",
    )


def _named(name: str, levels: tuple[str, ...]) -> str:
    return levels[int(name)] if name.isdecimal() and len(name) < 10 and int(name) < len(levels) else name

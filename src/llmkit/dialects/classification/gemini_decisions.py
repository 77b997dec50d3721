"""Decisions as Google's Gemini API takes them (types of its SDK, read 2026-11-23): System One's questions about contents of its own."""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from llmkit.dialects.classification.asking import check_questions
from llmkit.dialects.classification.systemone import answers_of, question_of
from llmkit.dialects.gemini.errors import error
from llmkit.dialects.json_answer import decoded, refuse_errors
from llmkit.dialects.openai_chat.wire import count_of, number_of, object_of, text_of
from llmkit.errors import ContentFiltered, UnsupportedFeature
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.decision import DecisionRequest, DecisionResponse
from llmkit.types.parts import Image, Part, Text
from llmkit.types.usage import Usage

__all__ = ["NAME", "error", "steps"]

NAME = "gemini_decisions"


class _Body(msgspec.Struct):
    answers: dict[str, dict[str, Any]] = {}
    prompt_feedback: Any = None
    usage: Any = None


_decoder = msgspec.json.Decoder(_Body)


def steps(request: DecisionRequest, place: Place, /) -> Steps:
    """Ask all questions at once. Raises `ContentFiltered` where the input is refused."""
    check_questions(request)
    sides = ("true_description", "false_description")
    body = {
        "model": place.model,
        "input": request.input if isinstance(request.input, str) else [_part(part, place) for part in request.input],
        "questions": {name: question_of(question, sides) for name, question in request.questions.items()},
    }
    answer = yield Ask(path=place.path, body=body)
    wire = decoded(_decoder, answer.body, "answers")
    if reason := text_of(object_of(wire.prompt_feedback).get("block_reason")):
        words = text_of(object_of(wire.prompt_feedback).get("block_reason_message"))
        raise ContentFiltered(words or f"The input was refused: {reason}.", status=answer.status, code=reason)
    if not wire.answers:
        refuse_errors(answer.body)
    return DecisionResponse(answers=answers_of(wire.answers, request), usage=_usage(wire.usage), raw=msgspec.Raw(answer.body))


def _part(part: Part, place: Place) -> dict[str, Any]:
    match part:
        case Text(text=text):
            return {"type": "text", "text": text}
        case Image(data=bytes() as data, media_type=kind):
            return {"type": "image", "data": base64.b64encode(data).decode(), "mime_type": kind or "image/png"}
        case Image(url=str() as uri, media_type=kind) | Image(file_id=str() as uri, media_type=kind):
            return {"type": "image", "uri": uri, **({"mime_type": kind} if kind else {})}
    raise UnsupportedFeature("deciding by anything but texts and pictures", where=place.provider)


def _usage(told: Any) -> Usage | None:
    """Cached tokens are part of the input here."""
    usage = object_of(told)
    inputs, cached = number_of(usage.get("total_input_tokens")), count_of(usage.get("total_cached_tokens"))
    if inputs is None:
        return None
    return Usage(
        uncached=max(0, int(inputs) - cached),
        cache_read=cached,
        output_text=count_of(usage.get("total_output_tokens")),
        reasoning=count_of(usage.get("total_thought_tokens")),
    )

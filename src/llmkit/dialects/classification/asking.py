"""What the wire formats of decisions share: limits of questions, and the tokens of an answer."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.wire import count_of, number_of, object_of
from llmkit.errors import InvalidRequest
from llmkit.types.decision import Choice, DecisionRequest, Score
from llmkit.types.usage import Usage

MOST_CHOICES = 255


def check_questions(request: DecisionRequest, most: int = 0) -> None:
    """Raise `InvalidRequest` for no questions, more than `most`, or one with fewer than 2 or more than 255 answers."""
    if not request.questions or (most and len(request.questions) > most):
        raise InvalidRequest(
            f"There must be 1 to {most or 'any number of'} questions, not {len(request.questions)}.", parameter="questions"
        )
    for name, question in request.questions.items():
        options = question.choices if isinstance(question, Choice) else question.levels if isinstance(question, Score) else None
        if options is not None and not 2 <= len(options) <= MOST_CHOICES:
            raise InvalidRequest(f"The question {name!r} needs 2 to {MOST_CHOICES} answers, not {len(options)}.", parameter="questions")


def usage_of(told: Any) -> Usage | None:
    """Return the tokens: cached ones are part of the input, thinking is part of the output. None where nothing is told."""
    usage = object_of(told)
    inputs, outputs = number_of(usage.get("input_tokens")), count_of(usage.get("output_tokens"))
    if inputs is None:
        return None
    details = object_of(usage.get("input_tokens_details"))
    cached, written = count_of(details.get("cached_tokens")), count_of(details.get("cache_write_tokens"))
    thought = count_of(object_of(usage.get("output_tokens_details")).get("reasoning_tokens"))
    return Usage(
        uncached=max(0, int(inputs) - cached - written),
        cache_read=cached,
        cache_write=written,
        output_text=max(0, outputs - thought),
        reasoning=thought,
    )

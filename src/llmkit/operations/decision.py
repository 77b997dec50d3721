"""Have typed questions answered, with probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, get_args

from llmkit.errors import InvalidRequest
from llmkit.operations.inputs import models_in, text_or_parts
from llmkit.operations.reading import models_of, read
from llmkit.types.decision import DecisionRequest, DecisionResponse, Question

if TYPE_CHECKING:
    from llmkit.core import Core


async def decide(core: Core, model: Any, about: Any, questions: Any, options: Mapping[str, Any]) -> DecisionResponse:
    """Return an answer to each of `questions` about what is given."""
    given: dict[str, Any] = {}
    if not isinstance(model, DecisionRequest):
        given = {"input": text_or_parts("input", about), "questions": _questions(questions)}
    request = read(DecisionRequest, models_in(model, DecisionRequest)[0], given, options, {})
    reply: DecisionResponse = await core.operate("decide", request, models_of(core, model, "decide"))
    return reply


def _questions(value: Any) -> dict[str, Question]:
    kinds = get_args(Question)
    if not isinstance(value, Mapping) or not value or not all(isinstance(question, kinds) for question in value.values()):
        raise InvalidRequest(
            "questions must be a dict of Predicate, Choice and Score.",
            parameter="questions",
            hint="Pass {'urgent': Predicate(question='Is it urgent?')}.",
        )
    return dict(value)

"""Typed answers to typed questions, with probabilities: what is asked and what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self, TypeAlias

from llmkit.types.model import Model
from llmkit.types.parts import Part, Text
from llmkit.types.reply import Reply
from llmkit.types.request import Request, RequestOptions


class Predicate(Model, frozen=True, kw_only=True, tag="predicate", tag_field="type"):
    """How likely a statement about the input is true. `when_true` and `when_false` say more of what that means."""

    question: str
    when_true: str | None = None
    when_false: str | None = None


class Choice(Model, frozen=True, kw_only=True, tag="choice", tag_field="type"):
    """Which of the choices fits. The values of `choices` say what each means; they may be empty."""

    question: str
    choices: dict[str, str]


class Score(Model, frozen=True, kw_only=True, tag="score", tag_field="type"):
    """How much, on a scale whose levels are named from the lowest to the highest."""

    question: str
    levels: tuple[str, ...]


Question: TypeAlias = Predicate | Choice | Score


class DecisionRequest(Request, frozen=True, kw_only=True):
    """What to look at, and the questions about it, by names of yours."""

    input: str | tuple[Part, ...]
    questions: dict[str, Question]

    def texts(self) -> tuple[str, ...]:
        """Return the words of the input."""
        return (self.input,) if isinstance(self.input, str) else tuple([part.text for part in self.input if isinstance(part, Text)])

    def with_texts(self, texts: Sequence[str]) -> Self:
        """Return the request with other words."""
        left = iter(texts)
        if isinstance(self.input, str):
            return self.replace(input=next(left))
        return self.replace(input=tuple([part.replace(text=next(left)) if isinstance(part, Text) else part for part in self.input]))


class Decided(Model, frozen=True, kw_only=True):
    """The answer to one question; what does not belong to its kind is None."""

    probability: float | None = None
    """Of a predicate: how likely it is true, 0 to 1."""
    choice: str | None = None
    score: float | None = None
    """Of a scale: where on it, 0 being the lowest level; it may lie between two."""
    confidence: float | None = None
    probabilities: dict[str, float] = {}
    """By choice, or by the name of the level."""
    refused: bool = False
    """The model declined to answer this question."""


class DecisionResponse(Reply, frozen=True, kw_only=True):
    """The answers by the names of the questions."""

    answers: dict[str, Decided] = {}

    def __getitem__(self, name: str) -> Decided:
        return self.answers[name]


class DecisionOptions(RequestOptions, total=False):
    """The keyword arguments of `decide`."""


Questions: TypeAlias = Mapping[str, Question]

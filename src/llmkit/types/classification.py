"""Which of several labels fits: what is asked and what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Self, TypeAlias

from llmkit.types.model import Model
from llmkit.types.parts import Part
from llmkit.types.reply import Reply
from llmkit.types.request import Request, RequestOptions
from llmkit.types.wording import reworded, words_of

ClassificationInput: TypeAlias = str | tuple[Part, ...]
"""One thing to classify: a text, or parts (texts and pictures)."""
How: TypeAlias = Literal["classifier", "decision", "completion"]
"""By a classifier of the provider's, by its typed answers to questions, or by a model that writes one of the labels."""


class ClassificationRequest(Request, frozen=True, kw_only=True):
    """Things to classify. A field that is None is not sent."""

    inputs: tuple[ClassificationInput, ...]
    labels: tuple[str, ...] = ()
    """What to choose from; none where the model was trained on its own."""
    descriptions: dict[str, str] = {}
    """What the labels mean, by label."""
    several: bool | None = None
    """More than one label may fit."""
    instruction: str | None = None
    """The question that the label answers."""

    def texts(self) -> tuple[str, ...]:
        """Return the words of all inputs, what the labels mean, and the question; labels themselves are names."""
        return (*words_of(self.inputs), *self.descriptions.values(), *([] if self.instruction is None else [self.instruction]))

    def with_texts(self, texts: Sequence[str]) -> Self:
        """Return the request with other words."""
        left = iter(texts)
        inputs = tuple([reworded(item, left) for item in self.inputs])
        descriptions = {label: next(left) for label in self.descriptions}
        return self.replace(inputs=inputs, descriptions=descriptions, instruction=None if self.instruction is None else next(left))


class Classified(Model, frozen=True, kw_only=True):
    """What one input was found to be."""

    label: str | None = None
    """The label that fits best; None where the model was trained on several targets, or declined to answer."""
    score: float | None = None
    """How sure that is, 0 to 1; None where nothing tells it."""
    scores: dict[str, float] = {}
    """The same for each label that it is told of."""
    labels: tuple[str, ...] = ()
    """All labels that fit, where several may."""
    targets: dict[str, dict[str, float]] = {}
    """Scores by target and label, where the model was trained on its own targets."""


class ClassificationResponse(Reply, frozen=True, kw_only=True):
    """A label for each input, in order."""

    results: tuple[Classified, ...] = ()
    how: How = "classifier"

    @property
    def labels(self) -> list[str | None]:
        """Return the best label of each input."""
        return [result.label for result in self.results]


class ClassificationOptions(RequestOptions, total=False):
    """The keyword arguments of `classify`; see `ClassificationRequest` for each.

    `labels` is a list, or a dict of labels with what they mean. `parallel` inputs are asked about at once (4), where each needs a
    request of its own.
    """

    labels: Sequence[str] | Mapping[str, str]
    several: bool
    instruction: str
    parallel: int


def best(scores: Mapping[str, float]) -> Classified:
    """Return the label with the highest of `scores`."""
    if not scores:
        return Classified()
    label = max(scores, key=lambda name: scores[name])
    return Classified(label=label, score=scores[label], scores=dict(scores))

"""Documents in the order in which they answer a question: what is asked and what comes back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Self, TypeAlias

from llmkit.types.model import Model
from llmkit.types.parts import Part
from llmkit.types.reply import Reply
from llmkit.types.request import Request, RequestOptions
from llmkit.types.wording import reworded, words_of

RankedDocument: TypeAlias = str | dict[str, str] | tuple[Part, ...]
"""A text, an object of named texts, or parts (texts and images)."""


class RerankRequest(Request, frozen=True, kw_only=True):
    """A question and the documents that may answer it. A field that is None is not sent."""

    query: RankedDocument
    """A text, or parts for models that read pictures."""
    documents: tuple[RankedDocument, ...]
    top: int | None = None
    """How many of the best to return; None: all."""
    tokens_per_document: int | None = None
    """Read no more than so many tokens of each."""
    truncate: bool | None = None
    """Cut what is too long (True), or refuse it (False); None: as the provider does."""
    instruction: str | None = None
    """What makes a document relevant, for models that can be told."""

    def texts(self) -> tuple[str, ...]:
        """Return the words of the question, of the documents, and of the instruction."""
        words = [text for item in (self.query, *self.documents) for text in _texts(item)]
        return (*words, *([] if self.instruction is None else [self.instruction]))

    def with_texts(self, texts: Sequence[str]) -> Self:
        """Return the request with other words."""
        left = iter(texts)
        query, *documents = [_with(item, left) for item in (self.query, *self.documents)]
        instruction = None if self.instruction is None else next(left)
        return self.replace(query=query, documents=tuple(documents), instruction=instruction)


class Ranked(Model, frozen=True, kw_only=True):
    """A document of the request, `documents[index]`. Scores of one answer can be compared; what they mean differs by model."""

    index: int
    score: float
    document: RankedDocument = ""
    """The document itself, as it was given."""


class RerankResponse(Reply, frozen=True, kw_only=True):
    """The documents, best first."""

    results: tuple[Ranked, ...] = ()

    @property
    def indices(self) -> list[int]:
        """Return the places that the documents had, best first."""
        return [result.index for result in self.results]


class RerankOptions(RequestOptions, total=False):
    """The keyword arguments of `rerank`; see `RerankRequest` for each."""

    top: int
    tokens_per_document: int
    truncate: bool
    instruction: str


def _texts(item: RankedDocument) -> list[str]:
    return list(item.values()) if isinstance(item, dict) else words_of([item])


def _with(item: RankedDocument, words: Iterator[str]) -> RankedDocument:
    return {name: next(words) for name in item} if isinstance(item, dict) else reworded(item, words)

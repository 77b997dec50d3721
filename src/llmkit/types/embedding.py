"""Texts and media as vectors: what is asked and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Self, TypeAlias

from llmkit.types.parts import Part
from llmkit.types.reply import Reply
from llmkit.types.request import Request, RequestOptions
from llmkit.types.vectors import VectorFormat, Vectors
from llmkit.types.wording import reworded, words_of

InputType: TypeAlias = Literal["query", "document", "similarity", "classification", "clustering", "question", "fact", "code"]
"""What the vectors are for; models that know the difference are better with it."""
INPUT_TYPES: tuple[InputType, ...] = ("query", "document", "similarity", "classification", "clustering", "question", "fact", "code")
EmbeddingInput: TypeAlias = str | tuple[Part, ...]
"""One thing to embed: a text, or parts (texts, pictures, and what else the model takes) that become one vector."""


class EmbeddingRequest(Request, frozen=True, kw_only=True):
    """Things to embed. A field that is None is not sent."""

    inputs: tuple[EmbeddingInput, ...]
    input_type: InputType | None = None
    dimensions: int | None = None
    """Length of the vectors, where the model can do several."""
    format: VectorFormat | None = None
    """Kind of the numbers: `float`, `int8`, `uint8`, or bits packed as `binary` (signed bytes) or `ubinary`; None: what the model gives
    by itself, nearly always `float`."""
    truncate: bool | None = None
    """Cut what is too long (True), or refuse it (False); None: as the provider does."""
    title: str | None = None
    """Title of the document, for models that use it."""

    def texts(self) -> tuple[str, ...]:
        """Return the words, input by input, and the title: it is sent too."""
        return (*words_of(self.inputs), *([] if self.title is None else [self.title]))

    def with_texts(self, texts: Sequence[str]) -> Self:
        """Return the request with other words."""
        left = iter(texts)
        inputs = tuple([reworded(item, left) for item in self.inputs])
        return self.replace(inputs=inputs, title=None if self.title is None else next(left))


class EmbeddingResponse(Reply, frozen=True, kw_only=True):
    """A vector for each input, in order. The numbers lie together in `data`; `vectors` reads them."""

    data: bytes = b""
    """All vectors one behind the other, as float32 (little-endian) or as the bytes of the other formats."""
    dimensions: int = 0
    """Numbers in each vector; of bits eight lie in a byte."""
    format: VectorFormat = "float"

    @property
    def vectors(self) -> Vectors:
        """Return the vectors as a sequence."""
        return Vectors(self.data, self.dimensions, self.format)

    def __len__(self) -> int:
        return len(self.vectors)

    def __repr__(self) -> str:
        told = ", ".join([f"{name}={getattr(self, name)!r}" for name in ("model", "provider", "usage", "cost") if getattr(self, name)])
        return f"EmbeddingResponse({self.vectors!r}, {told})"


class EmbeddingOptions(RequestOptions, total=False):
    """The keyword arguments of `embed`; see `EmbeddingRequest` for what is sent.

    Many inputs go in several requests, `parallel` of them at once (4); `progress` is told how many inputs are done, and of how many
    (None where only reading them tells).
    """

    input_type: InputType
    dimensions: int
    format: VectorFormat
    truncate: bool
    title: str
    parallel: int
    progress: Callable[[int, int | None], object] | None

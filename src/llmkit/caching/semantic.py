"""What a cache needs to know to answer a question with the answer to another of the same meaning."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal, TypeAlias

import msgspec

from llmkit.caching.vectors import MemoryVectors, VectorStore
from llmkit.errors import ConfigurationError
from llmkit.types.messages import Message
from llmkit.types.parts import Text
from llmkit.types.request import Request
from llmkit.types.requests import CompletionRequest

Embed: TypeAlias = Callable[[list[str]], Sequence[Sequence[float]] | Awaitable[Sequence[Sequence[float]]]]
Verify: TypeAlias = Callable[[str, str], bool | Awaitable[bool]]
Also: TypeAlias = Literal["tools", "media", "several", "stored"]
ALSO: tuple[Also, ...] = ("tools", "media", "several", "stored")

EMBEDDED = "local/minilm"


class Semantic(msgspec.Struct, frozen=True, kw_only=True):
    """Answer also questions that mean the same, one turn for another; everything but the words of the last turn must be equal.

    `embed` makes vectors of texts: a model's name, asked through the client, or a function of yours, plain or async. Two questions
    are the same when their vectors are as alike as `threshold` (1 is the same) *and* their numbers, negations, limiting words and
    names are the same *and* the content words of one stand in the other in the same order. `verify(old, new)` takes the place of that
    last rule.
    """

    embed: str | Embed = EMBEDDED
    threshold: float = 0.95
    vectors: VectorStore = msgspec.field(default_factory=MemoryVectors)
    space: str = ""
    """Names what makes the vectors, where `embed` is a function and the vectors are shared or outlive the process."""
    verify: Verify | None = None
    also: Sequence[Also] = ()
    """What is not answered so unless told: requests with `tools`, with `media` in the last turn, for `several` answers (n), `stored`."""
    hottest: float = 0.7
    """The highest temperature that is answered so: whoever asks for more wants another answer each time."""
    longest: int = 800
    """Letters of a question: embedding models read the beginning of a text (some 256 tokens), and long texts differ in details."""
    patience: float = 5.0
    """Seconds for one vector; without it the call is made."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if not (isinstance(self.embed, str) and self.embed) and not callable(self.embed):
            raise ConfigurationError("embed must be a model's name or a function.", parameter="embed")
        for name, least, most in (("threshold", 0.5, 1.0), ("hottest", 0.0, 2.0), ("longest", 1, 100_000), ("patience", 1e-3, 3600.0)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
                raise ConfigurationError(f"{name} must be from {least:g} to {most:g}, not {value!r}.", parameter=name)
        for word in self.also:
            if isinstance(self.also, str) or word not in ALSO:
                hint = f"It is a list of {', '.join(ALSO)}."
                raise ConfigurationError(f"There is nothing called {word!r} to answer also.", parameter="also", hint=hint)

    @property
    def maker(self) -> str:
        """Return the name of what makes the vectors: those of another are no neighbours."""
        if isinstance(self.embed, str):
            return f"{self.space} {self.embed}"
        return self.space or f"{getattr(self.embed, '__module__', '')}:{getattr(self.embed, '__qualname__', type(self.embed).__qualname__)}"


def question_of(request: Request, semantic: Semantic) -> tuple[str, CompletionRequest] | None:
    """Return the words of the last turn and the request without them; None where another's answer will not do."""
    if not isinstance(request, CompletionRequest) or not request.messages or request.messages[-1].role != "user":
        return None
    if not _answerable(request, semantic):
        return None
    last = request.messages[-1]
    parts = [part for part in last.content if isinstance(part, Text)]
    if not parts or any(part.native or part.citations for part in parts):
        return None
    if len(parts) < len(last.content) and "media" not in semantic.also:
        return None
    words = "\n".join([part.text for part in parts])
    if not words.strip() or len(words) > semantic.longest:
        return None
    return words, request.replace(messages=(*request.messages[:-1], _emptied(last)))


def _answerable(request: CompletionRequest, semantic: Semantic) -> bool:
    excluded: tuple[tuple[Also, bool], ...] = (
        ("tools", bool(request.tools)),
        ("several", (request.n or 1) > 1),
        ("stored", bool(request.store)),
    )
    if any(holds and word not in semantic.also for word, holds in excluded):
        return False
    return request.temperature is None or request.temperature <= semantic.hottest


def _emptied(message: Message) -> Message:
    return message.replace(content=tuple([part.replace(text="") if isinstance(part, Text) else part for part in message.content]))


def vector_in(answer: Any) -> Sequence[float]:
    """Return the one vector of an embedder's answer: a list of vectors, or a reply that has `vectors`."""
    vectors = getattr(answer, "vectors", answer)
    one: Sequence[float] = vectors[0]
    return one

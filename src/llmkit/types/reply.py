"""What every answer has, whatever was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import msgspec

from llmkit.types.model import NO_NATIVE, Model
from llmkit.types.usage import Cost, Usage
from llmkit.types.warnings import Warning


class Attempt(Model, frozen=True, kw_only=True):
    """One try at the call. `seconds` is its duration, `error` the type of its failure (None: it worked)."""

    provider: str
    model: str
    seconds: float
    error: str | None = None
    status: int | None = None
    key: int = 0
    """Which of the provider's keys it was made with: its place, never the key."""
    delay: float = 0.0
    """Seconds that were waited after it, before the next."""


class Reply(Model, frozen=True, kw_only=True):
    """Who answered, what was used and what it cost (None where not known), and what could not be sent."""

    id: str | None = None
    model: str = ""
    """The model the provider says it used."""
    provider: str = ""
    usage: Usage | None = None
    units: dict[str, float] = {}
    """What was used that is no tokens, by `Unit`: `{"image": 2}`, `{"second_in": 12.5}`, `{"characters_in": 840}`."""
    variant: str = ""
    """Size, quality or resolution of the units, where the price goes by it (`high/1024x1024`, `720p`)."""
    cost: Cost | None = None
    warnings: tuple[Warning, ...] = ()
    region: str | None = None
    """Where the model ran, in the provider's words, if it tells."""
    request_id: str | None = None
    attempts: tuple[Attempt, ...] = ()
    extra: dict[str, Any] = {}
    """What the provider says beside the answer (system fingerprint, grounding, timings ...)."""
    raw: msgspec.Raw = NO_NATIVE
    """The body as it came; empty for a stream."""

    def pieces(self) -> list[Any]:
        """Return the reply as the events of its stream, where it has a stream of words."""
        return []

    def texts(self) -> tuple[str, ...]:
        """Return the words of the answer, where it is not a conversation's; guardrails read them."""
        return ()

    def with_texts(self, texts: Sequence[str]) -> Self:
        """Return the answer with other words, in the order of `texts()`."""
        return self

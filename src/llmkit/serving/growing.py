"""A part of a streamed answer, as far as it was told to the client."""

from __future__ import annotations

from typing import Any

from llmkit.types.parts import Part


class Growing:
    """What began with a `PartStart`; a renderer adds what only its format needs to know of it under `place`."""

    __slots__ = ("_said", "begin", "candidate", "ended", "length", "part", "pending", "place", "rest")

    def __init__(self, part: Part, candidate: int) -> None:
        self.part = part
        self.candidate = candidate
        self.place: Any = None
        self.begin = 0
        """Where the words of this part begin in all the words of the answer."""
        self.length = 0
        self.rest = b""
        self.ended = False
        self.pending: str = getattr(part, "json" if hasattr(part, "json") else "text", "") or ""
        """Words that came with the beginning and were not told yet."""
        self._said: list[str] = []

    def more(self, words: str) -> str:
        """Note that `words` are told; return them, after those that came with the beginning."""
        if self.pending:
            words, self.pending = self.pending + words, ""
        self._said.append(words)
        self.length += len(words)
        return words

    def left(self, whole: str) -> str:
        """Return the words of the complete part that were not told yet, and note that they are now."""
        self.pending = ""
        if len(whole) == self.length:
            return ""
        said = "".join(self._said)
        return self.more(whole[len(said) :]) if whole.startswith(said) else ""

    @property
    def silent(self) -> bool:
        """Tell whether nothing of the words was told."""
        return self.length == 0

    @property
    def said(self) -> str:
        """Return the words that were told."""
        return "".join(self._said)

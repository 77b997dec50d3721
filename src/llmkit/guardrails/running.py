"""A text that grows, changed as if it were whole and told as early as that allows."""

from __future__ import annotations

from llmkit.guardrails.rules import Stage, spliced

_CONTEXT = 64
"""What was told already and can still be looked back at; no detector looks further."""


class Running:
    """Feed pieces; what comes out, joined, is what `rewrite` makes of the pieces joined."""

    __slots__ = ("_offset", "_stage", "_start", "_text", "changed")

    def __init__(self, stage: Stage) -> None:
        self._stage, self._text, self._start, self._offset = stage, "", 0, 0
        self.changed = False

    @property
    def held(self) -> int:
        """Return how many characters wait."""
        return len(self._text) - self._start

    def feed(self, piece: str) -> str:
        """Return what is certain now."""
        self._text += piece
        return self._tell(self._stage.opening(self._text, self._start))

    def close(self) -> str:
        """Return the rest: nothing comes any more."""
        return self._tell(len(self._text))

    def _tell(self, cut: int) -> str:
        text, start = self._text, self._start
        if cut <= start:
            return ""
        hits = self._stage.hits(text, start)
        crossed = True
        while crossed:
            before = [hit.start for hit in hits if hit.start < cut < hit.end]
            crossed = bool(before)
            cut = min([cut, *before])
        if cut <= start:
            return ""
        edits = self._stage.edits(text, [hit for hit in hits if hit.start < cut], self._offset)
        self.changed = self.changed or bool(edits)
        told = spliced(text, start, cut, edits)
        dropped = max(0, cut - _CONTEXT)
        self._text, self._start, self._offset = text[dropped:], cut - dropped, self._offset + dropped
        return told

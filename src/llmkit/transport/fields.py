"""Header fields as they came from the wire, turned into text only when somebody looks."""

from __future__ import annotations

from llmkit.types.http import Headers


class Fields(Headers):
    """Headers over raw bytes."""

    __slots__ = ("_raw", "_text")

    def __init__(self, raw: list[tuple[bytes, bytes]]) -> None:
        self._raw = raw
        self._text: tuple[tuple[str, str], ...] | None = None
        self._index = None

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:  # type: ignore[override]  # read-only here
        text = self._text
        if text is None:
            text = self._text = tuple([(name.decode("latin-1"), value.decode("latin-1")) for name, value in self._raw])
        return text

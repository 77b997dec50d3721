"""Header fields as they came from the wire, split and turned into text only when somebody looks."""

from __future__ import annotations

from collections.abc import Iterator

from llmkit.types.http import Headers


class Fields(Headers):
    """Headers over the raw head: the status line and the fields, each after a CRLF. The parser has accepted it before."""

    __slots__ = ("_head", "_lower", "_text")

    def __init__(self, head: bytes, lower: bytes) -> None:
        self._head = head
        self._lower = lower
        self._text: tuple[tuple[str, str], ...] | None = None
        self._index = None

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:  # type: ignore[override]  # read-only here
        text = self._text
        if text is None:
            text = self._text = tuple(self._split())
        return text

    def __getitem__(self, name: str) -> str:
        values = self.values_of(name.lower().encode("latin-1", "replace"))
        if not values:
            raise KeyError(name)
        return ", ".join(values)

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]  # what Mapping.get does, without an exception
        values = self.values_of(name.lower().encode("latin-1", "replace"))
        return ", ".join(values) if values else default

    def values_of(self, name: bytes) -> list[str]:
        """Return the values of a field, whose name is in lower case."""
        lower, needle = self._lower, b"\r\n" + name + b":"
        values = []
        start = lower.find(needle)
        while start >= 0:
            start += len(needle)
            end = lower.find(b"\r\n", start)
            values.append(self._head[start : end if end >= 0 else None].strip(b" \t").decode("latin-1"))
            start = lower.find(needle, end) if end >= 0 else -1
        return values

    def _split(self) -> Iterator[tuple[str, str]]:
        for line in self._head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            yield name.decode("latin-1"), value.strip(b" \t").decode("latin-1")

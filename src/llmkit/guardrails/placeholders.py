"""Names that stand for what must not be sent, for the length of one call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from llmkit.guardrails.finding import Finding

if TYPE_CHECKING:
    from llmkit.guardrails.rules import Edit, Hit

_NAME = re.compile(r"\[[A-Z][A-Z0-9_]{0,80}_[0-9]{1,6}\]")


class Placeholders:
    """Numbers values in the order in which they appear, so that a conversation that grows keeps its names without anybody keeping a map.

    As a stage it puts the originals back. It has no printable form and cannot be pickled.
    """

    __slots__ = ("_counts", "_names", "_originals", "_taken")

    def __init__(self, taken: Sequence[str] = ()) -> None:
        self._names: dict[tuple[str, str], str] = {}
        self._originals: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._taken = {name for text in taken for name in _NAME.findall(text)}

    def of(self, kind: str, value: str) -> str:
        """Return the name that stands for `value`."""
        from llmkit.guardrails.rules import name_of

        name = self._names.get((kind, value))
        while name is None:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            candidate = f"[{name_of(kind)}_{self._counts[kind]}]"
            if candidate not in self._taken and candidate not in self._originals:
                name = self._names[kind, value] = candidate
                self._originals[name] = value
        return name

    def clear(self) -> None:
        """Forget all values."""
        self._names.clear()
        self._originals.clear()

    def hits(self, text: str, start: int = 0, /) -> Sequence[Hit]:
        """Return the names in `text` that stand for something."""
        from llmkit.guardrails.rules import Hit

        if not self._originals or "[" not in text:
            return ()
        matches = [match for match in _NAME.finditer(text, start) if match[0] in self._originals]
        return [Hit(match.start(), match.end(), Finding(match.start(), match.end(), "placeholder")) for match in matches]

    def opening(self, text: str, start: int = 0, /) -> int:
        """Return where a name may have begun that is not over."""
        first = text.rfind("[", max(start, len(text) - 100))
        if first < 0:
            return len(text)
        tail = text[first:]
        return first if any(name.startswith(tail) and name != tail for name in self._originals) else len(text)

    def edits(self, text: str, hits: Sequence[Hit], offset: int = 0, /) -> list[Edit]:
        """Return the changes that put the originals back."""
        from llmkit.guardrails.rules import Edit

        return [Edit(hit.start, hit.end, self._originals[text[hit.start : hit.end]]) for hit in hits]

    def __repr__(self) -> str:
        return f"Placeholders({len(self._originals)})"

    def __reduce__(self) -> str:
        raise TypeError("Placeholders hold what must not be kept.")

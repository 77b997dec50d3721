"""Cut a text into words and thinking by the tags a model writes around its thinking, whatever the split of the text.

Where a tag counts: every opening tag outside of code begins thinking, wherever it stands (most models think first, some again
between their words), and the first closing tag after it ends it. Inside a fenced block and inside `inline code` a tag is mentioned
and not meant. Thinking that is never closed goes on to the end. An empty opening tag says that the answer begins with thinking (the
host's template wrote the tag into the prompt).

White space around the tags belongs to the thinking's exact source and not to the words: source and words together are the text.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

Piece: TypeAlias = tuple[Literal["words", "begin", "thought", "end"], str]
"""More words; thinking begins; more thinking; thinking is over, with its exact source, tags and white space included."""
_FENCES = ("```", "~~~")
_HEAD = 8


class TagSplitter:
    """Text in, pieces out."""

    __slots__ = ("_close", "_fenced", "_line", "_mode", "_open", "_pending", "_said", "_source", "_ticks")

    def __init__(self, tags: tuple[str, str]) -> None:
        opening, self._close = tags
        self._open = opening or self._close.replace("/", "", 1)
        self._mode: Literal["words", "start", "thought", "after"] = "words" if opening else "start"
        self._pending = ""
        self._said = False
        self._source: list[str] = []
        self._line = ""
        self._ticks = 0
        self._fenced = False

    def feed(self, text: str) -> list[Piece]:
        """Return the pieces that `text` completes."""
        found: list[Piece] = []
        self._pending += text
        while self._pending and self._step(found):
            pass
        return found

    def close(self) -> list[Piece]:
        """Return what is left at the end."""
        found: list[Piece] = []
        left, self._pending = self._pending, ""
        if self._mode == "words":
            if left:
                found.append(("words", left))
            return found
        if self._mode == "start":
            if not left.strip():
                return [("words", left)] if left else found
            found.append(("begin", ""))
            self._mode = "thought"
        self._source.append(left)
        if self._mode == "thought" and (words := left.strip() if not self._said else left.rstrip()):
            found.append(("thought", words))
        found.append(("end", "".join(self._source)))
        return found

    def _step(self, found: list[Piece]) -> bool:
        """Take a step into the pending text; tell whether there may be another."""
        match self._mode:
            case "words":
                return self._words(found)
            case "start":
                return self._start(found)
            case "thought":
                return self._thought(found)
            case "after":
                return self._after(found)

    def _words(self, found: list[Piece]) -> bool:
        text, tag = self._pending, self._open
        at = text.find(tag)
        if at < 0:
            keep = _partial(text, tag)
            if not self._said and not text[: len(text) - keep].strip():
                keep = len(text)
            self._say(text[: len(text) - keep], found)
            self._pending = text[len(text) - keep :]
            return False
        before = text[:at]
        if self._in_code(before):
            self._say(text[: at + len(tag)], found)
            self._pending = text[at + len(tag) :]
            return True
        lead = "" if self._said or before.strip() else before
        if not lead:
            self._say(before, found)
        self._pending = text[at:]
        return self._begin(lead, found, tag=tag)

    def _start(self, found: list[Piece]) -> bool:
        """Begin with thinking; the tag may come all the same."""
        rest = self._pending.lstrip()
        if len(rest) < len(self._open) and self._open.startswith(rest):
            return False
        lead = self._pending[: len(self._pending) - len(rest)]
        self._pending = rest
        return self._begin(lead, found, tag=self._open if rest.startswith(self._open) else "")

    def _begin(self, lead: str, found: list[Piece], *, tag: str) -> bool:
        self._source = [lead + tag]
        self._pending = self._pending[len(tag) :]
        self._mode, self._said = "thought", False
        found.append(("begin", ""))
        return True

    def _thought(self, found: list[Piece]) -> bool:
        text, tag = self._pending, self._close
        at = text.find(tag)
        body = text[: len(text) - _partial(text, tag)] if at < 0 else text[:at]
        words = body.rstrip()
        if shown := words if self._said else words.lstrip():
            found.append(("thought", shown))
            self._said = True
        if at < 0:
            self._source.append(words)
            self._pending = text[len(words) :]
            return False
        self._source.append(text[: at + len(tag)])
        self._pending = text[at + len(tag) :]
        self._mode = "after"
        return True

    def _after(self, found: list[Piece]) -> bool:
        rest = self._pending.lstrip()
        self._source.append(self._pending[: len(self._pending) - len(rest)])
        self._pending = rest
        if not rest:
            return False
        found.append(("end", "".join(self._source)))
        self._mode, self._said = "words", False
        return True

    def _say(self, words: str, found: list[Piece]) -> None:
        if not words:
            return
        self._walk(words)
        self._said = True
        found.append(("words", words))

    def _in_code(self, before: str) -> bool:
        """Tell whether what follows `before` stands in code."""
        line, ticks, fenced = self._walked(before)
        return fenced or line.lstrip().startswith(_FENCES) or ticks % 2 == 1

    def _walk(self, words: str) -> None:
        self._line, self._ticks, self._fenced = self._walked(words)

    def _walked(self, words: str) -> tuple[str, int, bool]:
        """Return the beginning of the line, the backticks in it and whether it stands in a fenced block, after `words`."""
        first, *lines = words.split("\n")
        line, ticks, fenced = (self._line + first)[:_HEAD], self._ticks + first.count("`"), self._fenced
        for following in lines:
            fenced = fenced != line.lstrip().startswith(_FENCES)
            line, ticks = following[:_HEAD], following.count("`")
        return line, ticks, fenced


def _partial(text: str, tag: str) -> int:
    """Return how many characters at the end of `text` may be the beginning of `tag`."""
    for size in range(min(len(tag) - 1, len(text)), 0, -1):
        if tag.startswith(text[-size:]):
            return size
    return 0

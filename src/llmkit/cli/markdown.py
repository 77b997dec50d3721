"""Draw an answer as Markdown while it is still being written.

Whatever is finished is printed once and scrolls away like ordinary output; only the block being written is drawn again.
Nothing is loaded: an image is its description and address, a link its words and address.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.markdown import CodeBlock, Heading, Markdown
from rich.segment import Segment
from rich.syntax import Syntax
from rich.text import Text

from llmkit.cli.terminal_text import printable

__all__ = ["MarkdownPainter"]

_REFRESH = 12
"""Redraws a second of the unfinished block."""
_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["strikethrough", "table"])


class MarkdownPainter:
    """Feed it text in any pieces; close it to leave the terminal as a plain print would."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._text = ""
        self._parsed = 0.0
        self._printed = False
        self._drawn: tuple[str, list[list[Segment]]] = ("", [])
        self._live = Live(self, console=console, auto_refresh=False, transient=True, vertical_overflow="crop")
        # The last words before a pause must not wait for the next ones: a thread draws what the feeding thread has left undrawn.
        # rich's own refreshing thread races with printing; ours takes turns under one lock.
        self._turn = threading.Lock()
        self._closed = threading.Event()
        self._clock = threading.Thread(target=self._refresh, name="llmkit-markdown", daemon=True)

    def feed(self, text: str) -> None:
        """Take more of the answer."""
        with self._turn:
            if not self._live.is_started:
                self._live.start()
                self._clock.start()
            self._text += printable(text)
            now = time.monotonic()
            if now - self._parsed > 0.5 / _REFRESH:
                self._parsed = now
                self._print_finished()

    def close(self) -> None:
        """Print what is left; the terminal's cursor is back afterwards."""
        self._closed.set()
        if self._live.is_started:
            self._clock.join()
            rest, self._text = self._text, ""
            self._live.stop()
            self._print(_blocks(rest))

    def _refresh(self) -> None:
        while not self._closed.wait(1 / _REFRESH):
            with self._turn:
                self._live.refresh()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw the last lines of the unfinished block: as many as the terminal shows without scrolling."""
        text = self._text
        if not text.strip():
            if not self._printed:
                yield Text("...", style="dim")
            return
        if self._drawn[0] != text:
            self._drawn = (text, self._lines(text, options))
        lines = [[], *self._drawn[1]] if self._printed else self._drawn[1]
        for line in lines[-max(1, console.height - 2) :]:
            yield from line
            yield Segment.line()

    def _print_finished(self) -> None:
        # Text to come can change the last block only: every block before it is as it will stay.
        *finished, last = _blocks(self._text)
        if finished:
            self._text = last
            self._print(finished)

    def _print(self, blocks: Iterable[str]) -> None:
        lines: list[list[Segment]] = []
        for block in blocks:
            if drawn := self._lines(block, self._console.options):
                lines += [[], *drawn] if self._printed else drawn
                self._printed = True
        self._console.print(_Lines(lines), end="")

    def _lines(self, text: str, options: ConsoleOptions) -> list[list[Segment]]:
        """Render `text`; cleaned once more, since Markdown can spell a character as `&#x202e;`."""
        rendered = self._console.render_lines(_Answer(text), options.update(height=None), pad=False)
        lines = [_trimmed([Segment(printable(part.text), part.style) for part in line if not part.control]) for line in rendered]
        written = [place for place, line in enumerate(lines) if line]
        return lines[written[0] : written[-1] + 1] if written else []


def _blocks(text: str) -> list[str]:
    """Cut `text` before each of its paragraphs, lists, tables, code blocks ..."""
    lines = text.splitlines(keepends=True)
    starts = [token.map[0] for token in _PARSER.parse(text) if token.level == 0 and token.nesting >= 0 and token.map][1:]
    return ["".join(lines[start:end]) for start, end in zip([0, *starts], [*starts, len(lines)], strict=True)]


def _trimmed(line: list[Segment]) -> list[Segment]:
    """Return `line` without the blanks that fill it up to the edge: they would be copied along."""
    while line and not line[-1].text.strip():
        line.pop()
    if line:
        line[-1] = Segment(line[-1].text.rstrip(), line[-1].style)
    return line


class _Lines:
    def __init__(self, lines: list[list[Segment]]) -> None:
        self._lines = lines

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self._lines:
            yield from line
            yield Segment.line()


class _Code(CodeBlock):
    """In the terminal's own colours and without a frame, so that it can be copied."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        code = str(self.text).rstrip()
        yield Syntax(code, self.lexer_name, theme="ansi_dark", background_color="default", word_wrap=True, padding=(0, 2))


class _LeftHeading(Heading):
    """On the left and without a frame; how rich's own looks depends on its version."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        self.text.justify = "left"
        yield self.text


class _Answer(Markdown):
    """Markdown that loses nothing: tags are shown as text, line breaks stay, addresses are written out."""

    elements: ClassVar = {**Markdown.elements, "fence": _Code, "code_block": _Code, "heading_open": _LeftHeading}

    def __init__(self, text: str) -> None:
        super().__init__("", hyperlinks=False)
        self.parsed = [_plain_block(token) for token in _PARSER.parse(text)]


def _plain_block(token: Token) -> Token:
    if token.children:
        token.children = list(_plain_inlines(token.children))
    return token


def _plain_inlines(tokens: Sequence[Token]) -> Iterator[Token]:
    links: list[tuple[str, str]] = []
    for place, token in enumerate(tokens):
        if token.type == "softbreak":
            token.type = "hardbreak"
            yield token
        elif token.type == "image":
            yield _text(f"[image: {token.content}] ({token.attrs.get('src', '')})")
        elif token.type == "link_open":
            shown = tokens[place + 1].content if place + 1 < len(tokens) else ""
            links.append((str(token.attrs.get("href", "")), shown))
        elif token.type == "link_close":
            address, shown = links.pop()
            if shown.removeprefix("mailto:") != address.removeprefix("mailto:"):
                yield _text(f" ({address})")
        else:
            yield token


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)

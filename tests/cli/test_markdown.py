"""An answer is drawn as Markdown while it comes."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from llmkit.cli.markdown import MarkdownPainter

ANSWER = """# A title

Some *text* with **bold**, `code` and a [link **here**](http://example.com/x).
A second line
and <b>a third</b>.

1. first

   more of first
2. second
   - nested

```python
def f(x):

    return x
```

> a quote

| a | b |
|---|--:|
| 1 | 22 |

***

![a picture](http://example.com/p.png) <https://auto.example>

<div>a block</div>

the last line"""
DRAWN = """A title

Some text with bold, code and a link here (http://example.com/x).
A second line
and <b>a third</b>.

 1 first
   more of first
 2 second
    • nested

  def f(x):

      return x

▌ a quote

 a   b
 ─────
 1  22

{rule}

[image: a picture] (http://example.com/p.png) https://auto.example

<div>a block</div>

the last line
"""


def drawn(pieces: list[str], *, terminal: bool = False) -> str:
    """Return what is left on the page; without a terminal nothing is drawn twice."""
    page = io.StringIO()
    painter = MarkdownPainter(Console(file=page, width=80, height=10, force_terminal=terminal, _environ={"TERM": "xterm"}))
    for piece in pieces:
        painter.feed(piece)
    painter.close()
    return page.getvalue()


def test_everything_is_shown_in_plain_form() -> None:
    """Addresses are written out, tags are text, line breaks stay where the model put them."""
    assert re.sub("(?m)^ *[─-]{20,}$", "{rule}", drawn([ANSWER])) == DRAWN


@pytest.mark.parametrize("size", [1, 3, 7, 50])
def test_a_stream_is_drawn_like_the_whole(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks are printed as soon as they are finished, and must not look different for it."""
    monkeypatch.setattr("llmkit.cli.markdown._REFRESH", float("inf"))  # look for finished blocks at every piece

    assert drawn([ANSWER[at : at + size] for at in range(0, len(ANSWER), size)]) == drawn([ANSWER])


def test_finished_blocks_are_printed_before_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("llmkit.cli.markdown._REFRESH", float("inf"))
    page = io.StringIO()
    painter = MarkdownPainter(Console(file=page, width=80))

    painter.feed("first paragraph\n\nsecond")

    assert page.getvalue() == "first paragraph\n"
    painter.close()


def test_markdown_cannot_spell_a_control_character() -> None:
    """`&#x202e;` becomes one only after the text was cleaned."""
    page = drawn(["a&#x202e;b&#x200b;c&#155;d&#27;e [f](http://g/&#x202e;) `h\x1bi`\n\n```\nj\x1b]0;k\x07\n```"], terminal=True)

    assert not re.search("[\x07\x80-\x9f\u200b-\u200f\u202a-\u202e]|\x1b\\]", page)
    assert "jj" not in page
    assert "j]0;k" in re.sub("\x1b\\[[0-9;?]*[A-Za-z]", "", page)


def test_lines_are_not_filled_up_with_blanks() -> None:
    """They would be copied with the text."""
    page = drawn([ANSWER])

    assert not [line for line in page.splitlines() if line != line.rstrip()]


def test_a_terminal_has_its_cursor_back_at_the_end() -> None:
    page = drawn(["one", " two"], terminal=True)

    assert page.rfind("\x1b[?25h") > page.rfind("\x1b[?25l")


@pytest.mark.parametrize("text", ["", " \n", "\n\n"])
def test_an_empty_answer_draws_nothing(text: str) -> None:
    assert drawn([text]).strip() == ""

"""What a fake provider is to say, in no provider's words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from llmkit.types.model import Model

_WORDS = re.compile(r"\s*\S+\s*$|\s*\S+")


class Answer(Model, frozen=True, kw_only=True):
    """A scripted answer; it is served to plain and to streaming calls alike, in the order reasoning, text, tool calls.

    `tool_calls` are `(id, name, arguments)`, `citations` are `(url, title)`, `usage` is tokens in and out as a user counts
    them: `cached` of the first came from a cache, `thought` of the second were thinking. `finish` is the wire's own word and
    follows from the content where it is None. `pieces` cuts the text for a stream; None cuts it into words.
    """

    text: str = ""
    reasoning: str | None = None
    signature: str | None = None
    redacted: str | None = None
    """Thinking that only the provider can read, where the dialect has it."""
    refusal: str | None = None
    tool_calls: Sequence[tuple[str, str, dict[str, Any]]] = ()
    citations: Sequence[tuple[str, str]] = ()
    usage: tuple[int, int] = (10, 5)
    cached: int = 0
    thought: int = 0
    finish: str | None = None
    id: str | None = None
    model: str | None = None
    """The model that answers; None: the one asked for."""
    pieces: Sequence[str] | None = None
    headers: dict[str, str] = {}


SAMPLE = Answer(text="The quick brown fox jumps over the lazy dog", usage=(12, 9))
"""What a fault damages when it is given no answer of its own."""


def pieces(answer: Answer) -> list[str]:
    """Return the text as a stream would bring it."""
    return list(answer.pieces) if answer.pieces is not None else words(answer.text)


def words(text: str) -> list[str]:
    """Return `text` cut before each word; the pieces joined are the text."""
    return _WORDS.findall(text) if text.strip() else [text] if text else []

"""Gather texts of many kinds: prompts, answers, arguments and tool schemas from the recordings, files from folders."""

from __future__ import annotations

import gettext
import json
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

from llmkit.types.parts import Document, Part, Reasoning, Text, ToolCall, ToolResult
from llmkit.types.tools import Tool
from tools.tokens.pairs import Pair

PIECE = 3000
LONGEST = 12_000
FILES = (".py", ".md", ".txt", ".rst", ".js", ".h", ".pod", ".mo", ".json", "METADATA")


def sample(pairs: Iterable[Pair], folders: Iterable[Path], most: int) -> list[str]:
    """Return at most `most` different texts of the recordings, and a piece of as many files as a fifth of that."""
    dice = random.Random(1)  # noqa: S311 - a sample, not a secret
    found: dict[str, None] = {}
    for pair in pairs:
        for text in _texts(pair):
            found.update(dict.fromkeys(_pieces(text)))
    recorded = sorted(found)
    dice.shuffle(recorded)
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file() and path.name.endswith(FILES))
    dice.shuffle(files)
    return recorded[:most] + [piece for path in files[: most // 5] if (piece := _piece(path, dice))]


def _texts(pair: Pair) -> Iterator[str]:
    for message in pair.request.messages:
        yield from _words(message.content)
    for tool in pair.request.tools:
        if isinstance(tool, Tool):
            yield json.dumps({"name": tool.name, "description": tool.description, "parameters": tool.parameters})
    yield from _words(pair.response.content)


def _words(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Text | Reasoning):
            yield part.text
        elif isinstance(part, ToolCall):
            yield json.dumps(part.arguments, ensure_ascii=False)
        elif isinstance(part, ToolResult):
            yield from _words(part.content)
        elif isinstance(part, Document) and part.text:
            yield part.text


def _pieces(text: str) -> Iterator[str]:
    for start in range(0, min(len(text), LONGEST), PIECE):
        if len(text) - start > 1:
            yield text[start : start + PIECE]


def _piece(path: Path, dice: random.Random) -> str:
    try:
        text = _translations(path, dice) if path.suffix == ".mo" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    start = dice.randrange(max(1, len(text) - 2000))
    return text[start : start + dice.choice((200, 800, 2000))]


def _translations(path: Path, dice: random.Random) -> str:
    with path.open("rb") as file:
        catalog = getattr(gettext.GNUTranslations(file), "_catalog", {})
    phrases = [phrase for phrase in catalog.values() if isinstance(phrase, str) and 2 < len(phrase) < 400]
    dice.shuffle(phrases)
    return dice.choice((" ", ", ", "\n")).join(phrases[:40])

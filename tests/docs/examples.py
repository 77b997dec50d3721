"""The code blocks of the documents, by language, with the place where each stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "packages").glob("*/*.md")])
_FENCE = re.compile(
    r"^(?P<indent> *)(?P<fence>`{3,})(?P<language>[^\n`]*)\n(?P<text>.*?)^(?P=indent)(?P=fence) *$", re.DOTALL | re.MULTILINE
)


class Block(NamedTuple):
    """One fenced block: where it stands, its language, its text."""

    document: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.document.relative_to(ROOT)}:{self.line}"


def blocks(*languages: str) -> list[Block]:
    """Return the blocks in `languages`, in the order of the documents."""
    found = (block for document in DOCUMENTS for block in read(document, document.read_text(encoding="utf-8")))
    return [block for block in found if block.language in languages]


def read(document: Path, text: str) -> Iterator[Block]:
    """Yield the fenced blocks of `text`."""
    for match in _FENCE.finditer(text):
        yield Block(document, text.count("\n", 0, match.start("text")) + 1, match["language"].strip(), match["text"])


def commands(block: Block) -> list[str]:
    """Return the command lines: those after `$ ` in a console, every line that is not a comment in a script."""
    lines = re.sub(r"\\\n\s*", "", block.text).splitlines()
    if block.language == "console":
        return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    return [line for line in lines if line.strip() and not line.startswith("#")]

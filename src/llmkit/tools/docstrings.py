"""Read what a docstring says of a function and its parameters: Google, NumPy and reST styles."""

from __future__ import annotations

import inspect
import re

_FIELD = re.compile(r"^:(?:param|parameter|arg|argument|key)\s(?:[^:]*\s)?\*{0,2}(?P<name>\w+)\s*:\s*(?P<text>.*)$")
_ANY_FIELD = re.compile(r"^:\w[^:]*:")
_GOOGLE = re.compile(r"^(?:args|arguments|parameters|params)\s*:\s*$", re.I)
_GOOGLE_OTHER = re.compile(
    r"^(?:returns?|yields?|raises?|examples?|notes?|warnings?|todo|attributes|see also|references|keyword args|keyword arguments)\s*:\s*$",
    re.I,
)
_GOOGLE_ITEM = re.compile(r"^\*{0,2}(?P<name>\w+)\s*+(?:\((?P<type>.*?)\)\s*+)?:\s*(?P<text>.*)$")
_NUMPY_RULE = re.compile(r"^-{3,}\s*$")
_NUMPY_ITEM = re.compile(r"^(?P<names>\*{0,2}\w+(?:\s*,\s*\*{0,2}\w+)*)\s*(?::.*)?$")


def read(docstring: str | None) -> tuple[str, dict[str, str]]:
    """Return the description without its sections, and the description of each parameter."""
    lines = inspect.cleandoc(docstring or "").splitlines()
    described: dict[str, str] = {}
    words: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        if place + 1 < len(lines) and line.strip() and _NUMPY_RULE.match(lines[place + 1]):
            body, place = _until_rule(lines, place + 2)
            if line.strip().lower() in ("parameters", "other parameters"):
                described.update(_numpy(body))
        elif _GOOGLE.match(line) or _GOOGLE_OTHER.match(line):
            body, after = _indented(lines, place + 1)
            if not body:
                words.append(line)
            elif _GOOGLE.match(line):
                described.update(_google(body))
            place = after
        elif _ANY_FIELD.match(line):
            body, after = _indented(lines, place + 1)
            if found := _FIELD.match(line):
                described[found["name"]] = _joined([found["text"], *body])
            place = after
        else:
            words.append(line)
            place += 1
    return re.sub(r"\n{3,}", "\n\n", "\n".join(words)).strip(), described


def _indented(lines: list[str], place: int) -> tuple[list[str], int]:
    """Return the lines from `place` on that are indented or empty, and where they end."""
    body = []
    while place < len(lines) and (not lines[place].strip() or lines[place][0].isspace()):
        body.append(lines[place])
        place += 1
    return (body if any(line.strip() for line in body) else []), place


def _until_rule(lines: list[str], place: int) -> tuple[list[str], int]:
    """Return the lines of a NumPy section: up to the next heading, which is the line above a rule."""
    body = []
    while place < len(lines) and not (place + 1 < len(lines) and lines[place].strip() and _NUMPY_RULE.match(lines[place + 1])):
        body.append(lines[place])
        place += 1
    return body, place


def _google(body: list[str]) -> dict[str, str]:
    described: dict[str, list[str]] = {}
    first = next(line for line in body if line.strip())
    margin = len(first) - len(first.lstrip())
    current: list[str] = []
    for line in body:
        own = len(line) - len(line.lstrip()) == margin
        found = _GOOGLE_ITEM.match(line.strip()) if own else None
        if found:
            current = described[found["name"]] = [found["text"]]
        else:
            current.append(line)
    return {name: _joined(text) for name, text in described.items()}


def _numpy(body: list[str]) -> dict[str, str]:
    described: dict[str, list[str]] = {}
    current: list[str] = []
    for line in body:
        found = _NUMPY_ITEM.match(line) if line and not line[0].isspace() else None
        if found:
            current = []
            for name in found["names"].split(","):
                described[name.strip().lstrip("*")] = current
        else:
            current.append(line)
    return {name: _joined(text) for name, text in described.items()}


def _joined(lines: list[str]) -> str:
    return " ".join(word for line in lines if (word := line.strip()))

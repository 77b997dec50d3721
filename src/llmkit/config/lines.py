"""Find the line on which a path of a TOML file stands. The parser of the standard library does not tell; only mistakes need it."""

from __future__ import annotations

import re

_HEADER = re.compile(r"\s*(\[\[?)([^\]]+)\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")


def line_of(text: str, path: str) -> int:
    """Return the line (from 1) of `path`, or of what it is in; 0 where nothing of it is found."""
    lines = _lines(text)
    while path:
        if path in lines:
            return lines[path]
        path = _around(path)
    return 0


def _around(path: str) -> str:
    """Return the path of what `path` is in, always a shorter one; of a quoted key with a dot it is first a part, which no line has."""
    return path[: max(path.rfind("."), path.rfind("["), 0)]


def _lines(text: str) -> dict[str, int]:
    """Return the first line of each table and key."""
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    here, quotes, depth = "", "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if quotes or depth:  # inside a text or a list of several lines
            quotes, depth = _state(line, quotes, depth)
            continue
        header = _HEADER.match(line)
        if header:
            here = _enter(header[1], header[2], counts)
            _note(found, here, number)
            continue
        key = _KEY.match(line)
        if key:
            _note(found, f"{here}.{_path(key[1])}" if here else _path(key[1]), number)
            quotes, depth = _state(line[key.end() :], "", 0)
    return found


def _enter(brackets: str, name: str, counts: dict[str, int]) -> str:
    """Return the path of a table; the last item is meant where a list of tables is named on the way."""
    path = ""
    parts = _PART.findall(name)
    for place, part in enumerate(parts):
        path = f"{path}.{_plain(part)}" if path else _plain(part)
        if brackets == "[[" and place == len(parts) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = f"{path}[{counts[path]}]"
    return path


def _note(found: dict[str, int], path: str, number: int) -> None:
    """Remember the line for `path` and for the tables it is in."""
    while path and path not in found:
        found[path] = number
        path = _around(path)


def _path(dotted: str) -> str:
    return ".".join([_plain(part) for part in _PART.findall(dotted)])


def _plain(part: str) -> str:
    """Return a key as paths write it."""
    if part[0] in "\"'":
        bare = part[1:-1]
        return bare if re.fullmatch(r"[A-Za-z0-9_-]+", bare) else f'"{bare}"'
    return part


def _state(line: str, quotes: str, depth: int) -> tuple[str, int]:
    """Return whether a text of several lines, and how many lists, are still open at the end of the line."""
    place = 0
    while place < len(line):
        if quotes:
            end = line.find(quotes, place)
            if end < 0:
                return (quotes, depth) if len(quotes) == 3 else ("", depth)
            place, quotes = end + len(quotes), ""
        elif line.startswith(('"""', "'''"), place):
            quotes, place = line[place : place + 3], place + 3
        elif line[place] in "\"'":
            place = _end_of_text(line, place)
        elif line[place] == "#":
            break
        else:
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(line[place], 0)
            place += 1
    return quotes, max(depth, 0)


def _end_of_text(line: str, place: int) -> int:
    mark, place = line[place], place + 1
    while place < len(line) and line[place] != mark:
        place += 2 if line[place] == "\\" and mark == '"' else 1
    return place + 1

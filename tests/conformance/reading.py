"""What a response says, read from plain JSON without any code of the dialects."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Call = tuple[str | None, str, Any]
"""Id (None where the wire has none), name and arguments: an object, or the text that is none."""


@dataclass
class Reading:
    """One answer. Sets of alternatives stand where the wire leaves room for judgement.

    `failed`: the response is an error or no answer at all; `complete`: the answer's own end was seen.
    """

    text: str = ""
    reasoning: str = ""
    refusal: str = ""
    calls: list[Call] = field(default_factory=list)
    citations: list[str] = field(default_factory=list)
    """Addresses of the sources that must be cited."""
    quotes: list[str] = field(default_factory=list)
    """The sources' words, in order, where the wire quotes them."""
    allowed: set[str] = field(default_factory=set)
    """Addresses of sources that may be cited besides."""
    kept: list[str] = field(default_factory=list)
    """Strings that must survive somewhere in the parts: signatures, encrypted thinking, ids of server tools."""
    media: int = 0
    finish: str | None = None
    unified: set[str] = field(default_factory=set)
    usage: dict[str, int] | None = None
    model: str | None = None
    others: list[str] = field(default_factory=list)
    """The texts of the second to the n-th candidate."""
    complete: bool = True
    failed: bool = False
    either: bool = False
    """An error is as good an answer as this reading."""
    undefined: bool = False
    """The bytes contradict the format, so that no reading is right: any outcome will do that is not a crash."""


FAILED = Reading(failed=True)


def payloads(raw: bytes) -> Iterator[tuple[str, str]]:
    """Yield event name and data of each server-sent event."""
    text = raw.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    for block in text.split("\n\n"):
        name, data = "", []
        for line in block.split("\n"):
            if line.startswith("data:"):
                data.append(line[5:].removeprefix(" "))
            elif line.startswith("event:"):
                name = line[6:].strip()
        if len(data) > 1 and all(line.startswith(("{", "[DONE]")) for line in data):
            yield from ((name, line) for line in data)  # a server that forgets the blank line between events
        elif data:
            yield name, "\n".join(data)


def arguments(value: Any) -> Any:
    """Return a tool call's arguments: the object, or the text where it is no object."""
    if isinstance(value, dict):
        return value
    if value is None or value == "":
        return {}
    try:
        found = json.loads(value)
    except ValueError:
        return value
    return found if isinstance(found, dict) else value


def number(value: Any) -> int:
    """Return a token count; whatever is not a number counts nothing."""
    return int(value) if isinstance(value, int | float) else 0


def mapping(value: Any) -> dict[str, Any]:
    """Return `value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """Return `value` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []

"""Change members of a JSON object and leave every other byte as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from llmkit.errors import InvalidRequest

LARGEST_BODY = 256 << 20
"""Bytes; more is refused before it is looked at."""
MOST_DEPTH = 200
"""Whoever walks through a body walks through it level by level."""
_KEY = re.compile(rb'[ \t\n\r]*("(?:[^"\\]|\\.)*")[ \t\n\r]*:[ \t\n\r]*')
_BEGIN = re.compile(rb"[ \t\n\r]*\{[ \t\n\r]*")
_AFTER = re.compile(rb"[ \t\n\r]*([,}])")
_encode = msgspec.json.Encoder().encode
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def _too_deep(value: Any) -> bool:
    level, depth = [value], 0
    while level and depth <= MOST_DEPTH:
        level = [item for one in level if isinstance(one, dict | list) for item in (one.values() if isinstance(one, dict) else one)]
        depth += 1
    return bool(level)


class _Remove:
    """The edit that takes a member away."""

    def __repr__(self) -> str:
        return "REMOVE"


REMOVE: Final = _Remove()


def splice(body: bytes, edits: Mapping[str, Any]) -> bytes:
    """Return `body`, a JSON object, with its top-level members changed as `edits` say: a new value, or `REMOVE`.

    A member that is not there is added at the end. All other bytes stay: order, spaces, spelling of numbers and texts. Raises
    `InvalidRequest` for what is no JSON object, is nested or sized beyond all sense, or has a name twice in any object: two readers
    of such a body may see two different requests.
    """
    check(body)
    spans = _spans(body)
    wanted = [span for span in spans if edits.get(span.name) is not REMOVE]
    pieces = [body[: spans[0].begin] if spans else _head(body)]
    for place, span in enumerate(wanted):
        if place:
            pieces.append(body[span.gap : span.begin])
        pieces.append(body[span.begin : span.value])
        pieces.append(_encode(edits[span.name]) if span.name in edits else body[span.value : span.end])
    known = {span.name for span in spans}
    added = [(name, value) for name, value in edits.items() if name not in known and value is not REMOVE]
    for place, (name, value) in enumerate(added):
        comma = b"," if wanted or place else b""
        pieces.append(comma + _encode(name) + b":" + _encode(value))
    pieces.append(body[spans[-1].end :] if spans else body[body.index(b"{") + 1 :])
    return b"".join(pieces)


def check(body: bytes) -> Any:
    """Return the value of `body`. Raises `InvalidRequest` unless it is strict JSON in which every name stands once."""
    if len(body) > LARGEST_BODY:
        raise InvalidRequest(f"The body has {len(body):,} bytes; the most is {LARGEST_BODY:,}.", parameter="body")
    problem: str
    try:
        msgspec.json.decode(body)  # Stricter than the standard library: no NaN, no lone control characters.
        value = json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_refuse)
        if body.count(b"[") + body.count(b"{") <= MOST_DEPTH or not _too_deep(value):
            return value
        problem = "nested too deeply"
    except (msgspec.DecodeError, ValueError) as failure:
        problem = str(failure)
    except RecursionError:
        problem = "nested too deeply"
    raise InvalidRequest(f"The body is not the JSON object that was promised: {problem[:200]}.", parameter="body")


class _Span(msgspec.Struct, frozen=True, gc=False):
    """Where a member stands: `gap` is where the one before it ends."""

    name: str
    gap: int
    begin: int
    value: int
    end: int


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return found


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _head(body: bytes) -> bytes:
    return body[: body.index(b"{") + 1]


def _spans(body: bytes) -> list[_Span]:
    """Return where the members stand. The values' lengths come from the parser: only names are looked at here."""
    try:
        values = _members(body)
    except msgspec.DecodeError:
        raise InvalidRequest("The body is not a JSON object.", parameter="body") from None
    begun = _BEGIN.match(body)
    assert begun is not None
    spans: list[_Span] = []
    gap = at = begun.end()
    for name, raw in values.items():
        key = _KEY.match(body, at)
        assert key is not None
        end = key.end() + len(memoryview(raw))
        spans.append(_Span(name, gap, key.start(1), key.end(), end))
        after = _AFTER.match(body, end)
        assert after is not None
        gap, at = end, after.end()
    return spans

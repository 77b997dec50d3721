"""From keyword arguments to a checked request for a session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from llmkit.errors import InvalidRequest
from llmkit.operations.reading import read, whole, words
from llmkit.options import CONVERT
from llmkit.types.realtime_request import ENCODINGS, TURNS, AudioFormat, RealtimeRequest, TurnDetection

_G711 = 8000
"""Hertz; there is no other rate of it."""


def request_of(model: Any, options: Mapping[str, Any]) -> RealtimeRequest:
    """Return the request that `options` describe. Raises `InvalidRequest` naming the argument and the remedy."""
    return read(RealtimeRequest, model, {}, options, SETTINGS)


def _format(name: str, value: Any) -> AudioFormat:
    """Read `pcm`, `pcm/16000`, `pcmu` ..."""
    if isinstance(value, AudioFormat):
        return value
    if not isinstance(value, str):
        raise InvalidRequest(f"{name} must be text such as 'pcm/16000', not {value!r}.", parameter=name)
    kind, _, rate = value.partition("/")
    encoding: Any = words(name, kind, ENCODINGS)
    if not rate:
        return AudioFormat(encoding=encoding, rate=_G711 if encoding in ("pcmu", "pcma") else AudioFormat().rate)
    return AudioFormat(encoding=encoding, rate=whole(name, int(rate) if rate.isdecimal() else rate, 4000, 192_000))


def _turns(name: str, value: Any) -> TurnDetection:
    if isinstance(value, TurnDetection):
        return value
    kind: Any = words(name, value, TURNS)
    return TurnDetection(kind=kind)


def _modalities(name: str, value: Any) -> tuple[str, ...]:
    given = (value,) if isinstance(value, str) else tuple(value)
    return tuple(words(name, one, ("text", "audio")) for one in given)


def _seconds(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise InvalidRequest(f"{name} must be seconds above 0, not {value!r}.", parameter=name)
    return float(value)


SETTINGS: dict[str, Callable[[str, Any], Any]] = {
    "input_format": _format,
    "output_format": _format,
    "turns": _turns,
    "modalities": _modalities,
    "idle": _seconds,
    "max_tokens": lambda name, value: whole(name, value, 1, 1_000_000),
    "tools": CONVERT["tools"],
    "tool_choice": CONVERT["tool_choice"],
}

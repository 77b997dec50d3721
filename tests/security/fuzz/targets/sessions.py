"""Sessions over WebSockets: realtime conversations, live transcription, live speech; any message, in any order."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from functools import cache, partial
from typing import Any

import msgspec

from llmkit.dialects.operations import MODULES, codec
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.realtime.core import _UNREADABLE
from llmkit.types.realtime import RealtimeEvent, ResponseDone, SessionError
from llmkit.types.websocket import Close
from tests.security.fuzz.asked import folder, places, requests
from tests.security.fuzz.harvest import words_of
from tests.security.fuzz.target import Target, hold
from tests.security.fuzz.targets.dialects import check_error
from tests.security.fuzz.targets.steps import chosen

_ENTER = b"\n"


def targets() -> Iterator[Target]:
    """Return one for each kind of session."""
    for kind in ("listening", "realtime", "speaking"):
        names = tuple(sorted(name for name in MODULES if folder(name) == kind))
        words = partial(words_of, f"llmkit.dialects.{kind}")
        yield Target(name=f"session.{kind}", run=_run(names), seeds=partial(_seeds, names), words=words, longest=3000)


def _run(names: tuple[str, ...]) -> Callable[[bytes], Hashable]:
    def run(data: bytes) -> Hashable:
        first, *messages = data.split(_ENTER)
        name = chosen(names, first)
        session = _session(name)
        seen = [event for message in messages[:20] for event in _told(session, message)]
        for event in seen:
            hold(isinstance(event, RealtimeEvent), "an event is none")
            _written(event)
            if isinstance(event, ResponseDone) and event.usage is not None:
                hold(min(event.usage.input, event.usage.output) >= 0, "a count is below 0")
        msgspec.json.encode([message for message in session.outgoing if not isinstance(message, bytes)])
        session.failure(Close(code=1011, reason=data[:60].decode("latin-1")))
        return name, tuple([type(event).__name__ for event in seen[:8]])

    return run


def _written(event: RealtimeEvent) -> None:
    """What is told can be written down, but for an error, which has words."""
    if isinstance(event, SessionError):
        check_error(event.error)
    else:
        msgspec.json.encode(event)


@cache
def _place(name: str) -> tuple[str, Any]:
    return places(name)[0]


def _session(name: str) -> Any:
    operation, place = _place(name)
    spoken: Any = codec(name)
    for request in requests(operation):
        try:
            return spoken.session(request, place)
        except (InvalidRequest, UnsupportedFeature):  # the next request has what this one lacks
            continue
    raise AssertionError(f"no request fits {name}")


def _told(session: Any, data: bytes) -> list[Any]:
    """Do as the driver of sessions does: what is no JSON object is refused there."""
    if data[:1] == b"\x00" and hasattr(session, "sound"):
        return session.sound(data[1:]) or []
    try:
        wire = msgspec.json.decode(data)
        return list(session.feed(wire, data)) if isinstance(wire, dict) else []
    except _UNREADABLE:
        return []


def _seeds(names: tuple[str, ...]) -> list[bytes]:
    plain = b'{"type":"session.created","session":{"id":"s","model":"m"}}\n{"type":"error","error":{"message":"no"}}'
    return [name.encode() + _ENTER + plain for name in names]

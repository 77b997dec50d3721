"""Answers in every wire format, as our own fakes write them: where the inputs of the decoders begin."""

from __future__ import annotations

import json
from functools import cache

from llmkit.testing.answers import Answer
from llmkit.testing.received import Received
from llmkit.testing.wire import Failure, load
from llmkit.types.http import Headers

ANSWERS = (
    Answer(text="Hello, wörld \U0001f600", usage=(12, 9), cached=3, finish=None),
    Answer(text="", tool_calls=[("call_1", "look_up", {"q": "a\nb", "n": [1, 2.5, None]}), ("call_2", "now", {})]),
    Answer(reasoning="first this", signature="c2ln", text="then that", thought=4),
    Answer(refusal="No."),
    Answer(text="See there.", citations=[("https://a.example/x", "A title")]),
)
_ASKED = json.dumps({"model": "m", "messages": [{"role": "user", "content": "Hi"}], "stream_options": {"include_usage": True}}).encode()


@cache
def bodies(name: str) -> tuple[bytes, ...]:
    """Return whole answers."""
    return tuple(json.dumps(load(name).body(answer, _asked()), ensure_ascii=False).encode() for answer in _said(name))


@cache
def streams(name: str) -> tuple[bytes, ...]:
    """Return answers as streams, and one that fails in the middle."""
    wire = load(name)
    whole = [wire.events(answer, _asked()) for answer in _said(name)]
    failing = [*whole[0][:2], wire.failure_event(Failure(kind="overloaded"))] if whole else []
    return tuple(b"".join(events) for events in [*whole, failing])


@cache
def failures(name: str) -> tuple[tuple[int, bytes], ...]:
    """Return statuses and bodies of failed answers."""
    kinds = ("bad_request", "unauthorized", "rate_limited", "overloaded", "context_length", "content_filter", "quota")
    found: list[tuple[int, bytes]] = []
    for kind in kinds:
        try:
            status, body = load(name).failure(Failure(kind=kind))
        except KeyError:  # a format that has no words for it
            continue
        found.append((status, json.dumps(body).encode()))
    return tuple(found)


def _said(name: str) -> list[Answer]:
    """Return the answers that the format can say."""
    return [answer for answer in ANSWERS if _can(name, answer)]


def _can(name: str, answer: Answer) -> bool:
    wire = load(name)
    try:
        wire.body(answer, _asked())
        wire.events(answer, _asked())
    except (KeyError, ValueError, NotImplementedError, TypeError, AttributeError):
        return False
    return True


def _asked() -> Received:
    return Received("POST", "/v1/models/m:generateContent?alt=sse", Headers(()), _ASKED, 1)

"""What every provider owes: its address, its key in its header, its errors by their kind, its answers whole and streamed.

The addresses stand in `addresses.txt`, where a change of any can be seen; `python -m tests.contract --write` writes it anew. One test
asks all providers of a kind: hundreds of small ones would cost more than what they ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from llmkit.errors import AuthenticationError, LLMKitError, RateLimited
from llmkit.testing.wire import WIRES
from llmkit.types.responses import CompletionResponse
from tests.contract.addresses import kept, recorded
from tests.contract.calls import ask, client
from tests.contract.stand import ANSWER, TOKEN, Sent, Stand
from tests.contract.values import KEY
from tests.contract.ways import Way, kinds

ALL = kinds()
REFUSALS: dict[str, type[LLMKitError]] = {"unauthorized": AuthenticationError, "rate_limited": RateLimited}
each_kind = pytest.mark.parametrize("ways", ALL.values(), ids=ALL.keys())


@each_kind
def test_the_addresses_and_the_headers_are_those_recorded(ways: list[Way], stand: Stand, folder: Path) -> None:
    lines = {way.name: recorded(way, stand, folder) for way in ways}

    assert {name: kept().get(name, []) for name in lines} == lines


@each_kind
def test_a_refusal_is_typed_and_shows_no_key(ways: list[Way], stand: Stand, folder: Path) -> None:
    found = {way.name: refused(way, stand, folder) for way in ways}

    assert {way.name: [(kind, way.row.name, False) for kind in REFUSALS.values()] for way in ways} == found


@each_kind
def test_an_answer_arrives_whole_and_streamed_and_no_key_goes_astray(ways: list[Way], stand: Stand, folder: Path) -> None:
    spoken = [way for way in ways if way.route.dialect in WIRES]
    found = {way.name: answered(way, stand, folder) for way in spoken}

    assert {way.name: expected(way) for way in spoken} == found


def test_every_way_is_asked() -> None:
    """Only a service that AWS wraps into frames of its own is streamed elsewhere (tests/framing)."""
    ways = [way for kind in ALL.values() for way in kind]

    assert len(ways) > 350
    assert {"chatbot", "predictions"} >= {way.route.dialect for way in ways} - set(WIRES)


def refused(way: Way, stand: Stand, folder: Path) -> list[tuple[type[LLMKitError], str | None, bool]]:
    """Return, for each refusal, the error's kind, its provider, and whether it shows a secret."""
    found: list[tuple[type[LLMKitError], str | None, bool]] = []
    with client(way, stand, folder) as kit:
        for failure, kind in REFUSALS.items():
            stand.set(way.route.dialect, failure)
            with pytest.raises(LLMKitError) as caught:
                ask(way, kit)
            error = caught.value
            told = " ".join(told_by(error))
            found.append((kind if isinstance(error, kind) else type(error), error.provider, secret_in(told)))
    return found


def told_by(error: BaseException | None) -> Iterator[str]:
    """Yield what a traceback tells of an error and of those that led to it: the rest of a traceback is our own source."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield f"{error} {error!r} {error.__dict__}"
        error = error.__cause__ or error.__context__


def answered(way: Way, stand: Stand, folder: Path) -> list[object]:
    """Return what arrived whole, what arrived as a stream, and the requests that had a key where none belongs."""
    stand.set(way.route.dialect, elsewhere=next(iter(way.route.follows), ""))
    with client(way, stand, folder) as kit:
        whole = told_of(ask(way, kit))
        # A stream inside AWS's frames is not made by the fake of the format inside: tests/framing serves it so.
        streamed = None if way.route.framing else told_of(ask(way, kit, stream=True), counted=counts(way))
    return [whole, streamed, [sent.url for sent in stand.sent if astray(way, sent)]]


def expected(way: Way) -> list[object]:
    """Return what must arrive."""
    silent = way.route.dialect == "chatbot"  # It tells neither tokens nor why an answer ends.
    told = (ANSWER.text, "other" if silent else "stop", way.row.name)
    whole = (*told, None if silent else ANSWER.usage)
    return [whole, None if way.route.framing else (*told, ANSWER.usage if counts(way) else None), []]


def told_of(reply: CompletionResponse, *, counted: bool = True) -> object:
    usage = (reply.usage.input, reply.usage.output) if reply.usage and counted else None
    return (reply.text, reply.finish.unified, reply.provider, usage)


def counts(way: Way) -> bool:
    """Tell whether streams tell usage: Replicate's never do; where the request for it must be left out, a fake has nothing to go by."""
    return way.route.dialect not in ("predictions", "chatbot") and way.route.profile.get("stream_usage", True)


def astray(way: Way, sent: Sent) -> bool:
    at_home = not way.route.follows or not sent.url.startswith(way.route.follows)
    return secret_in(f"{sent.url} {sent.body.decode()}") or (not at_home and secret_in(" ".join(sent.headers.values())))


def secret_in(text: str) -> bool:
    return KEY in text or TOKEN in text

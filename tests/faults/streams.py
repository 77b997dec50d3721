"""Faults of the answer's own format: framing, JSON, order of events."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache

from llmkit.testing.answers import Answer
from tests.faults.chaos import DIALECTS, Damage
from tests.faults.connections import BAD, BROKEN
from tests.faults.material import AWS, LINES, SSE, WORDS, Material, chunk
from tests.faults.row import Outcomes, Row, Way
from tests.transport.servers import Peer

JSON_EVENTS = tuple(name for name in DIALECTS if name not in WORDS)
MARKED = ("openai_chat", "completions", "cohere", "mistral", "gemini_interactions")
"""Formats that end with `[DONE]`."""
TALKATIVE: dict[str, Outcomes] = {"gemini": (None, None)}
"""This format has no last event: words may follow the reason, and the last reason counts."""
LENIENT = ("cohere", "mistral", "ollama", "openai_chat", "completions")
"""Formats that many servers write badly: NaN is read as null, and an event that is no object is passed over."""
UNMARKED = tuple(name for name in DIALECTS if name not in MARKED)
UMLAUTS = Answer(text="Grüße aus Köln: 東京 😀, the quick brown fox", usage=(12, 9))
LONG = 1_100_000


def events(change: Callable[[list[bytes], Material], list[bytes]]) -> Damage:
    """Return the damage that changes the list of events."""
    return lambda m, peer: peer.send(m.chunked(b"".join(change(list(m.events), m))))


def bytes_of(change: Callable[[bytes], bytes]) -> Damage:
    """Return the damage that changes the bytes of the answer."""
    return lambda m, peer: peer.send(m.chunked(change(m.payload)))


def reworded(replacement: bytes, *, whole: bool = True) -> Damage:
    """Return the damage that replaces a piece of text in the JSON."""
    return lambda m, peer: peer.send(m.chunked(m.reworded(replacement, whole=whole)))


def event_of(data: bytes) -> Damage:
    """Return the damage that puts an event among the good ones; a plain answer is that data alone."""

    def damage(m: Material, peer: Peer) -> None:
        found = [*m.events[: m.middle], m.event(data), *m.events[m.middle :]]
        peer.send(m.chunked(b"".join(found) if m.streams else data))

    return damage


def byte_by_byte(m: Material, peer: Peer) -> None:
    """Each byte in a chunk of its own."""
    payload = m.payload
    peer.send(m.head() + b"".join([b"1\r\n%c\r\n" % byte for byte in payload]) + b"0\r\n\r\n")


def split_in_characters(m: Material, peer: Peer) -> None:
    """Cut in the middle of every character that is longer than a byte."""
    payload = m.payload
    peer.send(m.head())
    for piece in re.split(rb"(?<=[\xc2-\xf4])", payload):
        peer.send(chunk(piece))
    peer.send(b"0\r\n\r\n")


def long_line(m: Material, peer: Peer) -> None:
    """An event without an end; binary frames say how long they are to be."""
    start = b"data: " if m.dialect in SSE else b""
    data = (LONG * 100).to_bytes(4, "big") + b"\0\0\0\x10" if m.dialect in AWS else b"x"
    peer.send(m.head() + b"%x\r\n" % (LONG + len(start)) + start + data)
    peer.send(bytes(LONG - len(data)).replace(b"\0", b"x"))
    peer.send(b"\r\n0\r\n\r\n")


def usage_of(number: bytes) -> Damage:
    """Return the damage that replaces the count of the tokens that were made."""
    return bytes_of(lambda payload: re.sub(rb"(: ?)9\b", lambda found: found.group(1) + number, payload))


@lru_cache(maxsize=1)
def deep() -> bytes:
    """Return JSON that is 200,000 arrays deep."""
    return b'{"x": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"


def after_the_end(data: bytes | None = None) -> Damage:
    """Return the damage that says something behind the end: the last words again, or `data`."""
    return events(lambda found, m: [*found, m.event(data) if data is not None else found[m.middle - 1]])


def without_mark(found: list[bytes], m: Material) -> list[bytes]:
    return found[:-1]


def without_finish(found: list[bytes], m: Material) -> list[bytes]:
    """Leave out what says why it ended, and what comes with it; the mark stays."""
    return [event for event in found if b"stop" not in event and b"COMPLETE" not in event and b"interaction.completed" not in event]


def numbered(place: int, times: int) -> Damage:
    """Return the damage that says one numbered event another number of times."""

    def change(found: list[bytes], m: Material) -> list[bytes]:
        at = m.middle + place
        return [*found[:at], *[found[at]] * times, *found[at + 1 :]]

    return events(change)


def with_field(m: Material, peer: Peer) -> None:
    """Every object has a field that nobody knows."""

    def change(value: dict[str, object]) -> None:
        value["x_zebra"] = {"deep": [1, None, "x"]}

    peer.send(m.chunked(m.edited(change)))


def good(m: Material, peer: Peer) -> None:
    peer.send(m.good())


WITH_REASON = tuple(name for name in DIALECTS if name not in ("openai_responses", "predictions"))
"""Formats in which the finish is a word of its own."""
UNKNOWN = json.dumps({"type": "zebra.delta", "event_type": "zebra.delta", "zebra": {"x": [1]}}).encode()

NO_COUNT = "complete, usage 12 and 0"

ROWS = (
    Row(
        18,
        "the last event, or the `[DONE]` behind it, is missing",
        (
            Way("no last event", events(without_mark), None, "cut", only=UNMARKED),
            Way("no mark", events(without_mark), None, "complete", only=MARKED),
        ),
        ("tests/dialects::test_a_missing_terminal_marker_is_made_good_by_the_finish_reason",),
    ),
    Row(
        19,
        "`[DONE]` without an end before it",
        (
            Way(
                "no finish",
                events(without_finish),
                None,
                "finish other",
                by={"cohere": (None, BROKEN), "gemini_interactions": (None, "cut"), "mistral": (None, "finish other, usage unknown")},
                only=MARKED,
            ),
        ),
    ),
    Row(
        20,
        "data behind the end",
        (
            Way("words", after_the_end(), None, "complete", by=TALKATIVE),
            Way("rubbish", after_the_end(b"{rubbish"), None, "complete", by={"gemini": (None, BROKEN)}),
        ),
        note="gemini has no last event: words may follow a finish reason",
    ),
    Row(
        21,
        "last events twice",
        (
            Way("last one", events(lambda found, m: [*found, found[-1]]), None, "complete", by=TALKATIVE),
            Way("last two", events(lambda found, m: [*found, *found[-2:]]), None, "complete", by=TALKATIVE),
        ),
    ),
    Row(22, "an event with the number of the one before", (Way("again", numbered(0, 2), None, "complete", only=("openai_responses",)),)),
    Row(
        23,
        "a number is left out",
        (Way("gap", numbered(0, 0), None, BROKEN, only=("openai_responses",)),),
        note="`resume` goes on before the gap where the answer is kept",
    ),
    Row(
        24,
        "malformed JSON",
        (
            Way("event", event_of(b'{"id": "x", "choices": ['), BAD, BROKEN, only=JSON_EVENTS),
            Way("a number", event_of(b"42"), BAD, BROKEN, by=dict.fromkeys(LENIENT, (BAD, "complete")), only=JSON_EVENTS),
            Way("null", event_of(b"null"), BAD, BROKEN, by=dict.fromkeys(LENIENT, (BAD, "complete")), only=JSON_EVENTS),
        ),
    ),
    Row(25, "JSON 200,000 deep", (Way("arrays", event_of(deep()), BAD, BROKEN, only=JSON_EVENTS),)),
    Row(
        26,
        "NaN where words or a number are expected",
        (
            Way("words", reworded(b"NaN"), BAD, BROKEN, only=JSON_EVENTS),
            Way(
                "tokens",
                usage_of(b"NaN"),
                BAD,
                BROKEN,
                by={**dict.fromkeys(LENIENT, (NO_COUNT, NO_COUNT)), "openai_responses": (NO_COUNT, BROKEN)},
                only=JSON_EVENTS,
            ),
        ),
    ),
    Row(
        27,
        "a whole number of 6,000 digits",
        (
            Way("words", reworded(b"9" * 6000), BAD, BROKEN, only=JSON_EVENTS),
            Way("tokens", usage_of(b"9" * 6000), BAD, BROKEN, only=JSON_EVENTS),
        ),
    ),
    Row(28, "bytes that are no UTF-8", (Way("in the words", reworded(b"\xff\xfe", whole=False), BAD, BROKEN),)),
    Row(
        29,
        "cut anywhere",
        (
            Way("byte by byte", byte_by_byte, "complete", "complete", answer=UMLAUTS),
            Way("inside characters", split_in_characters, "complete", "complete", answer=UMLAUTS),
        ),
        ("tests/framing::test_events_are_the_same_in_any_split",),
    ),
    Row(
        30,
        "line ends and marks",
        (
            Way(
                "CR LF",
                bytes_of(lambda payload: payload.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")),
                None,
                "complete",
                only=(*SSE, *LINES),
            ),
            Way("CR", bytes_of(lambda payload: payload.replace(b"\r\n", b"\n").replace(b"\n", b"\r")), None, "complete", only=SSE),
            Way("BOM", bytes_of(lambda payload: b"\xef\xbb\xbf" + payload), None, "complete", only=(*SSE, *LINES)),
        ),
    ),
    Row(
        31,
        "a line without an end",
        (Way("1.1 MB", long_line, None, BAD),),
        ("tests/framing::test_an_unfinished_event_past_the_limit_is_refused_before_its_end",),
        note="formats that carry pictures take lines of up to 28 MiB",
    ),
    Row(
        56,
        "what nobody has heard of",
        (
            Way("event", event_of(UNKNOWN), None, "complete"),
            Way("field", with_field, "complete", "complete"),
            Way(
                "finish",
                good,
                "finish other",
                "finish other",
                only=WITH_REASON,
                answer=Answer(text="The quick brown fox", finish="zebra", usage=(12, 9)),
            ),
        ),
    ),
)

"""The operations beside conversations: whatever is answered, a format's questions end in a reply or a typed error."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from functools import cache, partial
from zlib import crc32

import msgspec

from llmkit.dialects.operations import MODULES, codec
from llmkit.errors import ConnectionFailed, LLMKitError
from llmkit.operations.believing import believable
from llmkit.types.asking import Answer, Ask
from llmkit.types.http import Headers
from llmkit.types.reply import Reply
from tests.security.fuzz.asked import folder, ways
from tests.security.fuzz.harvest import words_of
from tests.security.fuzz.target import Target, hold
from tests.security.fuzz.targets.dialects import check_cost, check_error, check_usage

NEXT = b"\x1e"
"""Stands between answers."""
FAILED = b"!"
"""Begins an answer that is a failure: `!503 body`."""
_MOST = 12
_TYPES = {
    b"{": "application/json",
    b"[": "application/json",
    b"<": "application/xml",
    b"d": "text/event-stream",
    b"R": "audio/wav",
    b"\x89": "image/png",
}
_SESSIONS = ("listening", "realtime", "speaking")


def targets() -> Iterator[Target]:
    """Return one for each kind of operation, and one for the errors of all formats."""
    for kind in sorted({folder(name) for name in MODULES} - set(_SESSIONS)):
        names = tuple(sorted(name for name in MODULES if folder(name) == kind and name != "listed_voices"))
        words = partial(words_of, f"llmkit.dialects.{kind}")
        yield Target(name=f"steps.{kind}", run=_run(names), seeds=partial(_seeds, names), words=words, longest=3000)
    yield Target(
        name="steps.errors", run=_error, seeds=_failures, words=lambda: (b"error", b"message", b"code", b"detail", b"status", b"type")
    )


def chosen(names: tuple[str, ...], name: bytes) -> str:
    """Return the format that an input names; what names none stands for any of them."""
    known = name.decode("latin-1")
    return known if known in names else names[crc32(name) % len(names)]


def _run(names: tuple[str, ...]) -> Callable[[bytes], Hashable]:
    def run(data: bytes) -> Hashable:
        head, _, rest = data.partition(b"\n")
        first, _, what = head.partition(b" ")
        name = chosen(names, first)
        known = _known(name)
        way = known.get(what.decode("latin-1")) or list(known.values())[crc32(what) % len(known)]
        result = fed(way.format, way.begin(), rest.split(NEXT)[:_MOST])
        return name, way.what, _shape(result)

    return run


@cache
def _known(name: str) -> dict[str, object]:
    return {way.what: way for way in ways(name)}


def fed(name: str, questions: object, answers: list[bytes]) -> object:
    """Answer the questions one by one; where no answer is left, the connection fails."""
    left = iter(answers)
    try:
        asked = next(questions)  # type: ignore[call-overload]
        while True:
            hold(asked == "any" or isinstance(asked, Ask), "a question is none")
            data = next(left, None)
            failure = _failure(name, data)
            asked = questions.throw(failure) if failure is not None else questions.send(_answer(data or b"", asked))  # type: ignore[attr-defined]
    except StopIteration as end:
        _written(end.value)
        return end.value


def _answer(data: bytes, asked: object) -> Answer:
    if isinstance(asked, Ask) and asked.into is not None:
        asked.into(data)
        data = b""
    kind = _TYPES.get(data[:1], "application/octet-stream")
    return Answer(status=200, headers=Headers([("content-type", kind), ("x-request-id", "r1")]), body=data)


def _failure(name: str, data: bytes | None) -> LLMKitError | None:
    if data is None:
        return ConnectionFailed("The answers are at their end.")
    if data[:1] != FAILED:
        return None
    digits, body = data[1:4], data[4:]
    status = 300 + int(digits) % 300 if digits.isdigit() else 500
    return _checked(name, status, Headers(()), body)


def _checked(name: str, status: int, headers: Headers, body: bytes) -> LLMKitError:
    spoken = codec(name)
    assert spoken is not None
    error = spoken.error(status, headers, body)
    check_error(error)
    return error


def _written(result: object) -> None:
    """What an operation returns can be written down."""
    if isinstance(result, Reply):
        result = believable(result)  # as the driver of the questions does
        msgspec.json.encode(result)
        check_usage(result.usage)
        for name, value in result.units.items():
            hold(isinstance(name, str) and value == value and 0 <= value < 1e308, f"a unit of {type(result).__name__} is no count")
        check_cost(result.cost)


def _shape(result: object) -> Hashable:
    if isinstance(result, Reply):
        told = [name for name in result.__struct_fields__ if getattr(result, name)]
        return type(result).__name__, tuple(told), tuple(result.units)
    return type(result).__name__, getattr(result, "status", None)


def _error(data: bytes) -> Hashable:
    head, _, body = data.partition(b"\n")
    name, _, digits = head.partition(b" ")
    status = 300 + int(digits) % 300 if digits[:4].isdigit() and len(digits) < 5 else 400
    known = chosen(tuple(MODULES), name)
    error = _checked(known, status, Headers([("retry-after", "3")]), body)
    return known, type(error).__name__


def _seeds(names: tuple[str, ...]) -> list[bytes]:
    """Return a start for each thing that can be asked: an object without anything, which the words are put into."""
    empty = b'{"id":"j1","status":"succeeded","data":[{"url":"https://x.example/a","b64_json":"AAAA"}],"results":[{"index":0,"score":0.5}],"text":"a"}'
    return [f"{way.format} {way.what}\n".encode() + NEXT.join([empty] * 3) for name in names for way in ways(name)]


def _failures() -> list[bytes]:
    body = b'{"error":{"message":"no","type":"invalid_request_error","code":"x"},"detail":[{"msg":"a"}],"status":"error"}'
    return [f"{name} 1{place % 30:02}\n".encode() + body for place, name in enumerate(MODULES)]

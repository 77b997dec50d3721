"""Each dialect's answers, streams and errors."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from functools import partial
from math import isfinite

import msgspec

from llmkit.accumulate import fold
from llmkit.dialects import NAMES, dialect
from llmkit.encoding import as_bytes
from llmkit.errors import InvalidRequest, ProviderError
from llmkit.types.dialect import CompletionDialect
from llmkit.types.events import Event, Finish
from llmkit.types.http import Headers
from llmkit.types.messages import Message
from llmkit.types.parts import Provenance
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import CompletionResponse
from llmkit.types.usage import Cost, Usage
from tests.security.fuzz.harvest import words_of
from tests.security.fuzz.mutation import pieces
from tests.security.fuzz.target import Target, hold, way_of
from tests.security.fuzz.wires import bodies, failures, streams

_encode = msgspec.json.Encoder().encode
_HI = Message.user("Hi")


def targets() -> Iterator[Target]:
    """Return three for each dialect."""
    for name in NAMES:
        words = partial(_words, name)
        yield Target(name=f"decode.{name}", run=_decode(name), seeds=partial(bodies, name), words=words)
        yield Target(name=f"stream.{name}", run=_stream(name), seeds=partial(_streams, name), words=words, longest=4096)
        yield Target(name=f"error.{name}", run=partial(_error, name), seeds=partial(_failures, name), words=words)


def _words(name: str) -> list[bytes]:
    frames = [b"data: ", b"\n\n", b"\n", b"[DONE]", b"event: "]
    return [*words_of(f"llmkit.dialects.{name}", f"llmkit.testing.wire.{name}"), *frames]


def _decode(name: str) -> Callable[[bytes], Hashable]:
    spoken, origin = dialect(name), Provenance(provider="p", dialect=name)

    def run(data: bytes) -> Hashable:
        answer = spoken.decode(data, origin=origin)
        checked(answer)
        _sent_back(spoken, answer, origin)
        return shape(answer)

    return run


def _sent_back(spoken: CompletionDialect, answer: CompletionResponse, origin: Provenance) -> None:
    """The next turn carries the answer: whatever was read can be written again, or is refused in words."""
    request = CompletionRequest(model="m", messages=(_HI, answer.message, _HI))
    try:
        encoded = spoken.encode(request, model="m", target=origin, profile=spoken.PROFILE, stream=False)
        as_bytes(encoded.body)
    except InvalidRequest:  # and what is below it: a part that this format cannot say
        return


def checked(answer: CompletionResponse) -> None:
    """Hold what every answer promises: it can be written down, and its counts are counts."""
    _encode(answer)
    check_usage(answer.usage)
    hold(answer.created is None or isfinite(answer.created), "created is no moment")
    check_cost(answer.cost)


def check_usage(usage: Usage | None) -> None:
    """Hold that counts of tokens are counts."""
    for name in usage.__struct_fields__ if usage is not None else ():
        value = getattr(usage, name)
        hold(not isinstance(value, int) or value >= 0, f"usage.{name} is no count")


def check_cost(cost: Cost | None) -> None:
    """Hold that nobody pays money back: a cost below 0 would make room in a budget."""
    hold(cost is None or (cost.amount.is_finite() and cost.amount >= 0), "a cost is none")


def shape(answer: CompletionResponse) -> Hashable:
    """Return what tells one answer from another, its values left out."""
    return (
        tuple([type(part).__name__ for part in answer.content[:6]]),
        answer.finish.unified,
        len(answer.candidates),
        answer.usage is not None,
        tuple(answer.extra)[:4],
        bool(answer.warnings),
    )


def _stream(name: str) -> Callable[[bytes], Hashable]:
    spoken, origin = dialect(name), Provenance(provider="p", dialect=name)
    unwrap = _eventstream if name == "bedrock_converse" else bytes

    def run(data: bytes) -> Hashable:
        framed = unwrap(data)
        events, done, error = streamed(spoken, origin, [framed])
        answer = fold(events)
        checked(answer)
        ends = [event for event in events if isinstance(event, Finish)]
        hold(done == bool(ends), "done and the end of the stream differ")
        hold(len(ends) < 2 and (not ends or events[-1] is ends[0]), "something follows the end")
        hold((answer.finish.unified == "interrupted") >= (not done), "a cut stream looks complete")
        other, also, failed = streamed(spoken, origin, pieces(framed))
        hold((done, error) == (also, failed), "a split changes the end")
        hold(_encode(answer) == _encode(fold(other)), "a split changes the answer")
        return shape(answer), error, len(events) > 4

    return run


def streamed(spoken: CompletionDialect, origin: Provenance, cut: list[bytes]) -> tuple[list[Event], bool, Hashable]:
    """Return the events, whether the end came, and what the stream reports of a failure."""
    decoder = spoken.decoder(origin=origin)
    events: list[Event] = []
    for piece in cut:
        events += decoder.feed(piece)
    events += decoder.close()
    return events, decoder.done, None if decoder.error is None else way_of(decoder.error)


def _eventstream(data: bytes) -> bytes:
    """Read lines `event-type payload`, so that a changed payload has the checksums that it needs."""
    from llmkit.testing.aws_eventstream import frame

    found: list[bytes] = []
    for line in data.split(b"\n"):
        kind, _, payload = line.partition(b" ")
        header = ":exception-type" if kind.endswith(b"Exception") else ":event-type"
        message = "exception" if header == ":exception-type" else "event"
        found.append(frame({":message-type": message, header: kind.decode("latin-1")[:60]}, payload))
    return b"".join(found)


def _streams(name: str) -> list[bytes]:
    if name != "bedrock_converse":
        return list(streams(name))
    from llmkit.framing.aws_eventstream import EventStreamMessages

    found: list[bytes] = []
    for stream in streams(name):
        messages = EventStreamMessages().feed(stream)
        lines = [(m.text(":event-type") or m.text(":exception-type")).encode() + b" " + m.payload for m in messages]
        found.append(b"\n".join(lines))
    return found


def _error(name: str, data: bytes) -> Hashable:
    head, _, body = data.partition(b"\n\n")
    first, *lines = head.decode("latin-1").split("\n")
    digits = "".join([letter for letter in first if letter in "0123456789"])[:9]
    headers = Headers([(field.strip(), value.strip()) for field, _, value in (line.partition(":") for line in lines)])
    error = dialect(name).error(300 + int(digits or 0) % 300, headers, body)
    return check_error(error)


def check_error(error: ProviderError) -> Hashable:
    """Hold what every error of a provider promises."""
    hold(isinstance(error, ProviderError), "the error is none of a provider")
    hold(len(str(error)) < 16_384, "the message has no bound")
    str(error).encode()
    hold(error.retry_after is None or (isfinite(error.retry_after) and error.retry_after >= 0), "retry_after is no time")
    return type(error).__name__, error.retry_after is not None, error.retryable


def _failures(name: str) -> list[bytes]:
    fields = b"\nretry-after: 7\ndate: Mon, 23 Nov 2026 10:00:00 GMT\nx-request-id: r1\nx-should-retry: true"
    return [str(status - 300).encode() + fields + b"\n\n" + body for status, body in failures(name)]

"""What goes wrong between a client and a provider, one value each."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from typing import TypeAlias

from llmkit.testing.answers import SAMPLE, Answer
from llmkit.testing.received import Received
from llmkit.testing.replies import Cut, Hold, Pause, Piece, Reply
from llmkit.testing.serving import answer_reply, failure_reply, json_reply, stream_reply
from llmkit.testing.wire import Failure, Wire
from llmkit.types.model import Model

Render: TypeAlias = Callable[[Wire, Received], Reply]

KINDS = (
    "bad_request",
    "context_length",
    "content_filter",
    "unauthorized",
    "quota",
    "payment",
    "forbidden",
    "not_found",
    "too_large",
    "unprocessable",
    "rate_limited",
    "server",
    "overloaded",
)
"""Errors that a provider states; not every format has each."""
_HTML = "<!DOCTYPE html><html><head><title>{status}</title></head><body><h1>{status}</h1><p>The server is unwell.</p></body></html>"
_GARBAGE = b'\x00\xff{"id": "x", \x80\xfe nonsense'


class Fault(Model, frozen=True, kw_only=True):
    """One failure. `name` shows it in test output, `render` makes the reply.

    `after` counts the events of a stream; a plain answer is damaged in the middle of its body (`after=0`: before its head).
    """

    name: str
    render: Render

    # --- errors that the provider states -------------------------------------------------------------------------------

    @classmethod
    def error(
        cls,
        kind: str = "",
        *,
        status: int = 0,
        message: str = "",
        headers: Mapping[str, str] | None = None,
        retry_after: float | str | None = None,
    ) -> Fault:
        """Answer with the dialect's own error.

        `kind` is one of `bad_request`, `context_length`, `content_filter`, `unauthorized`, `quota`, `forbidden`, `not_found`,
        `too_large`, `rate_limited`, `server`, `overloaded`; or give a `status` alone.
        """
        extra = dict(headers or {})
        if retry_after is not None:
            extra["Retry-After"] = retry_after if isinstance(retry_after, str) else f"{retry_after:g}"
        failure = Failure(kind=_known(kind), status=status, message=message)
        return cls(name=f"error {kind or status}", render=lambda wire, request: failure_reply(failure, wire, tuple(extra.items())))

    @classmethod
    def rate_limited(cls, retry_after: float | str | None = None) -> Fault:
        """Answer 429, with `Retry-After` in seconds or as an HTTP date."""
        return cls.error("rate_limited", retry_after=retry_after)

    @classmethod
    def overloaded(cls, retry_after: float | str | None = None) -> Fault:
        """Answer that there is no capacity, with the dialect's status (503 or 529)."""
        return cls.error("overloaded", retry_after=retry_after)

    @classmethod
    def error_in_200(cls, kind: str = "server", message: str = "") -> Fault:
        """Answer 200 with an error object as the body."""
        failure = Failure(kind=_known(kind), message=message)
        return cls(name=f"error in 200 {kind}", render=lambda wire, request: json_reply(200, wire.failure(failure)[1]))

    @classmethod
    def error_in_stream(cls, kind: str = "overloaded", message: str = "", *, after: int = 3, answer: Answer = SAMPLE) -> Fault:
        """Begin a stream, then send an error as an event and end. A plain call gets the error with status 200."""
        failure = Failure(kind=_known(kind), message=message)

        def render(wire: Wire, request: Received) -> Reply:
            if not wire.streams(request):
                return json_reply(200, wire.failure(failure)[1])
            return stream_reply([*wire.events(answer, request)[:after], wire.failure_event(failure)], wire, request)

        return cls(name=f"error in stream {kind}", render=render)

    # --- answers that are none -----------------------------------------------------------------------------------------

    @classmethod
    def html(cls, status: int = 500) -> Fault:
        """Answer with a web page, as proxies and captive portals do."""
        return cls.raw(
            status, _HTML.format(status=status).encode(), headers={"Content-Type": "text/html; charset=utf-8"}, name=f"html {status}"
        )

    @classmethod
    def empty(cls, status: int = 200) -> Fault:
        """Answer with no body at all."""
        return cls.raw(status, b"", headers={"Content-Type": "application/json"}, name=f"empty {status}")

    @classmethod
    def garbage(cls, *, after: int = 2, answer: Answer = SAMPLE) -> Fault:
        """Send bytes that are neither JSON nor UTF-8: as the body, or as an event of a stream."""

        def render(wire: Wire, request: Received) -> Reply:
            if not wire.streams(request):
                return Reply(headers=(("Content-Type", "application/json"),), pieces=(_GARBAGE,))
            events = wire.events(answer, request)
            return stream_reply([*events[:after], b"data: " + _GARBAGE + b"\n\n", *events[after:]], wire, request)

        return cls(name="garbage", render=render)

    @classmethod
    def not_http(cls, data: bytes = b"SSH-2.0-OpenSSH_9.9\r\n") -> Fault:
        """Answer in another protocol."""
        return cls(name="not http", render=lambda wire, request: Reply(pieces=(data, Cut()), framing="raw"))

    @classmethod
    def redirect(cls, status: int = 307, *, to: str) -> Fault:
        """Answer with a redirect."""
        return cls.raw(status, b"", headers={"Location": to}, name=f"redirect {status}")

    @classmethod
    def raw(cls, status: int, body: bytes, *, headers: Mapping[str, str] | None = None, name: str = "raw") -> Fault:
        """Answer with exactly this."""
        reply = Reply(status=status, headers=tuple((headers or {}).items()), pieces=(body,))
        return cls(name=name, render=lambda wire, request: reply)

    @classmethod
    def gzip_bomb(cls, size: int = 100_000_000) -> Fault:
        """Answer with a small body that decompresses to `size` zero bytes."""
        body = gzip.compress(bytes(size), 9)
        return cls.raw(200, body, headers={"Content-Type": "application/json", "Content-Encoding": "gzip"}, name="gzip bomb")

    @classmethod
    def corrupt_gzip(cls, answer: Answer = SAMPLE) -> Fault:
        """Answer with a gzip body whose checksum is wrong."""

        def render(wire: Wire, request: Received) -> Reply:
            plain = answer_reply(answer, wire, request)
            body = gzip.compress(b"".join(piece for piece in plain.pieces if isinstance(piece, bytes)))
            broken = body[:-8] + bytes(byte ^ 0xFF for byte in body[-8:])
            return Reply(headers=(*plain.headers, ("Content-Encoding", "gzip")), pieces=(broken,))

        return cls(name="corrupt gzip", render=render)

    # --- answers that break off or drag ---------------------------------------------------------------------------------

    @classmethod
    def disconnect(cls, *, reset: bool = False) -> Fault:
        """Take the request and close the connection without a word."""
        return cls(name="disconnect", render=lambda wire, request: Reply(pieces=(Cut(reset=reset),), framing="raw"))

    @classmethod
    def cut(cls, after: int = 3, *, clean: bool = False, reset: bool = False, answer: Answer = SAMPLE) -> Fault:
        """Break off after `after` events. `clean` ends the HTTP body in order, so that only the missing end of the answer tells."""
        cut: tuple[Piece, ...] = () if clean else (Cut(reset=reset),)
        return cls(name=f"cut after {after}", render=lambda wire, request: _interrupted(answer, wire, request, after, cut, resumed=False))

    @classmethod
    def unfinished(cls, answer: Answer = SAMPLE) -> Fault:
        """Send everything but the stream's terminal event, and end in order."""

        def render(wire: Wire, request: Received) -> Reply:
            events = wire.events(answer, request) if wire.streams(request) else []
            return _interrupted(answer, wire, request, max(len(events) - 1, 1), (), resumed=False)

        return cls(name="unfinished", render=render)

    @classmethod
    def stall(cls, after: int = 1, *, answer: Answer = SAMPLE) -> Fault:
        """Fall silent after `after` events until `fake.release()`, then go on; without it, until the client leaves or the fake closes."""
        return cls(
            name=f"stall after {after}", render=lambda wire, request: _interrupted(answer, wire, request, after, (Hold(),), resumed=True)
        )

    @classmethod
    def slow(cls, seconds: float = 0.01, *, answer: Answer = SAMPLE) -> Fault:
        """Pause before every event."""

        def render(wire: Wire, request: Received) -> Reply:
            plain = answer_reply(answer, wire, request)
            return plain.replace(pieces=tuple(step for piece in plain.pieces for step in (Pause(seconds=seconds), piece)))

        return cls(name="slow", render=render)

    @classmethod
    def split(cls, size: int = 1, *, answer: Answer = SAMPLE) -> Fault:
        """Send the right bytes in pieces of `size`, each in a packet of its own."""

        def render(wire: Wire, request: Received) -> Reply:
            plain = answer_reply(answer, wire, request)
            whole = b"".join(piece for piece in plain.pieces if isinstance(piece, bytes))
            return plain.replace(pieces=tuple(whole[start : start + size] for start in range(0, len(whole), size)))

        return cls(name=f"split {size}", render=render)

    @classmethod
    def comments(cls, count: int = 10_000, *, every: float = 0.01, after: int = 1, answer: Answer = SAMPLE) -> Fault:
        """Begin a stream, then send keep-alive comments only."""
        pings = tuple(piece for _ in range(count) for piece in (Pause(seconds=every), b": keep-alive\n\n"))
        return cls(name="comments", render=lambda wire, request: _interrupted(answer, wire, request, after, pings, resumed=False))

    @classmethod
    def endless_line(cls, size: int = 64 * 2**20, *, block: int = 65_536) -> Fault:
        """Send an event without an end."""
        blocks = (b"data: ", *(b"x" * block for _ in range(size // block)))
        return cls(name="endless line", render=lambda wire, request: stream_reply(blocks, wire, request))

    @classmethod
    def wrong_length(cls, by: int = 10, *, answer: Answer = SAMPLE) -> Fault:
        """Declare `by` bytes more than are sent (fewer where negative), then close."""

        def render(wire: Wire, request: Received) -> Reply:
            plain = answer_reply(answer, wire, request)
            whole = b"".join(piece for piece in plain.pieces if isinstance(piece, bytes))
            return Reply(headers=plain.headers, pieces=(whole, Cut()), declared=len(whole) + by)

        return cls(name=f"wrong length {by:+}", render=render)


def _known(kind: str) -> str:
    if kind and kind not in KINDS:
        raise ValueError(f"There is no error {kind!r}: there are {', '.join(KINDS)}.")
    return kind


def _interrupted(answer: Answer, wire: Wire, request: Received, after: int, pieces: tuple[Piece, ...], *, resumed: bool) -> Reply:
    """Return `answer` with `pieces` after its first `after` events; the rest follows where `resumed`."""
    plain = answer_reply(answer, wire, request)
    before, rest = plain.pieces[:after], plain.pieces[after:]
    if not wire.streams(request):
        body = b"".join(piece for piece in plain.pieces if isinstance(piece, bytes))
        half = len(body) // 2 if after else 0
        before, rest = ((body[:half],) if half else ()), (body[half:],)
        if not resumed and not pieces:
            return plain.replace(pieces=before)
        plain = plain.replace(declared=len(body))
    return plain.replace(pieces=before + pieces + (rest if resumed else ()))

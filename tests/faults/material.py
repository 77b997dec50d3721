"""What a good answer of each format is as bytes, so that a fault can damage it anywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, TypeAlias

from llmkit.framing.aws_eventstream import read_headers
from llmkit.testing.answers import Answer
from llmkit.testing.aws_eventstream import frame
from llmkit.testing.received import Received
from llmkit.testing.wire import Failure, load
from llmkit.types.http import Headers
from tests.transport.servers import Received as Request

Change: TypeAlias = Callable[[dict[str, Any]], "list[dict[str, Any]] | None"]
LINES = ("ollama",)
AWS = ("bedrock_converse",)
SSE = (
    "anthropic",
    "cohere",
    "completions",
    "gemini",
    "gemini_interactions",
    "mistral",
    "openai_chat",
    "openai_responses",
    "predictions",
)
WORDS = ("predictions",)
"""Formats whose stream holds words and no JSON."""
_TEXT = re.compile(rb'"[^"]*fox[^"]*"')
_SAID = re.compile(rb"fox")


class Material:
    """The answer `answer` to one request: `events` where a stream was asked for, `body` where it was not."""

    def __init__(self, dialect: str, request: Request, answer: Answer, *, stream: bool) -> None:
        self.dialect = dialect
        self.wire = load(dialect)
        self.request = Received(request.method, request.path, Headers(list(request.headers.items())), request.body, request.connection)
        self.answer = answer
        self.streams = self.wire.streams(self.request)
        self.opens = stream and not self.streams
        """The request only makes what another one streams."""
        self.events: list[bytes] = self.wire.events(answer, self.request) if self.streams else []
        self.body = json.dumps(self.wire.body(answer, self.request), ensure_ascii=False).encode()
        self.type = self.wire.content_type(self.request) if self.streams else "application/json"

    @property
    def payload(self) -> bytes:
        """Return the whole answer."""
        return b"".join(self.events) if self.streams else self.body

    @property
    def middle(self) -> int:
        """Return the place of the first event after some words (of the middle byte, in a plain answer)."""
        if not self.streams:
            return len(self.body) // 2
        return 1 + next((place for place, event in enumerate(self.events) if b"brown" in event), len(self.events) // 2)

    @property
    def begun(self) -> bytes:
        """Return the first part of the answer: whole events with words in them, or half a body."""
        return b"".join(self.events[: self.middle]) if self.streams else self.body[: self.middle]

    @property
    def rest(self) -> bytes:
        """Return what comes after `begun`."""
        return self.payload[len(self.begun) :]

    def head(self, status: str = "200 OK", *headers: str, framing: str = "Transfer-Encoding: chunked", kind: str | None = None) -> bytes:
        """Return the head of the response."""
        named = [f"Content-Type: {self.type if kind is None else kind}", *headers, *([framing] if framing else [])]
        return "\r\n".join([f"HTTP/1.1 {status}", *named, "", ""]).encode("latin-1")

    def sized(self, payload: bytes, *headers: str, status: str = "200 OK", kind: str | None = None) -> bytes:
        """Return a response of a declared length."""
        return self.head(status, *headers, framing=f"Content-Length: {len(payload)}", kind=kind) + payload

    def chunked(self, payload: bytes, *headers: str, kind: str | None = None) -> bytes:
        """Return a response of one chunk, and its end."""
        return self.head("200 OK", *headers, kind=kind) + chunk(payload) + b"0\r\n\r\n"

    def good(self) -> bytes:
        """Return the answer as it should be."""
        return self.chunked(self.payload) if self.streams else self.sized(self.payload)

    def failure(self, kind: str) -> bytes:
        """Return the error `kind` as the body of this format."""
        return json.dumps(self.wire.failure(Failure(kind=kind))[1]).encode()

    def event(self, data: bytes, name: str = "contentBlockDelta") -> bytes:
        """Return `data` as one event of this format."""
        if self.dialect in AWS:
            return frame({":event-type": name, ":content-type": "application/json", ":message-type": "event"}, data)
        return data + b"\n" if self.dialect in LINES else b"data: " + data + b"\n\n"

    def reworded(self, replacement: bytes, *, whole: bool = True) -> bytes:
        """Return the answer with the JSON string that holds "fox" (only the word, without `whole`) replaced."""
        pattern = _TEXT if whole else _SAID
        if not self.streams:
            return pattern.sub(lambda _: replacement, self.body)
        return b"".join([self._reworded(event, pattern, replacement) for event in self.events])

    def _reworded(self, event: bytes, pattern: re.Pattern[bytes], replacement: bytes) -> bytes:
        if b"fox" not in event:
            return event
        wrap, data = self._opened(event)
        return wrap(pattern.sub(lambda _: replacement, data))

    def edited(self, *changes: Change) -> bytes:
        """Return the answer with each JSON object of it changed: in place, or to those that a change returns."""
        if not self.streams:
            found = [json.loads(self.body)]
            for change in changes:
                found = _changed(found, change)
            return json.dumps(found[0]).encode()
        return b"".join([self._edited(event, changes) for event in self.events])

    def _edited(self, event: bytes, changes: tuple[Change, ...]) -> bytes:
        wrap, data = self._opened(event)
        if data[:1] != b"{":
            return event
        found = [json.loads(data)]
        for change in changes:
            found = _changed(found, change)
        return b"".join([wrap(json.dumps(one).encode()) for one in found])

    def _opened(self, event: bytes) -> tuple[Callable[[bytes], bytes], bytes]:
        """Return the data of an event, and what makes an event of data again."""
        if self.dialect in AWS:
            size = int.from_bytes(event[4:8], "big")
            headers = {name: value for name, value in read_headers(event[12 : 12 + size]).items() if isinstance(value, str)}
            return (lambda data: frame(headers, data)), event[12 + size : -4]
        start = 0 if self.dialect in LINES else event.index(b"data: ") + 6 if b"data: " in event else len(event)
        end = len(event.rstrip(b"\r\n"))
        return (lambda data: event[:start] + data + event[end:]), event[start:end]


def _changed(found: list[Any], change: Change) -> list[Any]:
    made: list[Any] = []
    for one in found:
        result = change(one)
        made += [one] if result is None else result
    return made


def chunk(data: bytes) -> bytes:
    """Return `data` as one chunk."""
    return b"%x\r\n%b\r\n" % (len(data), data)

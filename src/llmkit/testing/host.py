"""A host that runs in your test: real HTTP on loopback, with an answer for each place you name."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable
from email.parser import BytesParser
from email.policy import HTTP
from types import TracebackType
from typing import Any, Self, TypeAlias

from llmkit.testing.connection import Gate
from llmkit.testing.received import Received
from llmkit.testing.replies import Reply
from llmkit.testing.server import Server
from llmkit.testing.serving import json_reply

Answering: TypeAlias = Reply | dict[str, Any] | list[Any] | Callable[[Received], Any]
"""A reply; what JSON can say, with status 200; or a function of the request that returns one of these."""


class FakeHost:
    """Answers `METHOD /path` with what `on` says, in turn, the last one again and again.

    Use it in a `with` block and point a client at `url`. What nobody foresaw gets a 404 and fails the block at its end.

    Example:
        >>> with FakeHost() as host:
        ...     host.on("POST /v1/embeddings", {"data": [{"index": 0, "embedding": [1.0]}]})
    """

    def __init__(self) -> None:
        self._answers: dict[str, deque[Answering]] = {}
        self._lock = threading.Lock()
        self._server: Server | None = None
        self._gates: list[Gate] = []
        self.requests: list[Received] = []
        self.unforeseen: list[Received] = []

    def on(self, place: str, *answers: Answering) -> Self:
        """Answer requests to `place` (`POST /v1/files`; the path may end in `*`) with `answers`, one after the other."""
        with self._lock:
            self._answers.setdefault(place, deque()).extend(answers)
        return self

    @property
    def url(self) -> str:
        """Return `http://127.0.0.1:port`."""
        if self._server is None:
            raise RuntimeError("The host is not running: use it in a `with` block.")
        return f"http://127.0.0.1:{self._server.port}"

    def asked(self, place: str) -> list[Received]:
        """Return the requests to `place` so far."""
        return [request for request in self.requests if f"{request.method} {request.path}" == place]

    def __enter__(self) -> Self:
        self._server = Server(self._reply)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        for gate in self._gates:
            gate.open()
        if self._server is not None:
            self._server.close()
        if kind is None and self.unforeseen:
            raise AssertionError(f"The fake host got requests that nobody foresaw: {self.unforeseen}")

    def _reply(self, request: Received) -> Reply:
        request.gate = gate = Gate()
        with self._lock:
            self._gates.append(gate)
            self.requests.append(request)
            line = self._line(f"{request.method} {request.path}")
            answer = None if line is None else line.popleft() if len(line) > 1 else line[0]
            if answer is None:
                self.unforeseen.append(request)
        if answer is None:
            return json_reply(404, {"error": {"message": f"Nothing is at {request.method} {request.path}."}})
        found = answer(request) if callable(answer) else answer
        return found if isinstance(found, Reply) else json_reply(200, found)

    def _line(self, place: str) -> deque[Answering] | None:
        if place in self._answers:
            return self._answers[place]
        begun = [known for known in self._answers if known.endswith("*") and place.startswith(known[:-1])]
        return self._answers[max(begun, key=len)] if begun else None


def form_of(request: Received) -> list[tuple[str, str | None, str, bytes]]:
    """Return the fields of a form: name, file name, media type and bytes, in order."""
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + request.body)
    found = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        found.append((str(name), part.get_filename(), part.get_content_type(), data if isinstance(data, bytes) else b""))
    return found


def bytes_reply(data: bytes, media_type: str, status: int = 200) -> Reply:
    """Return `data` as an answer."""
    return Reply(status=status, headers=(("Content-Type", media_type),), pieces=(data,))


def stream_reply(*pieces: bytes | str | dict[str, Any], media_type: str = "text/event-stream") -> Reply:
    """Return a chunked answer; dicts are events of a server-sent stream."""
    said = [piece if isinstance(piece, bytes) else piece.encode() if isinstance(piece, str) else _event(piece) for piece in pieces]
    return Reply(headers=(("Content-Type", media_type),), pieces=tuple(said), framing="chunked")


def _event(data: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(data)}\n\n".encode()

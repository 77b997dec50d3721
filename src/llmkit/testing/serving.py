"""Turn an answer into a reply: a JSON body for a plain call, a chunked stream of events for a streaming one."""

from __future__ import annotations

import json
from collections.abc import Sequence

from llmkit.testing.answers import Answer
from llmkit.testing.received import Received
from llmkit.testing.replies import Piece, Reply
from llmkit.testing.wire import Failure, Wire

JSON = "application/json"


def answer_reply(answer: Answer, wire: Wire, request: Received) -> Reply:
    """Return the reply that says `answer`."""
    extra = tuple(answer.headers.items())
    if wire.streams(request):
        return stream_reply(wire.events(answer, request), wire, request, extra)
    return json_reply(200, wire.body(answer, request), extra)


def stream_reply(pieces: Sequence[Piece], wire: Wire, request: Received, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """Return a chunked stream of `pieces`."""
    return Reply(headers=(("Content-Type", wire.content_type(request)), *headers), pieces=tuple(pieces), framing="chunked")


def json_reply(status: int, body: object, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """Return `body` as JSON."""
    data = json.dumps(body, ensure_ascii=False).encode()
    return Reply(status=status, headers=(("Content-Type", JSON), *headers), pieces=(data,))


def failure_reply(failure: Failure, wire: Wire, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """Return an error in the dialect's own shape."""
    status, body = wire.failure(failure)
    return json_reply(status, body, headers)

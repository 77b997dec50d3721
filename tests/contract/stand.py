"""A server on loopback that stands for every provider at once, and the transport that sends everything there.

The transport keeps what a request would have been, its real address and its headers included; the bytes go over real HTTP.
"""

from __future__ import annotations

import msgspec

from llmkit.connections import blocking_transport
from llmkit.testing.answers import Answer
from llmkit.testing.received import Received
from llmkit.testing.replies import Reply
from llmkit.testing.server import Server
from llmkit.testing.serving import answer_reply, failure_reply, json_reply
from llmkit.testing.wire import WIRES, Failure, load
from llmkit.transport.settings import TransportSettings
from llmkit.types.http import HttpRequest, HttpResponse, Origin

TOKEN = "token-contract-9876543210"
ANSWER = Answer(text="Hello from the contract", usage=(12, 5), model="example-model")
_TOKEN_KINDS = ("application/x-www-form-urlencoded",)


class Sent(msgspec.Struct, frozen=True):
    """A request as it would have gone out."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


class Stand:
    """Answers in the words of `dialect`, or with the error `failure`; hands out `TOKEN` where one is asked for."""

    def __init__(self) -> None:
        self.dialect = "openai_chat"
        self.failure = ""
        self.elsewhere = ""
        self.sent: list[Sent] = []
        self.asked: list[Sent] = []
        self._server = Server(self._reply)
        self._origin = Origin(scheme="http", host="127.0.0.1", port=self._server.port)
        self._transport = blocking_transport(TransportSettings.of())

    def set(self, dialect: str, failure: str = "", elsewhere: str = "") -> None:
        """Speak `dialect` from now on, and forget what was sent; streams that an answer points to are at `elsewhere`."""
        self.dialect, self.failure, self.elsewhere = dialect, failure, elsewhere
        self.sent.clear()
        self.asked.clear()

    async def send(self, request: HttpRequest) -> HttpResponse:
        """Keep the request and send it to the stand."""
        proof = () if request.credential is None else tuple(request.credential.headers(request))
        headers = (*request.headers, *proof)
        kept = Sent(request.method, f"{request.origin}{request.path}", {name.lower(): value for name, value in headers}, request.body)
        assert request.credential is None or request.credential.origin == request.origin
        (self.asked if kept.headers.get("content-type") in _TOKEN_KINDS else self.sent).append(kept)
        return await self._transport.send(msgspec.structs.replace(request, origin=self._origin, headers=headers, credential=None))

    async def aclose(self) -> None:
        """Nothing: the stand outlives the clients."""

    def close(self) -> None:
        """Stop the server."""
        self._server.close()

    def _reply(self, request: Received) -> Reply:
        if request.headers.get("content-type") in _TOKEN_KINDS:
            return json_reply(200, {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600})
        if self.dialect not in WIRES:
            return json_reply(401 if self.failure == "unauthorized" else 429, {"error": {"message": "refused", "type": self.failure}})
        wire = load(self.dialect)
        if self.failure:
            return failure_reply(Failure(kind=self.failure), wire)
        reply = answer_reply(ANSWER, wire, request)
        elsewhere = self.elsewhere.encode()  # an answer that points to the stand points to where the stream really is
        pieces = tuple(
            piece.replace(str(self._origin).encode(), elsewhere) if isinstance(piece, bytes) else piece for piece in reply.pieces
        )
        return reply.replace(pieces=pieces) if elsewhere else reply

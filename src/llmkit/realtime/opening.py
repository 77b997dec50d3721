"""Open a session: through the layers as one call, then the handshake, then the settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import msgspec

from llmkit.errors import LLMKitError, UnsupportedFeature
from llmkit.operations.exchange import Asked, Driven, Operations, allowed
from llmkit.operations.reading import models_of
from llmkit.pipeline.call import compose
from llmkit.realtime.asked import request_of
from llmkit.realtime.core import SessionCore
from llmkit.run.toolset import Toolset
from llmkit.sending import described, failure_of
from llmkit.types.asking import Ask
from llmkit.types.http import Headers, HttpRequest, HttpResponse
from llmkit.types.realtime import RealtimeReply, ResponseDone
from llmkit.types.realtime_request import RealtimeRequest
from llmkit.types.reply import Reply
from llmkit.types.totals import total_cost
from llmkit.types.websocket import WebSocket, WebSocketTransport

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.dialects.realtime.session import RealtimeCodec
    from llmkit.endpoint import Endpoint
    from llmkit.pipeline.call import Call, Layer
    from llmkit.runtime.protocol import Runtime
    from llmkit.types.request import Request

_NOT_AROUND = frozenset({"cache", "singleflight", "hedge"})
"""No session stands for another, and two at once would both be paid for."""


async def open_session(core: Core, model: str | Sequence[str] | RealtimeRequest, options: Mapping[str, Any]) -> SessionCore:
    """Return a session that is ready to talk."""
    around = layers_around(core)
    left = dict(options)
    tools = Toolset(left.pop("tools", None) or ())
    try:
        await tools.open(core.runtime)
        given = {"tools": tools.declared} if tools.declared else {}
        first = model if isinstance(model, str | RealtimeRequest) else next(iter(model), "")
        request = request_of(first, {**left, **given})
        begin = compose(around, RealtimeSessions(core.endpoints, core.knowledge.pricing))
        found: SessionCore = await begin(call_of(core, request, models_of(core, model, "realtime"), "realtime"))
    except BaseException:
        await tools.aclose(core.runtime)
        raise
    found.tools = tools
    return found


def layers_around(core: Core) -> list[Layer]:
    """Return the layers that stand around a session. Raises `UnsupportedFeature` where one of them could not do its work."""
    around = [layer for layer in core.layers if layer.name not in _NOT_AROUND]
    if any(layer.name == "guard" for layer in around):
        hint = "Open it with a client that has no Guard, and look at what is said yourself."
        raise UnsupportedFeature("guardrails", where="A realtime session", hint=hint)
    return around


def call_of(core: Core, request: Request, names: tuple[str, ...], operation: str) -> Call:
    """Return the call. A session may last: only a limit that was given for it holds for the whole, and pings find a dead line."""
    if request.timeout is None:
        request = request.replace(timeout=core.timeouts.replace(total=None, idle=None))
    return msgspec.structs.replace(core._call(request, names), operation=operation, stream=True)


class RealtimeSessions(Operations):
    """Opens a session with one try."""

    kind: type[SessionCore] = SessionCore
    words = "realtime sessions"

    async def __call__(self, call: Call) -> SessionCore:  # type: ignore[override]  # the other end of the same layers
        """Return the session, once its settings hold."""
        asked = self.asked(call)
        if not hasattr(asked.codec, "session"):
            raise UnsupportedFeature(self.words, where=asked.endpoint.provider.title)
        failure: LLMKitError
        try:
            return await self._opened(asked, cast("RealtimeCodec", asked.codec), call)
        except LLMKitError as error:
            failure = error
        raise described(asked.endpoint, asked.place.model, failure)

    async def _opened(self, asked: Asked, codec: RealtimeCodec, call: Call) -> SessionCore:
        session = codec.session(cast("RealtimeRequest", call.request), asked.place)
        allowed(call.request.on_unsupported, asked.place.model, session.warnings)
        request, _ = self.request(asked, call, Ask(path=session.path, method="GET"))
        socket = await _connected(asked.endpoint, request, call.runtime)
        if isinstance(socket, HttpResponse):
            failure = await failure_of(asked.endpoint, socket, call.deadline)
            if call.hear is not None:
                call.hear(None, failure)
            raise failure
        if call.hear is not None:
            call.hear(None, None)
        found = self.kind(socket, session, call, self._finisher(asked, call), self._pricer(asked, call))
        found.describe_with(lambda error: described(asked.endpoint, asked.place.model, error))
        await found.begin()
        return found

    def _pricer(self, asked: Asked, call: Call) -> Any:
        """Return what says the cost of an answer."""

        def priced(event: ResponseDone) -> ResponseDone:
            if event.usage is None:
                return event
            region = asked.place.values.get("region") or asked.place.values.get("location") or ""
            provider, model, now = asked.endpoint.provider, asked.place.model, call.runtime.wall()
            shares = [
                self.pricing.operation_cost(provider, model, Reply(usage=share), at=now, region=region)[0]
                for share in event.shares or (event.usage,)
            ]
            return event.replace(cost=total_cost(shares))

        return priced

    def _finisher(self, asked: Asked, call: Call) -> Any:
        """Return what completes the reply of the session."""

        def finished(reply: RealtimeReply, seconds: float) -> Reply:
            warnings = allowed(call.request.on_unsupported, asked.place.model, reply.warnings)
            plain = reply.replace(warnings=())
            return self.completed(asked, call, Driven(result=plain, headers=Headers(), warnings=tuple(warnings), seconds=seconds))

        return finished


async def _connected(endpoint: Endpoint, request: HttpRequest, runtime: Runtime) -> WebSocket | HttpResponse:
    """Open the WebSocket with the endpoint's credential; a fetched one that the server refuses is fetched anew, once."""
    if not hasattr(endpoint.transport, "connect"):
        raise UnsupportedFeature("WebSockets", where="This transport", hint="Use the built-in one.")
    transport = cast("WebSocketTransport", endpoint.transport)
    if endpoint.source is None or endpoint.fixed is not None:
        return await transport.connect(request)
    credential = await endpoint.credential(runtime, request.timeouts, request.deadline)
    answer = await transport.connect(msgspec.structs.replace(request, credential=credential))
    if isinstance(answer, HttpResponse) and answer.status == 401 and credential is not None and endpoint.source.forget(credential):
        await answer.body.aclose()
        credential = await endpoint.credential(runtime, request.timeouts, request.deadline)
        answer = await transport.connect(msgspec.structs.replace(request, credential=credential))
    return answer


__all__ = ["RealtimeSessions", "call_of", "layers_around", "open_session"]

"""The running reply of an operation: sound while it is spoken, a picture while it is drawn, words while they are heard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, cast

from llmkit.errors import LLMKitError, UnsupportedFeature
from llmkit.operations.exchange import Asked, Driven, Operations, allowed, own_fields
from llmkit.pipeline.call import Call
from llmkit.sending import ACCEPTED, delivered, described, failure_of, rates
from llmkit.stream import StreamCore
from llmkit.types.asking import Ask, Place
from llmkit.types.dialect import StreamDecoder
from llmkit.types.reply import Reply


class StreamingCodec(Protocol):
    """What the format of an operation has on top, where the reply comes piece by piece."""

    def ask_stream(self, request: Any, place: Place, /) -> Ask:
        """Return the request whose answer is the stream. Raises `UnsupportedFeature` where there is none."""
        ...

    def decoder(self, request: Any, place: Place, /) -> StreamDecoder:
        """Return a fresh decoder; its events are the operation's own."""
        ...

    def fold(self, events: list[Any], /) -> Reply:
        """Return the whole reply that the events come to."""
        ...


class OperationStreams(Operations):
    """Begins one try of an operation whose reply is a stream."""

    async def __call__(self, call: Call) -> StreamCore:  # type: ignore[override]  # the other end of the same layers
        """Return the running reply, once its first event is there."""
        asked = self.asked(call)
        if not hasattr(asked.codec, "ask_stream"):
            raise UnsupportedFeature(f"streams of {call.operation}", where=asked.endpoint.provider.title, hint="Ask for the whole.")
        failure: LLMKitError
        try:
            return await self._opened(asked, cast("StreamingCodec", asked.codec), call)
        except LLMKitError as error:
            failure = error
        raise described(asked.endpoint, asked.place.model, failure)

    async def _opened(self, asked: Asked, codec: StreamingCodec, call: Call) -> StreamCore:
        begun, endpoint = call.runtime.now(), asked.endpoint
        ask = codec.ask_stream(call.request, asked.place)
        warnings = allowed(call.request.on_unsupported, asked.place.model, ask.warnings)
        request, _ = self.request(asked, call, ask, own_fields(asked, call.request))
        response = await delivered(endpoint, request, call.runtime)
        failure = None if response.status in ACCEPTED else await failure_of(endpoint, response, call.deadline)
        if call.hear is not None:
            call.hear(rates(endpoint.provider, response), failure)
        if failure is not None:
            raise failure
        decoder = codec.decoder(call.request, asked.place)
        core = StreamCore(
            response.body, decoder, runtime=call.runtime, timeouts=call.timeouts, deadline=call.deadline, fold=codec.fold, media=True
        )

        def finish(reply: Any) -> Any:
            seconds = call.runtime.now() - begun
            return self.completed(asked, call, Driven(result=reply, headers=response.headers, warnings=tuple(warnings), seconds=seconds))

        core.finish_with(finish)
        core.describe_with(_describe(asked))
        await core.prime()
        return core


def _describe(asked: Asked) -> Callable[[LLMKitError], LLMKitError]:
    return lambda error: described(asked.endpoint, asked.place.model, error)

"""The protocol a wire format fulfils. A dialect does no I/O and knows no provider's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from llmkit.errors import LLMKitError, ProviderError
from llmkit.types.events import Event
from llmkit.types.http import Headers
from llmkit.types.parts import Provenance
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import CompletionResponse
from llmkit.types.warnings import Warning

if TYPE_CHECKING:
    from llmkit.types.model_info import ModelInfo


class Encoded(msgspec.Struct, kw_only=True, gc=False):
    """A request on its way to the wire. `body` is in wire order; quirks may still edit it. `path` is relative to the base URL."""

    path: str
    body: dict[str, Any]
    headers: dict[str, str] = {}
    warnings: list[Warning] = []
    output_mode: str | None = None
    """Which way of asking for the output's form was taken, where there was a choice."""


class StreamDecoder(Protocol):
    """Bytes in any split, events out.

    `done` turns true with the `Finish` event. `error` is set when the stream itself reports a failure; the events before it
    are still returned. Bytes that break the protocol set `error` to a `ProtocolError`.
    """

    done: bool
    error: LLMKitError | None

    def feed(self, data: bytes, /) -> list[Event]:
        """Return the events that `data` completes."""
        ...

    def close(self) -> list[Event]:
        """Return what is left at the end of the bytes; `done` stays false when the stream was cut."""
        ...


class Follow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where the answer goes on, for APIs that first answer with a job: ask `url` with GET.

    It is an address, a path of the same origin, or, without a leading slash, a path beside the one that was asked (RFC 3986).

    `delay` is how long to wait before, in seconds. `stream`: what comes from there is the stream itself, in the decoder's format.
    """

    url: str
    delay: float = 0.0
    stream: bool = False


class Following(Protocol):
    """What a dialect has on top where its answers are jobs that run for a while."""

    def follow(self, body: bytes, /, *, stream: bool, polls: int) -> Follow | None:
        """Return where to ask next after the answer `body`, the `polls`-th; None when `body` is the final answer."""
        ...


class Resuming(Protocol):
    """What a dialect has on top where the provider keeps answers, so that one can be fetched later or a cut stream taken up again."""

    def resume_path(self, response_id: str, /, *, stream: bool, after: str | None = None) -> str:
        """Return the path of the answer `response_id`; with `stream`, of its events behind the event `after`. Raises `InvalidRequest`."""
        ...


class Counting(Protocol):
    """What a dialect has on top where a provider counts the tokens of a request without answering it."""

    OWN_PLACE: bool
    """The format itself names a place to count; else only a provider's row does."""

    def count_path(self, path: str, /) -> str | None:
        """Return where a request that goes to `path` is counted; None: the format names no such place."""
        ...

    def encode_count(self, encoded: Encoded, /, *, model: str) -> Encoded:
        """Return the question how many tokens `encoded` is, a request for `model` as it would go out to `encoded.path`.

        Only what the counting endpoint takes is left.
        """
        ...

    def decode_count(self, body: bytes, /) -> int:
        """Return the number of tokens. Raises `ProtocolError` for other bytes."""
        ...


class ModelPage(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One page of a provider's list of models; `next` is what to ask `list_path` for to get more."""

    models: tuple[ModelInfo, ...] = ()
    next: str | None = None


class Listing(Protocol):
    """What a dialect has on top where a provider tells which models it serves."""

    def list_path(self, page: str | None = None, /) -> str:
        """Return the path, with its query, of a page of the list; None: the first."""
        ...

    def decode_models(self, body: bytes, /, *, provider: str) -> ModelPage:
        """Return the models that `provider` lists in `body`. Raises `ProtocolError` for other bytes."""
        ...


class CompletionDialect(Protocol):
    """One wire format for `complete` and `stream`; a module fulfils it."""

    NAME: str
    PROFILE: Profile

    def encode(self, request: CompletionRequest, /, *, model: str, target: Provenance, profile: Profile, stream: bool) -> Encoded:
        """Return the wire form of `request`. Raises `UnsupportedFeature` for what cannot be said at all."""
        ...

    def decode(self, body: bytes, /, *, origin: Provenance) -> CompletionResponse:
        """Return the response in `body`. Raises `ProtocolError` for other bytes, `ProviderError` for an error with status 200."""
        ...

    def decoder(self, *, origin: Provenance) -> StreamDecoder:
        """Return a fresh stream decoder."""
        ...

    def error(self, status: int, headers: Headers, body: bytes, /) -> ProviderError:
        """Return the typed error for a failed response."""
        ...

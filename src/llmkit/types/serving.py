"""The protocol of the reverse codecs: a server that speaks a vendor's wire format to its clients stands on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from llmkit.errors import LLMKitError
from llmkit.types.events import Event
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import CompletionResponse


class EventRenderer(Protocol):
    """Events in, the framed bytes of the client's stream out."""

    def feed(self, event: Event, /) -> bytes:
        """Return the bytes that `event` comes to; often none or several frames."""
        ...

    def fail(self, error: LLMKitError, /) -> bytes:
        """Return the bytes that tell the client the stream failed; nothing may follow."""
        ...

    def close(self) -> bytes:
        """Return the terminal bytes. Raises `ProtocolError` when no `Finish` was fed: a cut stream must not look complete."""
        ...


class ServingCodec(Protocol):
    """One wire format as a server speaks it; a package of `llmkit.serving` fulfils it."""

    NAME: str
    STREAM_TYPE: str
    """The media type of its streams."""

    def parse_request(self, body: dict[str, Any], /, *, path: str = "", headers: Mapping[str, str] = {}) -> CompletionRequest:
        """Return the request in `body`. Raises `InvalidRequest` naming the field that is malformed."""
        ...

    def streams(self, body: dict[str, Any], /, *, path: str = "") -> bool:
        """Say whether the client asks for a stream."""
        ...

    def render_response(self, response: CompletionResponse, /, *, request: CompletionRequest | None = None) -> dict[str, Any]:
        """Return the body of the whole answer."""
        ...

    def renderer(self, *, request: CompletionRequest | None = None) -> EventRenderer:
        """Return a fresh renderer of a stream."""
        ...

    def render_error(self, error: LLMKitError, /) -> tuple[int, dict[str, str], dict[str, Any]]:
        """Return status, headers (Retry-After ...) and body of a failure, in the format's own words; no secret and no prompt text in it."""
        ...

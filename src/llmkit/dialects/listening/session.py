"""What a wire format of sessions that listen or speak is: a state that reads messages and writes them, no I/O."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any, Protocol
from urllib.parse import urlencode

import msgspec

from llmkit.dialects.realtime.words import PIECE, closed
from llmkit.dialects.transcription.recording import spelled
from llmkit.errors import ProviderError, UnsupportedFeature
from llmkit.types.asking import Place
from llmkit.types.http import Headers
from llmkit.types.listening import ListenRequest, TranscriptSegment, fields_of
from llmkit.types.realtime import RealtimeEvent
from llmkit.types.request import Request
from llmkit.types.transcription import Word
from llmkit.types.warnings import Warning
from llmkit.types.websocket import Close

Message = dict[str, Any] | str | bytes
"""To be sent: an object as JSON, text and bytes as they are."""


class SoundSession:
    """One session. `outgoing` are messages to send, which every method may add to; whoever sends them empties it."""

    name = ""
    """Of the provider, for messages."""
    joint = " "
    """Between final segments, where the text of the whole is put together."""

    def __init__(self, path: str, where: str) -> None:
        self.path, self.name = path, where
        self.outgoing: list[Message] = []
        self.warnings: list[Warning] = []
        self.ready = True
        """The settings hold: input may follow."""
        self.handle: str | None = None
        self.done = False
        """The provider has said its last word: nothing is left to wait for."""
        self.finishing = False
        self.patience: float | None = None
        """Seconds of silence behind `finish` after which the session is over; None: the provider tells when it is."""

    def feed(self, message: dict[str, Any], raw: bytes, /) -> list[RealtimeEvent]:
        """Return what a message of the provider says."""
        raise NotImplementedError

    def sound(self, data: bytes, /) -> list[RealtimeEvent] | None:
        """Return what bytes of the provider are; None: they are JSON as any message."""
        return None

    def audio(self, data: bytes, /) -> None:
        """Send sound."""
        raise NotImplementedError

    def text(self, text: str, /) -> None:
        """Send words."""
        raise NotImplementedError

    def flush(self, /) -> None:
        """Have all that was sent so far written down, or spoken, without waiting for more."""
        raise NotImplementedError

    def finish(self, /) -> None:
        """Say that nothing more will be sent."""
        raise NotImplementedError

    def keep_alive(self, /) -> None:
        """Say that the silence is meant, where the provider wants to be told."""

    def failure(self, close: Close, /) -> ProviderError | None:
        """Return what the provider means by the way it closed, None where it is no failure."""
        return closed(close)

    def no_flush(self) -> None:
        """Raise `UnsupportedFeature`: the provider finds the end of a turn by itself."""
        raise UnsupportedFeature("flush", where=self.name, hint="It writes down what it heard after a silence, and at the end.")


class SoundCodec(Protocol):
    """A wire format; a module fulfils it."""

    NAME: str

    def session(self, request: Any, place: Place, /) -> SoundSession:
        """Return a fresh session. Raises `UnsupportedFeature` or `InvalidRequest` before anything is sent."""
        ...

    def error(self, status: int, headers: Headers, body: bytes, /) -> ProviderError:
        """Return the typed error for a refused handshake."""
        ...


def model_of(place: Place, operation: str, usual: str | None = None) -> str | None:
    """Return the model, `usual` where only the provider was named."""
    return usual if place.model == operation else place.model


def queried(path: str, settings: dict[str, Any], request: Request, name: str, place: Place, *, lists: bool = False) -> str:
    """Return the address with its settings and the caller's own ones; lists are repeated, or with `lists` written as JSON."""
    query: list[tuple[str, str]] = []
    for key, value in {**settings, **fields_of(request, name, place.provider)}.items():
        if value is None:
            continue
        if isinstance(value, list | tuple):
            query += [(key, json.dumps(list(value)))] if lists else [(key, spelled(one)) for one in value]
        else:
            query.append((key, spelled(value)))
    return f"{path}{'&' if '?' in path else '?'}{urlencode(query)}" if query else path


def terms(prompt: str | None) -> list[str] | None:
    """Return names and terms, which commas separate."""
    return [term.strip() for term in (prompt or "").split(",") if term.strip()] or None


def silence(request: ListenRequest) -> int | None:
    """Return the milliseconds of silence that end a turn, where that is asked for."""
    return None if request.turns is None else request.turns.silence_ms


def manual(request: ListenRequest) -> bool:
    """Tell whether the caller finds the ends of the turns."""
    return request.turns is not None and request.turns.kind == "manual"


def pieces(data: bytes) -> list[bytes]:
    """Return sound in pieces that a message can hold."""
    return [data[begin : begin + PIECE] for begin in range(0, len(data), PIECE)]


def base64(data: bytes) -> list[str]:
    """Return sound as base64, in pieces that a message can hold."""
    return [b64encode(piece).decode() for piece in pieces(data)]


def spoken(raw: bytes, words: list[Word], **told: Any) -> TranscriptSegment:
    """Return a segment; its times and its speaker are those of its words where nothing else tells them."""
    who = {word.speaker for word in words}
    found = {"start": words[0].start, "end": words[-1].end, "speaker": who.pop() if len(who) == 1 else None} if words else {}
    given = {name: value for name, value in told.items() if value is not None}
    return TranscriptSegment(raw=msgspec.Raw(raw), **{**found, "words": tuple(words), **given})


__all__ = ["Message", "SoundCodec", "SoundSession", "base64", "manual", "model_of", "pieces", "queried", "silence", "spoken", "terms"]

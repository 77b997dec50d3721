"""Live transcription as Cartesia does it (`/stt/websocket`): settings in the query, sound as bytes, two commands in plain text.

docs.cartesia.ai/api-reference/stt/websocket, read 2026-11-23. It writes nothing down before it is told to: `flush` ends a turn.
"""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.accepted import one_of, unsaid
from llmkit.dialects.answered import number, objects, text
from llmkit.dialects.listening.session import SoundSession, model_of, pieces, queried, spoken
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.transcription.recording import no_speakers, word
from llmkit.errors import ProviderError
from llmkit.types.asking import Place
from llmkit.types.http import Headers
from llmkit.types.listening import ListenRequest, SessionDone
from llmkit.types.realtime import RealtimeEvent, SessionError, Unknown
from llmkit.types.speaking import Flushed

__all__ = ["NAME", "error", "refusal", "session"]

NAME = "cartesia_listening"
_ENCODINGS = {"pcm": "pcm_s16le", "pcmu": "pcm_mulaw", "pcma": "pcm_alaw"}


def session(request: ListenRequest, place: Place, /) -> CartesiaSession:
    """Return a fresh session."""
    return CartesiaSession(request, place)


class CartesiaSession(SoundSession):
    """Its final pieces are put together as they are, with the spaces that they have."""

    joint = ""

    def __init__(self, request: ListenRequest, place: Place) -> None:
        no_speakers(request, place, "deepgram, assemblyai and speechmatics do, live.")  # type: ignore[arg-type]  # it reads two fields only
        settings = {
            "model": model_of(place, "listen", "ink-2"),
            "language": request.language,
            "encoding": _ENCODINGS[one_of("input_format", request.input_format.encoding, list(_ENCODINGS), place.provider)],
            "sample_rate": request.input_format.rate,
        }
        super().__init__(queried(place.path, settings, request, NAME, place), place.provider)
        self.warnings += unsaid(request, "prompt", "user")
        self.warnings += unsaid(request, "turns", detail="flush() ends a turn") if request.turns and request.turns.kind != "manual" else []

    def feed(self, message: dict[str, Any], raw: bytes, /) -> list[RealtimeEvent]:
        """Return what a message says."""
        kind, kept = text(message.get("type")) or "", msgspec.Raw(raw)
        if kind == "transcript":
            words = [word(item) for item in objects(message.get("words"))]
            said = message.get("text")  # with its spaces
            told = {"is_final": message.get("is_final") is True, "language": text(message.get("language"))}
            return [spoken(raw, words, text=said if isinstance(said, str) else "", **told)]
        if kind == "flush_done":
            return [Flushed(raw=kept)]
        if kind == "done":
            self.done = True
            return [SessionDone(id=text(message.get("request_id")), raw=kept)]
        if kind == "error":
            return [SessionError(error=refusal(message), raw=kept)]
        return [Unknown(kind=kind, raw=kept)]

    def audio(self, data: bytes, /) -> None:
        """Send sound."""
        self.outgoing += pieces(data)

    def flush(self, /) -> None:
        """Have what was heard written down."""
        self.outgoing.append("finalize")

    def finish(self, /) -> None:
        """End the sound; the rest is written down."""
        self.outgoing.append("close")


def refusal(message: dict[str, Any]) -> ProviderError:
    """Return the typed error of an `error` message, which holds a status as HTTP has them."""
    status = number(message.get("status_code"))
    words = text(message.get("message")) or text(message.get("error")) or text(message.get("title")) or "The provider failed."
    body = {"error": {"message": words, "code": text(message.get("error_code"))}, "request_id": message.get("request_id")}
    return error(500 if status is None else int(status), Headers(), msgspec.json.encode(body))

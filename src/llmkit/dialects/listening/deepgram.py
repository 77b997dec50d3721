"""Live transcription as Deepgram does it (`/v1/listen`): settings in the query, sound as bytes, results as JSON.

developers.deepgram.com/reference/speech-to-text/listen-streaming and /docs/finalize, /docs/audio-keep-alive, read 2026-11-23.
"""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.accepted import one_of, unsaid
from llmkit.dialects.answered import number, objects, text, under
from llmkit.dialects.listening.session import SoundSession, manual, model_of, pieces, queried, silence, spoken, terms
from llmkit.dialects.transcription.deepgram import error
from llmkit.dialects.transcription.recording import heard_seconds, word
from llmkit.errors import ProviderError, ServerError
from llmkit.types.asking import Place
from llmkit.types.listening import ListenRequest, SessionDone
from llmkit.types.realtime import RealtimeEvent, SessionError, SpeechStarted, SpeechStopped, Unknown

__all__ = ["NAME", "error", "session"]

NAME = "deepgram_listening"
_ENCODINGS = {"pcm": "linear16", "pcmu": "mulaw", "pcma": "alaw", "opus": "opus"}


def session(request: ListenRequest, place: Place, /) -> DeepgramSession:
    """Return a fresh session."""
    return DeepgramSession(request, place)


class DeepgramSession(SoundSession):
    """Nothing greets: sound may follow the handshake at once."""

    def __init__(self, request: ListenRequest, place: Place) -> None:
        ends = "false" if manual(request) else silence(request)
        settings: dict[str, Any] = {
            "model": model_of(place, "listen"),
            "language": request.language,
            "encoding": _ENCODINGS[one_of("input_format", request.input_format.encoding, list(_ENCODINGS), place.provider)],
            "sample_rate": request.input_format.rate,
            "channels": 1,
            "interim_results": request.interim,
            "smart_format": True,
            "vad_events": True,
            "diarize": True if request.diarize or request.speakers else None,
            "endpointing": ends,
            "keyterm": terms(request.prompt),
        }
        super().__init__(queried(place.path, settings, request, NAME, place), place.provider)
        self.warnings += unsaid(request, "speakers", detail="the model finds out how many there are") + unsaid(request, "user")

    def feed(self, message: dict[str, Any], raw: bytes, /) -> list[RealtimeEvent]:
        """Return what a message says."""
        kind, kept = text(message.get("type")) or "", msgspec.Raw(raw)
        if kind == "Results":
            return [_segment(message, raw)]
        if kind == "SpeechStarted":
            return [SpeechStarted(at_ms=_milliseconds(message.get("timestamp")), raw=kept)]
        if kind == "UtteranceEnd":
            return [SpeechStopped(at_ms=_milliseconds(message.get("last_word_end")), raw=kept)]
        if kind == "Metadata":
            self.done = True
            length = number(message.get("duration"))
            name = _model(message)
            id = text(message.get("request_id"))
            return [SessionDone(id=id, model=name, duration=length, units=heard_seconds(length), raw=kept)]
        if kind == "Error":
            return [SessionError(error=refusal(message), raw=kept)]
        return [Unknown(kind=kind, raw=kept)]

    def audio(self, data: bytes, /) -> None:
        """Send sound."""
        self.outgoing += pieces(data)

    def flush(self, /) -> None:
        """Have the rest written down."""
        self.outgoing.append({"type": "Finalize"})

    def finish(self, /) -> None:
        """End the sound; a last result and the metadata follow."""
        self.outgoing.append({"type": "CloseStream"})

    def keep_alive(self, /) -> None:
        """Keep the session open: it ends after ten seconds without sound."""
        self.outgoing.append({"type": "KeepAlive"})


def refusal(message: dict[str, Any]) -> ProviderError:
    """Return the typed error of an `Error` message."""
    words = text(message.get("description")) or text(message.get("message")) or "The provider failed."
    return ServerError(words, code=text(message.get("code")) or text(message.get("variant")))


def _segment(message: dict[str, Any], raw: bytes) -> RealtimeEvent:
    best: dict[str, Any] = next(iter(objects(under(message, "channel", "alternatives"))), {})
    found = [word(item, name="punctuated_word" if text(item.get("punctuated_word")) else "word") for item in objects(best.get("words"))]
    start, length = number(message.get("start")), number(message.get("duration"))
    return spoken(
        raw,
        found,
        text=text(best.get("transcript")) or "",
        is_final=message.get("is_final") is True,
        ends_turn=message.get("speech_final") is True,
        start=start,
        end=None if start is None or length is None else round(start + length, 6),
        language=text(under(best, "languages", 0)),
        confidence=number(best.get("confidence")),
    )


def _milliseconds(value: Any) -> int | None:
    seconds = number(value)
    return None if seconds is None or not 0 <= seconds < 1e9 else round(1000 * seconds)


def _model(message: dict[str, Any]) -> str:
    told = message.get("model_info")
    names = [text(under(one, "name")) for one in told.values()] if isinstance(told, dict) else []
    return next((name for name in names if name), "")

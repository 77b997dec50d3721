"""Live transcription as OpenAI does it: a realtime session of the type `transcription`.

developers.openai.com/api/reference/resources/realtime/client-events, read 2026-11-23.
"""

from __future__ import annotations

from typing import Any

from llmkit.dialects.accepted import filled, unsaid
from llmkit.dialects.answered import number, text
from llmkit.dialects.listening.session import SoundSession, base64, model_of, spoken
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.wire import object_of
from llmkit.dialects.realtime.openai import FORMATS, sound_format
from llmkit.dialects.realtime.openai_events import READERS, common, refusal, usage_of
from llmkit.dialects.realtime.openai_session import with_query
from llmkit.dialects.realtime.words import check_format, laid_over
from llmkit.dialects.transcription.recording import heard_seconds, no_speakers
from llmkit.types.asking import Place
from llmkit.types.listening import ListenRequest, fields_of
from llmkit.types.realtime import InputCommitted, RealtimeEvent, SessionError, Unknown

__all__ = ["NAME", "error", "session"]

NAME = "openai_listening"
PATIENCE = 10.0
"""Nothing tells that all is written down where no item is left open: so long further words are waited for behind the end."""
_EMPTY = "input_audio_buffer_commit_empty"


def session(request: ListenRequest, place: Place, /) -> OpenAIListening:
    """Return a fresh session."""
    return OpenAIListening(request, place)


class OpenAIListening(SoundSession):
    """It knows which items are committed and not written down yet, and so when the last of them is."""

    def __init__(self, request: ListenRequest, place: Place) -> None:
        no_speakers(request, place, "deepgram, assemblyai and speechmatics do, live.")  # type: ignore[arg-type]  # it reads two fields only
        super().__init__(with_query(place.path, intent="transcription"), place.provider)
        check_format("input_format", request.input_format, FORMATS)
        self._first: dict[str, Any] | None = laid_over(_settings(request, place), fields_of(request, NAME, place.provider))
        self.ready = False
        self._open: set[str | None] = set()
        self._closing = False
        self.warnings += unsaid(request, "user")
        self.warnings += unsaid(request, "timestamps", detail="it tells no times") if request.timestamps != "none" else []

    def feed(self, message: dict[str, Any], raw: bytes, /) -> list[RealtimeEvent]:
        """Return what a message says."""
        kind, fields = text(message.get("type")) or "", common(message, raw)
        if kind == "session.created" and self._first is not None:
            self.outgoing.append({"type": "session.update", "session": self._first})
            self._first = None
        elif kind == "session.updated":
            self.ready = True
        elif kind == "conversation.item.input_audio_transcription.completed":
            return [self._completed(message, raw, fields["item"])]
        elif kind == "conversation.item.input_audio_transcription.failed":
            self._written(fields["item"])
        elif kind == "error" and self.finishing and object_of(message.get("error")).get("code") == _EMPTY:
            self._closing = True  # nothing was left to commit
            self.done = not self._open
            return []
        reader = READERS.get(kind)
        event = Unknown(kind=kind, **fields) if reader is None else reader(message, fields)
        if isinstance(event, InputCommitted):
            self._open.add(event.item)
            self._closing = self.finishing
        return [SessionError(error=refusal(message), **fields)] if kind == "error" else [event]

    def audio(self, data: bytes, /) -> None:
        """Send sound."""
        self.outgoing += [{"type": "input_audio_buffer.append", "audio": piece} for piece in base64(data)]

    def flush(self, /) -> None:
        """End the turn."""
        self.outgoing.append({"type": "input_audio_buffer.commit"})

    def finish(self, /) -> None:
        """End the last turn."""
        self.flush()
        self.finishing, self.patience = True, PATIENCE

    def _completed(self, message: dict[str, Any], raw: bytes, item: str | None) -> RealtimeEvent:
        self._written(item)
        used = object_of(message.get("usage"))
        seconds = number(used.get("seconds")) if used.get("type") == "duration" else None
        words = text(message.get("transcript")) or ""
        told = {"usage": usage_of(used), "units": heard_seconds(seconds)}
        return spoken(raw, [], text=words, is_final=True, ends_turn=True, item=item, **told)

    def _written(self, item: str | None) -> None:
        self._open.discard(item)
        self.done = self._closing and not self._open


def _settings(request: ListenRequest, place: Place) -> dict[str, Any]:
    heard = filled(
        model=model_of(place, "listen", place.options.get("transcriber")),
        language=request.language,
        prompt=request.prompt,
    )
    sound: dict[str, Any] = {"format": sound_format(request.input_format), "transcription": heard}
    turns = request.turns
    if turns is not None and turns.kind == "manual":
        sound["turn_detection"] = None
    elif turns is not None:
        found = {"type": f"{turns.kind}_vad", "silence_duration_ms": turns.silence_ms, "threshold": turns.threshold}
        found |= {"prefix_padding_ms": turns.prefix_ms, "eagerness": turns.eagerness}
        sound["turn_detection"] = {name: value for name, value in found.items() if value is not None}
    return {"type": "transcription", "audio": {"input": sound}}

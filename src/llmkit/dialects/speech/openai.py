"""Speech as OpenAI and its many relatives take it."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from llmkit.dialects.accepted import filled, needed, one_of, unsaid, within
from llmkit.dialects.answered import count, from_base64, under
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.speech.sound import MEDIA, EventSound, RawSound, characters, fold, heard
from llmkit.errors import InvalidRequest
from llmkit.framing.sse import ServerSentEvents
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.speech import SpeechChunk, SpeechRequest
from llmkit.types.usage import Usage
from llmkit.types.warnings import Warning

__all__ = ["FORMATS", "NAME", "ask_stream", "decoder", "error", "fold", "steps"]

NAME = "openai_speech"
FORMATS = ("mp3", "opus", "aac", "flac", "wav", "pcm")
"""API reference, read 2026-11-23. A row may say (`Serving.options`) other `formats`, the `voices` there are, the `voice` that is taken
where none is asked for, the `speed` from and to, the most `characters`, further fields it takes (`fields`), and the models that stream
as events (`events`, as globs)."""
_CUSTOM = "voice_"
_LIMIT = 16 << 20


def steps(request: SpeechRequest, place: Place, /) -> Steps:
    """Ask for the whole sound."""
    answer = yield _ask(request, place)
    return heard(answer, MEDIA[request.format or "mp3"], units=characters(request.text))


def ask_stream(request: SpeechRequest, place: Place, /) -> Ask:
    """Ask for the sound as it is made."""
    return _ask(request, place, {"stream_format": "sse"} if _events(place) else {})


def decoder(request: SpeechRequest, place: Place, /) -> RawSound | EventSound:
    """Return the decoder: events where the model has them, since they tell what was used."""
    media_type, units = MEDIA[request.format or "mp3"], characters(request.text)
    frames = ServerSentEvents(max_event=_LIMIT, max_line=_LIMIT)
    return _Events(frames, media_type, units) if _events(place) else RawSound(media_type, units)


def _events(place: Place) -> bool:
    return any(fnmatchcase(place.model, pattern) for pattern in place.options.get("events", ()))


def _ask(request: SpeechRequest, place: Place, more: dict[str, Any] | None = None) -> Ask:
    warnings: list[Warning] = []
    return Ask(path=place.path, body={**_encoded(request, place, warnings), **(more or {})}, warnings=tuple(warnings))


def _encoded(request: SpeechRequest, place: Place, warnings: list[Warning]) -> dict[str, Any]:
    facts, where = place.options, place.provider
    most = facts.get("characters")
    if most is not None and len(request.text) > most:
        raise InvalidRequest(f"{where} speaks at most {most:,} characters at once, not {len(request.text):,}.", parameter="text")
    low, high = facts.get("speed", (0.0, 100.0))
    fields = facts.get("fields", ())
    warnings += unsaid(request, *[name for name in ("language", "sample_rate") if name not in fields])
    return filled(
        model=place.model,
        input=request.text,
        voice=_voice(request.voice or facts.get("voice"), place),
        response_format=request.format and one_of("format", request.format, facts.get("formats", FORMATS), where),
        speed=within("speed", request.speed, low, high, where),
        instructions=request.instructions,
        language=request.language if "language" in fields else None,
        sample_rate=request.sample_rate if "sample_rate" in fields else None,
        user=request.user if "user" in fields else None,
    )


def _voice(voice: str | None, place: Place) -> Any:
    known = place.options.get("voices", ())
    if voice is None:
        return needed("voice", voice, place.provider, f"Such as {', '.join(known)}.") if known else None
    if voice.startswith(_CUSTOM):
        return {"id": voice}
    return one_of("voice", voice, known, place.provider)


class _Events(EventSound):
    """`speech.audio.delta` and `speech.audio.done` (API reference, read 2026-11-23)."""

    def _heard(self, event: dict[str, Any], /) -> SpeechChunk | None:
        match event.get("type"):
            case "speech.audio.delta":
                return SpeechChunk(data=from_base64(event.get("audio"), "sound"), media_type=self._media_type)
            case "speech.audio.done":
                self.done = True
                return self._ended(_usage(event.get("usage")))
        return None


def _usage(told: Any) -> Usage | None:
    given, made = under(told, "input_tokens"), under(told, "output_tokens")
    return None if given is None and made is None else Usage(uncached=count(given), output_audio=count(made))

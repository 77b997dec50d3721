"""Speech as Mistral takes it: the sound comes as base64 inside JSON."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.accepted import filled, one_of, unsaid
from llmkit.dialects.answered import from_base64, object_in, objects, strings, text
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.speech.sound import MEDIA, EventSound, characters, fold, sounding
from llmkit.framing.sse import ServerSentEvents
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.speech import SpeechChunk, SpeechRequest, Voice

__all__ = ["NAME", "ask_stream", "decoder", "error", "fold", "next_voices", "steps", "voices_in", "voices_path"]

NAME = "mistral_speech"
# The fields and formats of the SDK's `SpeechRequest`, read 2026-11-23.
FORMATS = ("mp3", "wav", "pcm", "flac", "opus")
_LIMIT = 16 << 20


def steps(request: SpeechRequest, place: Place, /) -> Steps:
    """Ask for the whole sound."""
    answer = yield _ask(request, place)
    data = from_base64(object_in(answer, "sound").get("audio_data"), "sound")
    return sounding(data, MEDIA[request.format or "mp3"], units=characters(request.text))


def ask_stream(request: SpeechRequest, place: Place, /) -> Ask:
    """Ask for the sound as it is made."""
    return _ask(request, place, stream=True)


def decoder(request: SpeechRequest, place: Place, /) -> EventSound:
    """Return the decoder of its events."""
    return _Events(ServerSentEvents(max_event=_LIMIT, max_line=_LIMIT), MEDIA[request.format or "mp3"], characters(request.text))


def _ask(request: SpeechRequest, place: Place, stream: bool | None = None) -> Ask:
    body = filled(
        model=place.model,
        input=request.text,
        voice_id=request.voice,
        response_format=request.format and one_of("format", request.format, FORMATS, place.provider),
        stream=stream,
    )
    return Ask(path=place.path, body=body, warnings=tuple(unsaid(request, "speed", "language", "instructions", "sample_rate", "user")))


class _Events(EventSound):
    def _heard(self, event: dict[str, Any], /) -> SpeechChunk | None:
        match event.get("type"):
            case "speech.audio.delta":
                return SpeechChunk(data=from_base64(event.get("audio_data"), "sound"), media_type=self._media_type)
            case "speech.audio.done":  # its price is by the letter, whatever tokens it tells
                self.done = True
                return self._ended()
        return None


def voices_path(place: Place, page: str | None) -> str:
    """Return where a page of the voices is."""
    return f"{place.path}?page_size=100&page={page or 1}"


def voices_in(answer: Answer) -> list[Voice]:
    """Return the voices of a page."""
    return [_voice(item) for item in objects(object_in(answer, "voices").get("items"))]


def next_voices(answer: Answer) -> str | None:
    """Return the next page, None for the last."""
    found = object_in(answer, "voices")
    page, pages = found.get("page"), found.get("total_pages")
    return str(page + 1) if isinstance(page, int) and isinstance(pages, int) and page < pages else None


def _voice(item: dict[str, Any]) -> Voice:
    return Voice(
        id=text(item.get("slug")) or text(item.get("id")) or "",
        name=text(item.get("name")) or "",
        languages=strings(item.get("languages")),
        gender=text(item.get("gender")),
        own=None if "user_id" not in item else item["user_id"] is not None,
        extra=item,
    )

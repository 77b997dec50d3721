"""Speech, sounds and music as ElevenLabs takes them."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.accepted import filled, needed, one_of, unsaid, within
from llmkit.dialects.answered import object_in, objects, strings, text, under
from llmkit.dialects.files.answers import in_path
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.speech.sound import MEDIA, RawSound, characters, fold, heard
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.speech import SoundRequest, SpeechRequest, Voice

__all__ = ["NAME", "ask_stream", "decoder", "error", "fold", "next_voices", "steps", "voices_in", "voices_path"]

NAME = "elevenlabs_speech"
# elevenlabs.io/docs/api-reference/text-to-speech/convert, read 2026-11-23: the rates of each, the usual one first.
_FORMATS: dict[str, tuple[str, tuple[int, ...], str]] = {
    "mp3": ("mp3", (44100, 24000, 22050), ""),
    "pcm": ("pcm", (24000, 8000, 16000, 22050, 32000, 44100, 48000), ""),
    "wav": ("wav", (24000, 8000, 16000, 22050, 32000, 44100, 48000), ""),
    "mulaw": ("ulaw", (8000,), ""),
    "alaw": ("alaw", (8000,), ""),
    "opus": ("opus", (48000,), "_128"),
}
_BITS = {44100: "_128", 24000: "_48", 22050: "_32"}


def steps(request: SpeechRequest | SoundRequest, place: Place, /) -> Steps:
    """Ask for the whole sound."""
    answer = yield _ask(request, place)
    units = characters(request.text) if isinstance(request, SpeechRequest) else _seconds(request)
    return heard(answer, MEDIA[request.format or "mp3"], units=units, request_id=answer.headers.get("request-id"))


def ask_stream(request: SpeechRequest, place: Place, /) -> Ask:
    """Ask for the sound as it is made."""
    return _ask(request, place, "/stream")


def decoder(request: SpeechRequest, place: Place, /) -> RawSound:
    """Return the decoder of its bytes."""
    return RawSound(MEDIA[request.format or "mp3"], characters(request.text))


def _seconds(request: SoundRequest) -> dict[str, float]:
    return {} if request.seconds is None else {"second": request.seconds}


def _ask(request: SpeechRequest | SoundRequest, place: Place, ending: str = "") -> Ask:
    query = _query(request, place)
    if isinstance(request, SpeechRequest):
        voice = needed("voice", request.voice, place.provider, "kit.voices() lists them.")
        path = place.path.replace("{voice}", in_path(voice, "voice"))
        settings = filled(speed=within("speed", request.speed, 0.7, 1.2, place.provider))
        body = filled(text=request.text, model_id=place.model, language_code=request.language, voice_settings=settings)
        return Ask(path=f"{path}{ending}{query}", body=body, warnings=tuple(unsaid(request, "instructions", "user")))
    if place.options.get("music"):
        milliseconds = None if request.seconds is None else round(1000 * request.seconds)
        body = filled(
            prompt=request.text,
            model_id=place.model if place.model != "music" else None,
            music_length_ms=None if milliseconds is None else within("seconds", milliseconds, 3000, 600_000, f"{place.provider} (ms)"),
            force_instrumental=request.instrumental,
        )
        return Ask(path=f"{place.path}{query}", body=body, warnings=tuple(unsaid(request, "lyrics", "loop", "influence", "seed", "user")))
    body = filled(
        text=request.text,
        model_id=place.model if place.model != "sound" else None,
        duration_seconds=within("seconds", request.seconds, 0.5, 30, place.provider),
        prompt_influence=within("influence", request.influence, 0, 1, place.provider),
        loop=request.loop,
    )
    return Ask(path=f"{place.path}{query}", body=body, warnings=tuple(unsaid(request, "lyrics", "instrumental", "seed", "user")))


def _query(request: SpeechRequest | SoundRequest, place: Place) -> str:
    if request.format is None and request.sample_rate is None:
        return ""
    wire, rates, bits = _FORMATS[one_of("format", request.format or "mp3", list(_FORMATS), place.provider)]
    rate = request.sample_rate or rates[0]
    one_of("sample_rate", str(rate), [str(known) for known in rates], f"{place.provider}, as {request.format or 'mp3'},")
    return f"?output_format={wire}_{rate}{_BITS[rate] if wire == 'mp3' else bits}"


def voices_path(place: Place, page: str | None) -> str:
    """Return where the voices are: all on one page."""
    return place.path


def voices_in(answer: Answer) -> list[Voice]:
    """Return the voices."""
    return [_voice(item) for item in objects(object_in(answer, "voices").get("voices"))]


def next_voices(answer: Answer) -> str | None:
    """Return None: there is one page."""
    return None


def _voice(item: dict[str, Any]) -> Voice:
    verified = [language.get("language") for language in objects(item.get("verified_languages"))]
    return Voice(
        id=text(item.get("voice_id")) or "",
        name=text(item.get("name")) or "",
        languages=strings(under(item, "labels", "language"), verified),
        gender=text(under(item, "labels", "gender")),
        description=text(item.get("description")),
        preview=text(item.get("preview_url")),
        own=item["is_owner"] if isinstance(item.get("is_owner"), bool) else None,
        extra=item,
    )

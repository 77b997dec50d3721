"""Speech as Azure's speech service takes it: SSML, the format in a header."""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from llmkit.dialects.accepted import needed, one_of, unsaid, within
from llmkit.dialects.answered import objects, strings, text
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.speech.sound import MEDIA, RawSound, characters, fold, heard
from llmkit.errors import ProtocolError
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.speech import SpeechRequest, Voice

__all__ = ["NAME", "ask_stream", "decoder", "error", "fold", "next_voices", "steps", "voices_in", "voices_path"]

NAME = "azure_speech"
# learn.microsoft.com/azure/ai-services/speech-service/rest-text-to-speech, read 2026-11-23: the rates of each, the usual one first.
_FORMATS: dict[str, dict[int, str]] = {
    "mp3": {24000: "audio-24khz-96kbitrate-mono-mp3", 16000: "audio-16khz-64kbitrate-mono-mp3", 48000: "audio-48khz-192kbitrate-mono-mp3"},
    "wav": {
        24000: "riff-24khz-16bit-mono-pcm",
        8000: "riff-8khz-16bit-mono-pcm",
        16000: "riff-16khz-16bit-mono-pcm",
        22050: "riff-22050hz-16bit-mono-pcm",
        44100: "riff-44100hz-16bit-mono-pcm",
        48000: "riff-48khz-16bit-mono-pcm",
    },
    "pcm": {
        24000: "raw-24khz-16bit-mono-pcm",
        8000: "raw-8khz-16bit-mono-pcm",
        16000: "raw-16khz-16bit-mono-pcm",
        22050: "raw-22050hz-16bit-mono-pcm",
        44100: "raw-44100hz-16bit-mono-pcm",
        48000: "raw-48khz-16bit-mono-pcm",
    },
    "opus": {24000: "ogg-24khz-16bit-mono-opus", 16000: "ogg-16khz-16bit-mono-opus", 48000: "ogg-48khz-16bit-mono-opus"},
    "mulaw": {8000: "raw-8khz-8bit-mono-mulaw"},
    "alaw": {8000: "raw-8khz-8bit-mono-alaw"},
}


def steps(request: SpeechRequest, place: Place, /) -> Steps:
    """Ask for the whole sound."""
    answer = yield _ask(request, place)
    return heard(answer, MEDIA[request.format or "mp3"], units=characters(request.text))


def ask_stream(request: SpeechRequest, place: Place, /) -> Ask:
    """Ask for the sound as it is made: the same answer, read as it comes."""
    return _ask(request, place)


def decoder(request: SpeechRequest, place: Place, /) -> RawSound:
    """Return the decoder of its bytes."""
    return RawSound(MEDIA[request.format or "mp3"], characters(request.text))


def _ask(request: SpeechRequest, place: Place) -> Ask:
    format = one_of("format", request.format or "mp3", list(_FORMATS), place.provider)
    rates = _FORMATS[format]
    rate = request.sample_rate or next(iter(rates))
    one_of("sample_rate", str(rate), [str(known) for known in rates], f"{place.provider}, as {format},")
    headers = {"Content-Type": "application/ssml+xml", "X-Microsoft-OutputFormat": rates[rate]}
    warnings = unsaid(request, "instructions", detail="say it in SSML: a text that begins with <speak>") + unsaid(request, "user")
    return Ask(path=place.path, body=_marked(request, place).encode(), headers=headers, warnings=tuple(warnings))


def _marked(request: SpeechRequest, place: Place) -> str:
    """Return the text as SSML; one that is SSML already goes out as it is."""
    if request.text.lstrip().startswith("<speak"):
        return request.text
    voice = needed("voice", request.voice, place.provider, "kit.voices() lists them, such as en-US-AvaMultilingualNeural.")
    speed = within("speed", request.speed, 0.5, 2.0, place.provider)
    said = escape(request.text)
    if speed is not None:
        said = f'<prosody rate="{round(100 * (speed - 1)):+d}%">{said}</prosody>'
    if request.language is not None:
        said = f"<lang xml:lang={quoteattr(request.language)}>{said}</lang>"
    own = "-".join(voice.split("-")[:2])
    return (
        f'<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang={quoteattr(own)}>'
        f"<voice name={quoteattr(voice)}>{said}</voice></speak>"
    )


def voices_path(place: Place, page: str | None) -> str:
    """Return where the voices are: all on one page."""
    return place.path


def voices_in(answer: Answer) -> list[Voice]:
    """Return the voices. Raises `ProtocolError` for what is no list."""
    try:
        found: Any = json.loads(answer.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list):
        raise ProtocolError("The answer is no list of voices.")
    return [_voice(item) for item in objects(found)]


def next_voices(answer: Answer) -> str | None:
    """Return None: there is one page."""
    return None


def _voice(item: dict[str, Any]) -> Voice:
    gender = text(item.get("Gender"))
    return Voice(
        id=text(item.get("ShortName")) or "",
        name=text(item.get("DisplayName")) or "",
        languages=strings(item.get("Locale"), item.get("SecondaryLocaleList")),
        gender=gender and gender.lower(),
        extra=item,
    )

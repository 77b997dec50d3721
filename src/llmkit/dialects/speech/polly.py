"""Speech as Amazon Polly takes it; the model is its engine."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from llmkit.dialects.accepted import filled, needed, one_of, unsaid
from llmkit.dialects.answered import number, object_in, objects, strings, text
from llmkit.dialects.bedrock_converse.errors import error
from llmkit.dialects.speech.sound import MEDIA, RawSound, characters, fold, heard
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.speech import SpeechRequest, Voice

__all__ = ["NAME", "ask_stream", "decoder", "error", "fold", "next_voices", "steps", "voices_in", "voices_path"]

NAME = "polly"
# The service model of botocore, read 2026-11-23.
_ENGINES = ("standard", "neural", "long-form", "generative")
_FORMATS = {"mp3": "mp3", "opus": "ogg_opus", "ogg": "ogg_vorbis", "pcm": "pcm", "mulaw": "mulaw", "alaw": "alaw"}


def steps(request: SpeechRequest, place: Place, /) -> Steps:
    """Ask for the whole sound."""
    answer = yield _ask(request, place)
    letters = number(answer.headers.get("x-amzn-requestcharacters"))
    units = characters(request.text) if letters is None else {"characters_in": letters}
    return heard(answer, MEDIA[request.format or "mp3"], units=units)


def ask_stream(request: SpeechRequest, place: Place, /) -> Ask:
    """Ask for the sound as it is made: the same answer, read as it comes."""
    return _ask(request, place)


def decoder(request: SpeechRequest, place: Place, /) -> RawSound:
    """Return the decoder of its bytes."""
    return RawSound(MEDIA[request.format or "mp3"], characters(request.text))


def _ask(request: SpeechRequest, place: Place) -> Ask:
    marked = request.text.lstrip().startswith("<speak")
    body = filled(
        Engine=None if place.model == "speech" else one_of("model", place.model, _ENGINES, place.provider),
        LanguageCode=request.language,
        OutputFormat=_FORMATS[one_of("format", request.format or "mp3", list(_FORMATS), place.provider)],
        SampleRate=None if request.sample_rate is None else str(request.sample_rate),
        Text=request.text,
        TextType="ssml" if marked else None,
        VoiceId=needed("voice", request.voice, place.provider, "kit.voices() lists them, such as Joanna."),
    )
    spoken = unsaid(request, "speed", "instructions", detail="say it in SSML: a text that begins with <speak>")
    return Ask(path=place.path, body=body, warnings=tuple(spoken + unsaid(request, "user")))


def voices_path(place: Place, page: str | None) -> str:
    """Return where a page of the voices is."""
    return place.path + (f"?NextToken={quote(page, safe='')}" if page else "")


def voices_in(answer: Answer) -> list[Voice]:
    """Return the voices of a page."""
    return [_voice(item) for item in objects(object_in(answer, "voices").get("Voices"))]


def next_voices(answer: Answer) -> str | None:
    """Return the next page, None for the last."""
    return text(object_in(answer, "voices").get("NextToken"))


def _voice(item: dict[str, Any]) -> Voice:
    gender = text(item.get("Gender"))
    return Voice(
        id=text(item.get("Id")) or "",
        name=text(item.get("Name")) or "",
        languages=strings(item.get("LanguageCode"), item.get("AdditionalLanguageCodes")),
        gender=gender and gender.lower(),
        extra=item,
    )

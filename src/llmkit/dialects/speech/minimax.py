"""Speech as MiniMax takes it: the sound comes as hexadecimal digits inside JSON."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.accepted import filled, one_of, unsaid, within
from llmkit.dialects.answered import number, object_in, objects, text, under
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.speech.sound import MEDIA, EventSound, characters, fold, sounding
from llmkit.errors import ProtocolError
from llmkit.framing.sse import ServerSentEvents
from llmkit.types.asking import Answer, Ask, Place, Steps
from llmkit.types.speech import SpeechChunk, SpeechRequest, Voice

__all__ = ["NAME", "ask_stream", "decoder", "error", "fold", "next_voices", "steps", "voices_ask", "voices_in"]

NAME = "minimax_speech"
# platform.minimax.io/docs/api-reference/speech-t2a-http, read 2026-11-23.
_FORMATS = ("mp3", "pcm", "flac", "wav", "opus")
_RATES = ("8000", "16000", "22050", "24000", "32000", "44100")
_LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fil": "Filipino", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian",
    "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "ms": "Malay", "nl": "Dutch",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sv": "Swedish",
    "ta": "Tamil", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese", "yue": "Chinese,Yue", "zh": "Chinese",
}  # fmt: skip
_LIMIT = 64 << 20


def steps(request: SpeechRequest, place: Place, /) -> Steps:
    """Ask for the whole sound."""
    answer = yield _ask(request, place, False)
    found = object_in(answer, "sound")
    media_type = MEDIA[request.format or "mp3"]
    return sounding(_sound(found), media_type, **_told(found, request.text))


def ask_stream(request: SpeechRequest, place: Place, /) -> Ask:
    """Ask for the sound as it is made."""
    if request.format is not None:
        one_of("format", request.format, ("mp3", "pcm", "flac"), f"A stream of {place.provider}")
    return _ask(request, place, True)


def decoder(request: SpeechRequest, place: Place, /) -> EventSound:
    """Return the decoder of its events."""
    return _Events(ServerSentEvents(max_event=_LIMIT, max_line=_LIMIT), MEDIA[request.format or "mp3"], characters(request.text))


def _ask(request: SpeechRequest, place: Place, stream: bool) -> Ask:
    if request.sample_rate is not None:
        one_of("sample_rate", str(request.sample_rate), _RATES, place.provider)
    language = request.language
    if language is not None:
        known = _LANGUAGES.get(language) or _LANGUAGES.get(language.partition("-")[0])
        language = known or one_of("language", language, list(_LANGUAGES), place.provider)
    body = filled(
        model=place.model,
        text=request.text,
        stream=stream,
        stream_options={"exclude_aggregated_audio": True} if stream else None,
        language_boost=language,
        voice_setting=filled(voice_id=request.voice, speed=within("speed", request.speed, 0.5, 2.0, place.provider)),
        audio_setting=filled(
            format=request.format and one_of("format", request.format, _FORMATS, place.provider), sample_rate=request.sample_rate
        ),
        output_format="hex",
    )
    return Ask(path=place.path, body=body, warnings=tuple(unsaid(request, "instructions", "user")))


def _sound(found: dict[str, Any]) -> bytes:
    digits = under(found, "data", "audio")
    try:
        return bytes.fromhex(digits) if isinstance(digits, str) else b""
    except ValueError:
        pass
    raise ProtocolError("The answer's sound is not in hexadecimal digits.")


def _told(found: dict[str, Any], spoken: str) -> dict[str, Any]:
    letters, length = number(under(found, "extra_info", "usage_characters")), number(under(found, "extra_info", "audio_length"))
    return {
        "units": {"characters_in": letters} if letters is not None else characters(spoken),
        "duration": None if length is None else length / 1000,
        "id": text(found.get("trace_id")),
    }


class _Events(EventSound):
    def _heard(self, event: dict[str, Any], /) -> SpeechChunk | None:
        if under(event, "data", "status") == 2:  # the last one; what it may hold is the whole sound once more
            self.done = True
            told = _told(event, "")
            return self._ended(**{**told, "units": told["units"] if told["units"]["characters_in"] else self._units})
        data = _sound(event)
        return SpeechChunk(data=data, media_type=self._media_type) if data else None


def voices_ask(place: Place, page: str | None) -> Ask:
    """Return the question for the voices."""
    return Ask(path=place.path, body={"voice_type": "all"}, again=True)


def voices_in(answer: Answer) -> list[Voice]:
    """Return the voices: the provider's, and those that were cloned or designed."""
    found = object_in(answer, "voices")
    kinds = ("system_voice", "voice_cloning", "voice_generation")
    return [_voice(item, kind) for kind in kinds for item in objects(found.get(kind))]


def next_voices(answer: Answer) -> str | None:
    """Return None: there is one page."""
    return None


def _voice(item: dict[str, Any], kind: str) -> Voice:
    told = item.get("description")
    words = [word for word in told if isinstance(word, str)] if isinstance(told, list) else []
    return Voice(
        id=text(item.get("voice_id")) or "",
        name=text(item.get("voice_name")) or "",
        description=" ".join(words) or None,
        own=kind != "system_voice",
        extra=item,
    )

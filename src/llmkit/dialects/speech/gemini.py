"""Speech from Gemini's speaking models: a conversation whose answer is sound."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.accepted import filled, one_of, unsaid
from llmkit.dialects.answered import count, from_base64, object_in, objects, text, under
from llmkit.dialects.gemini.errors import error
from llmkit.dialects.speech.sound import EventSound, fold, rate_of, sounding, with_header
from llmkit.errors import ProtocolError
from llmkit.framing.sse import ServerSentEvents
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.speech import SpeechChunk, SpeechRequest
from llmkit.types.usage import Usage
from llmkit.types.warnings import Warning

__all__ = ["NAME", "ask_stream", "decoder", "error", "fold", "steps"]

NAME = "gemini_speech"
FORMATS = ("pcm", "wav")
_RATE = 24_000
_LIMIT = 16 << 20


def steps(request: SpeechRequest, place: Place, /) -> Steps:
    """Ask for the whole sound."""
    answer = yield _ask(request, place, place.path)
    found = object_in(answer, "sound")
    parts = _parts(found)
    if not parts:
        why = under(found, "promptFeedback", "blockReason") or under(found, "candidates", 0, "finishReason")
        raise ProtocolError(f"The answer holds no sound{f': {why}' if why else ''}.")
    kind = parts[0][0]
    data = b"".join([sound for _, sound in parts])
    bare = kind.lower().startswith(("audio/l16", "audio/pcm"))
    if bare and request.format == "wav":
        data, kind = with_header(data, rate_of(kind, _RATE)), "audio/wav"
    elif bare:
        kind = f"audio/pcm;rate={rate_of(kind, _RATE)}"
    return sounding(
        data, kind, usage=_usage(found), model=text(found.get("modelVersion")) or "", id=text(found.get("responseId")), extra=_extra(found)
    )


def ask_stream(request: SpeechRequest, place: Place, /) -> Ask:
    """Ask for the sound as it is made; its pieces are bare samples."""
    if request.format is not None:
        one_of("format", request.format, ("pcm",), f"A stream of {place.provider}")
    return _ask(request, place, place.path.replace(":generateContent", ":streamGenerateContent") + "?alt=sse")


def decoder(request: SpeechRequest, place: Place, /) -> EventSound:
    """Return the decoder of its events."""
    return _Events(ServerSentEvents(max_event=_LIMIT, max_line=_LIMIT), f"audio/pcm;rate={_RATE}", {})


def _ask(request: SpeechRequest, place: Place, path: str) -> Ask:
    if request.format is not None:
        one_of("format", request.format, FORMATS, place.provider)
    warnings = unsaid(request, "speed", "sample_rate", "user", detail="say it in the instructions")
    words = request.text
    if request.instructions is not None:
        words = f"{request.instructions.rstrip(':')}: {request.text}"
        warnings.append(Warning(kind="emulated", parameter="instructions", detail="they stand before the text, as the model reads them"))
    voice = {"prebuiltVoiceConfig": {"voiceName": request.voice}} if request.voice is not None else None
    speech = filled(languageCode=request.language, voiceConfig=voice)
    body = {
        "contents": [{"role": "user", "parts": [{"text": words}]}],
        "generationConfig": filled(responseModalities=["AUDIO"], speechConfig=speech),
    }
    return Ask(path=path, body=body, warnings=tuple(warnings))


def _parts(found: dict[str, Any]) -> list[tuple[str, bytes]]:
    inner = [part["inlineData"] for part in objects(under(found, "candidates", 0, "content", "parts")) if "inlineData" in part]
    return [(text(under(item, "mimeType")) or "", from_base64(under(item, "data"), "sound")) for item in inner]


def _usage(found: dict[str, Any]) -> Usage | None:
    told = found.get("usageMetadata")
    if not isinstance(told, dict):
        return None
    return Usage(uncached=count(told.get("promptTokenCount")), output_audio=count(told.get("candidatesTokenCount")))


def _extra(found: dict[str, Any]) -> dict[str, Any]:
    reason = text(under(found, "candidates", 0, "finishReason"))
    return {} if reason in (None, "STOP") else {"finish_reason": reason}


class _Events(EventSound):
    open_ended = True
    _used: Usage | None = None

    def _heard(self, event: dict[str, Any], /) -> SpeechChunk | None:
        parts = _parts(event)
        self._used = _usage(event) or self._used
        if not parts:
            return None
        return SpeechChunk(data=b"".join([data for _, data in parts]), media_type=f"audio/pcm;rate={rate_of(parts[0][0], _RATE)}")

    def _ended(self, usage: Usage | None = None, **told: Any) -> SpeechChunk:
        return SpeechChunk(media_type=self._media_type, usage=self._used)

"""The recording as it is sent, and the words of the answer as they are read."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from llmkit.dialects.answered import number, text
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.asking import FormFile, Place
from llmkit.types.transcription import Segment, TranscriptionRequest, Word

_ENDINGS = {
    "audio/aac": "aac",
    "audio/basic": "au",
    "audio/flac": "flac",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/opus": "opus",
    "audio/pcm": "pcm",
    "audio/wav": "wav",
    "audio/webm": "webm",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
}
"""Servers tell the kind by the name's ending."""
WEB = ("https://", "http://")
"""The addresses that a format takes where it takes any."""


def media_type(request: TranscriptionRequest) -> str:
    """Return the recording's media type; that of any bytes where nobody knows."""
    kind = (request.audio.media_type or "application/octet-stream").partition(";")[0].strip().lower()
    return {"audio/mp3": "audio/mpeg", "audio/x-wav": "audio/wav", "audio/wave": "audio/wav", "audio/x-m4a": "audio/mp4"}.get(kind, kind)


def data_of(request: TranscriptionRequest, place: Place) -> bytes:
    """Return the recording's bytes. Raises `InvalidRequest` where it is only an address or a file of the provider."""
    if request.audio.data is None:
        raise InvalidRequest(
            f"{place.provider} takes the recording itself.", parameter="audio", hint="Pass the file, bytes or a web address."
        )
    return request.audio.data


def form_file(request: TranscriptionRequest, place: Place) -> FormFile:
    """Return the recording as a file of a form; its name says nothing but its kind."""
    kind = media_type(request)
    return FormFile(data=data_of(request, place), media_type=kind, filename=f"audio.{_ENDINGS.get(kind, 'bin')}")


def address_of(request: TranscriptionRequest) -> str | None:
    """Return the recording's address, None where its bytes are here."""
    return request.audio.url if request.audio.data is None else None


def as_address(request: TranscriptionRequest, place: Place) -> str:
    """Return the recording's address, which may hold the bytes themselves."""
    address = address_of(request)
    return address if address is not None else f"data:{media_type(request)};base64,{b64encode(data_of(request, place)).decode()}"


def no_translation(request: TranscriptionRequest, place: Place, hint: str | None = None) -> None:
    """Raise `UnsupportedFeature` where a translation is asked for: the words would be of another language than wanted."""
    if request.translate:
        raise UnsupportedFeature("translation of speech", where=place.provider, hint=hint)


def no_speakers(request: TranscriptionRequest, place: Place, hint: str | None = None) -> None:
    """Raise `UnsupportedFeature` where the speakers shall be told apart."""
    if request.diarize or request.speakers is not None:
        raise UnsupportedFeature("telling speakers apart", where=place.provider, hint=hint)


def speaker(value: Any) -> str | None:
    """Return the name of a speaker, who may be a number."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)


def word(
    item: dict[str, Any], *, name: str = "word", start: str = "start", end: str = "end", scale: float = 1.0, who: str = "speaker"
) -> Word:
    """Return a word; `scale` is how many seconds one unit of its times is."""
    return Word(
        text=(text(item.get(name)) or "").strip(),
        start=scaled(item.get(start), scale),
        end=scaled(item.get(end), scale),
        speaker=speaker(item.get(who)),
        confidence=number(item.get("confidence")),
    )


def segment(
    item: dict[str, Any], *, name: str = "text", start: str = "start", end: str = "end", scale: float = 1.0, who: str = "speaker"
) -> Segment:
    """Return a segment; `scale` is how many seconds one unit of its times is."""
    return Segment(
        text=(text(item.get(name)) or "").strip(),
        start=scaled(item.get(start), scale),
        end=scaled(item.get(end), scale),
        speaker=speaker(item.get(who)),
        confidence=number(item.get("confidence")),
    )


def scaled(value: Any, scale: float) -> float | None:
    """Return a time in seconds, None where it is not told."""
    found = number(value)
    return None if found is None else found if scale == 1.0 else round(found * scale, 6)


def turns(words: list[Word], joined: str = " ") -> tuple[Segment, ...]:
    """Return what each speaker says in one go, for answers that tell speakers word by word; nothing where none is told."""
    found: list[list[Word]] = []
    for one in words:
        if one.speaker is None and not found:
            return ()
        if found and found[-1][0].speaker == one.speaker:
            found[-1].append(one)
        else:
            found.append([one])
    return tuple(
        [
            Segment(text=joined.join([one.text for one in group]), start=group[0].start, end=group[-1].end, speaker=group[0].speaker)
            for group in found
        ]
    )


def spelled(value: Any) -> str:
    """Return a value as forms and queries write it."""
    return str(value).lower() if isinstance(value, bool) else repr(value) if isinstance(value, float) else str(value)


def heard_seconds(duration: float | None) -> dict[str, float]:
    """Return what is billed where recordings are billed by their length; one below 0, which would pay money back, is none."""
    return {} if duration is None or duration < 0 else {"second_in": duration}

"""What a transcription is compared by."""

from __future__ import annotations

from typing import Any

from llmkit.types.parts import Audio
from llmkit.types.transcription import TranscriptionRequest

AUDIO = Audio(data=b"RIFF....WAVE", media_type="audio/wav")


def asked_of(**fields: Any) -> TranscriptionRequest:
    return TranscriptionRequest(model="m", audio=AUDIO, **fields)


def shape_of(reply: Any) -> Any:
    ends = [(word.text, word.start, word.end, word.speaker) for word in (reply.words[:1] + reply.words[-1:])]
    edges = [(segment.text, segment.start, segment.end, segment.speaker) for segment in (reply.segments[:1] + reply.segments[-1:])]
    return reply.text, reply.language, reply.duration, len(reply.words), ends, len(reply.segments), edges


def seconds_of(value: Any) -> float | None:
    return None if value is None else float(value)


def wanted_of(
    text: str,
    language: Any,
    duration: Any,
    words: list[Any],
    segments: list[Any],
    *,
    word: str = "word",
    scale: float = 1.0,
    who: str = "speaker",
) -> Any:
    """Return the same shape by plain indexing."""

    def time(value: Any) -> float | None:
        return None if value is None else float(value) if scale == 1.0 else round(value * scale, 6)

    def name(value: Any) -> str | None:
        return None if value is None else str(value)

    ends = [(item[word].strip(), time(item.get("start")), time(item.get("end")), name(item.get(who))) for item in words[:1] + words[-1:]]
    edges = [
        (item.get("text", item.get("transcript")).strip(), time(item.get("start")), time(item.get("end")), name(item.get(who)))
        for item in segments[:1] + segments[-1:]
    ]
    return text.strip(), language or None, seconds_of(duration), len(words), ends, len(segments), edges

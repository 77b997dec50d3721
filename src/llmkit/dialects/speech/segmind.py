"""Speech of the models that Segmind serves: their own fields, the sound at once."""

from __future__ import annotations

from llmkit.dialects.accepted import filled, unsaid
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.speech.sound import MEDIA, characters, heard
from llmkit.types.asking import Ask, Place, Steps
from llmkit.types.speech import SpeechRequest

__all__ = ["NAME", "error", "steps"]

NAME = "segmind_speech"
"""The field of the text is `prompt` or `text` by model; `extra_body` says what else a model takes (docs.segmind.com, read 2026-11-23)."""


def steps(request: SpeechRequest, place: Place, /) -> Steps:
    """Ask for the whole sound."""
    body = filled(
        **{place.options.get("text", "prompt"): request.text},
        voice=request.voice,
        speed=request.speed,
        language=request.language,
        response_format=request.format,
    )
    warnings = unsaid(request, "instructions", "sample_rate", "user", detail="models name it in their own ways: use extra_body")
    answer = yield Ask(path=place.path, body=body, warnings=tuple(warnings))
    return heard(answer, MEDIA[request.format or "wav"], units=characters(request.text))

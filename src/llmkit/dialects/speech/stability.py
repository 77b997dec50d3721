"""Music as Stability takes it: a form, the sound at once."""

from __future__ import annotations

from llmkit.dialects.accepted import one_of, unsaid, within
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.speech.sound import MEDIA, heard
from llmkit.types.asking import Ask, Form, Place, Steps
from llmkit.types.speech import SoundRequest

__all__ = ["NAME", "error", "steps"]

NAME = "stability_audio"
_MOST = 190
"""Seconds (platform.stability.ai/docs/api-reference, read 2026-11-23)."""


def steps(request: SoundRequest, place: Place, /) -> Steps:
    """Ask for the whole piece."""
    within("seconds", request.seconds, 1, _MOST, place.provider)
    named = {
        "prompt": request.text,
        "duration": None if request.seconds is None else f"{request.seconds:g}",
        "model": None if place.model == "music" else place.model,
        "output_format": request.format and one_of("format", request.format, ("mp3", "wav"), place.provider),
        "seed": None if request.seed is None else str(request.seed),
    }
    fields = tuple([(name, value) for name, value in named.items() if value is not None])
    warnings = unsaid(request, "lyrics", "instrumental", "loop", "influence", "sample_rate", "user")
    # The accepted type decides between bytes and base64 in JSON.
    answer = yield Ask(path=place.path, body=Form(fields=fields), headers={"Accept": "audio/*"}, warnings=tuple(warnings))
    return heard(answer, MEDIA[request.format or "mp3"], units={} if request.seconds is None else {"second": request.seconds})

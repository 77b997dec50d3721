"""Voices that are told by the documentation alone: there is nothing to ask."""

from __future__ import annotations

from llmkit.dialects.openai_chat.errors import error
from llmkit.errors import UnsupportedFeature
from llmkit.types.asking import Place, Steps
from llmkit.types.request import Request
from llmkit.types.speech import Voice

__all__ = ["NAME", "error", "known_voices", "steps"]

NAME = "listed_voices"


def steps(request: Request, place: Place, /) -> Steps:
    """Raise `UnsupportedFeature`: it is a list, not something to be asked for through the layers."""
    raise UnsupportedFeature("voices as a call", where=place.provider, hint="Use kit.voices().")
    yield  # makes it a generator, as the protocol wants


def known_voices(place: Place) -> tuple[Voice, ...]:
    """Return the voices that the row names."""
    return tuple([Voice(id=name, name=name) for name in place.options.get("voices", ())])

"""List the voices of a provider."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, cast

from llmkit.dialects.operations import codec
from llmkit.errors import UnsupportedFeature
from llmkit.operations.managing import manage
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.speech import Voice

if TYPE_CHECKING:
    from llmkit.core import Core

MOST_PAGES = 100


async def voices(core: Core, provider: str, language: str | None = None) -> tuple[Voice, ...]:
    """Return all voices, or those that speak `language` (`pt` takes `pt-BR` too)."""
    found = _known(core, provider)
    if found is None:
        found = await manage(core, "voices", provider, _listed)
    if language is None:
        return found
    return tuple([voice for voice in found if any(_speaks(told, language) for told in voice.languages)])


def _known(core: Core, name: str) -> tuple[Voice, ...] | None:
    """Return the voices that the row itself names, for which nobody has to be asked."""
    provider = core.providers.get(name)
    way = provider.operations.get("voices")
    spoken: Any = None if way is None else codec(way.dialect)
    if way is None or not hasattr(spoken, "known_voices"):
        return None
    return cast("tuple[Voice, ...]", spoken.known_voices(Place(provider=provider.name, model="", path=way.path, options=way.options)))


def _listed(spoken: Any, place: Place) -> Generator[Ask, Answer, tuple[Voice, ...]]:
    if not hasattr(spoken, "voices_in"):
        raise UnsupportedFeature("a list of voices", where=place.provider)
    found: list[Voice] = []
    page: str | None = None
    for _ in range(MOST_PAGES):
        ask: Ask | None = spoken.voices_ask(place, page) if hasattr(spoken, "voices_ask") else None
        answer = yield ask if ask is not None else Ask(path=spoken.voices_path(place, page), method="GET", again=True)
        found += spoken.voices_in(answer)
        page = spoken.next_voices(answer)
        if page is None:
            break
    return tuple([voice for voice in found if voice.id])


def _speaks(told: str, wanted: str) -> bool:
    told, wanted = told.lower().replace("_", "-"), wanted.lower().replace("_", "-")
    return told == wanted or told.startswith(f"{wanted}-")

"""What of a request a format has words for: media it cannot take are refused, settings it has no field for are told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.asking import Place
from llmkit.types.video import VideoRequest
from llmkit.types.warnings import Warning

MEDIA = {
    "image": "a film from a first picture",
    "last_image": "a film to a last picture",
    "images": "a film with pictures of who is in it",
    "video": "a film from a film",
}
SETTINGS = ("duration", "size", "aspect_ratio", "resolution", "fps", "seed", "audio", "voice", "negative_prompt", "n", "user")


def unsaid(request: VideoRequest, place: Place, says: Iterable[str], *, prompt: bool = False) -> tuple[Warning, ...]:
    """Return a warning for each setting that is not among `says`. Raises `UnsupportedFeature` for media that are not.

    Whoever says `aspect_ratio` or `resolution` says `size` too, and the other way round (`shape`). `prompt`: there must be one.
    """
    known = set(says)
    for name, words in MEDIA.items():
        if getattr(request, name) and name not in known:
            raise UnsupportedFeature(words, where=place.model or place.provider)
    if prompt and not request.prompt:
        raise InvalidRequest(f"{place.provider} needs words.", parameter="prompt", hint="Say what is to be seen.")
    if known & {"aspect_ratio", "resolution"}:
        known.add("size")
    if request.n == 1:
        known.add("n")
    return tuple(
        [
            Warning(kind="dropped", parameter=name, detail="this format has no field for it")
            for name in SETTINGS
            if getattr(request, name) is not None and name not in known
        ]
    )


def one_of(request: VideoRequest, name: str, value: object, accepted: Iterable[object]) -> None:
    """Raise `InvalidRequest` with the accepted values where `value` is none of them."""
    known = list(accepted)
    if value is not None and value not in known:
        told = ", ".join([str(item) for item in known])
        raise InvalidRequest(f"{name} must be one of {told} here, not {value!r}.", parameter=name)


def seconds(request: VideoRequest) -> int | float | None:
    """Return the duration as JSON has it: a whole number where it is one."""
    told = request.duration
    return int(told) if told is not None and told == int(told) else told


def sparse(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that are told."""
    return {name: value for name, value in fields.items() if value is not None}

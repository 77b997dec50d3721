"""How a format spells the settings of a picture: a table from our names to its own, and a warning for each that it lacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from llmkit.errors import UnsupportedFeature
from llmkit.types.asking import Place
from llmkit.types.image import ImageRequest
from llmkit.types.warnings import Warning

Spelling: TypeAlias = Mapping[str, str | Callable[[Any], dict[str, Any]]]
"""Our name -> the format's name for the same value, or a function from the value to the fields that say it."""
SETTINGS = (
    "n",
    "size",
    "aspect_ratio",
    "resolution",
    "quality",
    "style",
    "background",
    "format",
    "compression",
    "seed",
    "negative_prompt",
    "guidance",
    "steps",
    "strength",
    "user",
)
"""In the order in which they are said."""


def said(request: ImageRequest, place: Place, spelling: Spelling, warnings: list[Warning]) -> dict[str, Any]:
    """Return the fields that say the settings of `request`; `Serving.options["words"]` spells some in the way of one host.

    Raises `UnsupportedFeature` for several pictures where there is no word for it: to get fewer than asked for is no detail.
    """
    words: Spelling = {**spelling, **place.options.get("words", {})}
    fields: dict[str, Any] = {}
    for name in SETTINGS:
        value = getattr(request, name)
        if value is None:
            continue
        word = words.get(name)
        if word is None or word == "":
            _unsaid(name, value, place, warnings)
        elif callable(word):
            fields |= word(value)
        elif word == "width,height":
            fields |= dimensions(value)
        else:
            fields[word] = value
    return fields


def _unsaid(name: str, value: Any, place: Place, warnings: list[Warning]) -> None:
    if name == "n":
        if value > 1:
            raise UnsupportedFeature(f"{value} images at once", where=place.model, hint="Ask for one at a time.")
        return
    warnings.append(Warning(kind="dropped", parameter=name, detail="this format has no field for it"))


def dimensions(size: str, width: str = "width", height: str = "height") -> dict[str, Any]:
    """Return `WIDTHxHEIGHT` as two numbers; nothing for a word such as `auto`."""
    from llmkit.dialects.images.shapes import pixels

    found = pixels(size)
    return {} if found is None else {width: found[0], height: found[1]}


def refuse(request: ImageRequest, place: Place, *, images: int = 0, mask: bool = False, prompt: bool = True) -> None:
    """Raise `UnsupportedFeature` for pictures that the format takes fewer of, for a mask it does not take, for a missing prompt."""
    if len(request.images) > images:
        what = f"more than {images} given images" if images else "changing given images"
        raise UnsupportedFeature(what, where=place.model)
    if request.mask is not None and not mask:
        raise UnsupportedFeature("masks", where=place.model)
    if prompt and not request.prompt:
        raise UnsupportedFeature("variations without a prompt", where=place.model, hint="Pass a prompt.")

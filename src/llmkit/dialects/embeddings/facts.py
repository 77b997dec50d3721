"""What a row tells of its host's embeddings, and of single models there."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.asking import Place
from llmkit.types.embedding import EmbeddingRequest
from llmkit.types.vectors import VectorFormat
from llmkit.types.warnings import Warning


def facts(options: Mapping[str, Any], model: str) -> dict[str, Any]:
    """Return the row's options for `model`: those under `models` whose glob fits it stand above the others.

    Every format reads `most` (inputs of a request), `most_bytes` (of their text, by the host's limit of tokens: two bytes are at least
    about one), `dimensions` (the accepted lengths) and `most_dimensions`.
    """
    found = {name: value for name, value in options.items() if name != "models"}
    for glob, own in options.get("models", {}).items():
        if fnmatchcase(model, glob):
            return {**found, **own}
    return found


def checked_dimensions(request: EmbeddingRequest, place: Place, known: Mapping[str, Any]) -> int | None:
    """Return the length that is asked for. Raises `InvalidRequest` with the accepted ones where the model has others."""
    asked, accepted, most = request.dimensions, known.get("dimensions"), known.get("most_dimensions")
    if asked is None:
        return None
    if accepted is not None and asked not in accepted:
        told = ", ".join(map(str, accepted)) if accepted else "no other length than its own"
        raise InvalidRequest(f"{place.model} has dimensions of {told}, not {asked}.", parameter="dimensions")
    if most is not None and asked > most:
        raise InvalidRequest(f"{place.model} has at most {most} dimensions, not {asked}.", parameter="dimensions")
    return asked


def checked_format(request: EmbeddingRequest, place: Place, accepted: tuple[str, ...] = ("float",)) -> VectorFormat:
    """Return the kind of numbers to ask for; None asked is the first accepted. Raises `UnsupportedFeature` naming the accepted ones."""
    asked = request.format or accepted[0]
    if asked not in accepted:
        named = " or ".join([f"format={word!r}" for word in accepted])
        raise UnsupportedFeature(f"vectors of {asked}", where=place.provider, hint=f"{named} is what it gives.")
    return asked  # type: ignore[return-value]  # one of the accepted, which are such


def spelled(request: EmbeddingRequest, spelling: Mapping[str, str], warnings: list[Warning], default: str | None = None) -> str | None:
    """Return the host's word for what the vectors are for; what it has none for is left out with a warning."""
    asked = request.input_type
    if asked is None:
        return default
    if asked not in spelling:
        known = ", ".join(spelling)
        warnings.append(Warning(kind="dropped", parameter="input_type", detail=f"{asked} is unknown here; known are {known}"))
        return default
    return spelling[asked]


def unsaid(request: EmbeddingRequest, *names: str) -> list[Warning]:
    """Return a warning for each of the named settings that was asked for: the format has no field for it."""
    return [
        Warning(kind="dropped", parameter=name, detail="this format has no field for it")
        for name in names
        if getattr(request, name) is not None
    ]


def with_value(**fields: Any) -> dict[str, Any]:
    """Return the fields that have a value, in order."""
    return {name: value for name, value in fields.items() if value is not None}

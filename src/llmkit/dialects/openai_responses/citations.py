"""Annotations of a text as citations; what they say beside that stays in their options."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.wire import Object, name_of
from llmkit.dialects.openai_responses.dialect_profile import NAME
from llmkit.types.parts import Citation, Provenance

_FIELDS: dict[str, tuple[str, type]] = {
    "url": ("url", str),
    "title": ("title", str),
    "filename": ("title", str),
    "quote": ("quote", str),
    "start_index": ("start", int),
    "end_index": ("end", int),
}


def citation_of(annotation: Object, origin: Provenance | None) -> Citation:
    """Return the citation that an annotation says."""
    typed: dict[str, Any] = {}
    rest: Object = {}
    for field, value in annotation.items():
        ours, kind = _FIELDS.get(field, ("", object))
        if ours and type(value) is kind and ours not in typed:
            typed[ours] = value
        elif field != "type" and value is not None:
            rest[field] = value
    return Citation(location=name_of(annotation.get("type")), origin=origin, options={NAME: rest} if rest else {}, **typed)

"""Citations, both ways: the wire has one shape for each kind of source."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.anthropic.dialect_profile import NAME
from llmkit.types.parts import Citation, Provenance

_DOCUMENT = {"cited_text": "quote", "document_index": "document", "document_title": "title"}
_SHAPES: dict[str, dict[str, str]] = {
    "char_location": _DOCUMENT,
    "page_location": _DOCUMENT,
    "content_block_location": _DOCUMENT,
    "web_search_result_location": {"cited_text": "quote", "url": "url", "title": "title"},
    "search_result_location": {"cited_text": "quote", "source": "url", "title": "title"},
}
"""Wire field to our field, by kind. Offsets here are places in the source, not in the answer, so they stay in `options`."""


def decode_citation(block: dict[str, Any], origin: Provenance | None = None) -> Citation:
    """Return the citation in a wire object; what has no field of its own stays in its options."""
    kind = block.get("type")
    shape = _SHAPES.get(kind, {}) if isinstance(kind, str) else {}
    typed: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for field, value in block.items():
        ours = shape.get(field)
        wanted = int if ours == "document" else str
        if ours is not None and isinstance(value, wanted):
            typed[ours] = value
        elif field != "type" or not isinstance(kind, str):
            rest[field] = value
    return Citation(location=kind if isinstance(kind, str) else None, origin=origin, options={NAME: rest} if rest else {}, **typed)


def encode_citation(citation: Citation) -> dict[str, Any] | None:
    """Return the wire object of a citation of this format, None for one of another."""
    shape = _SHAPES.get(citation.location or "")
    rest = citation.options.get(NAME, {})
    if citation.location is None or (shape is None and not rest):
        return None
    block: dict[str, Any] = {"type": citation.location}
    for field, ours in (shape or {}).items():
        value = getattr(citation, ours)
        if value is not None:
            block[field] = value
    return {**block, **rest}

"""Citations out of the format's objects; they go back in their own block."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.bedrock_converse.dialect_profile import NAME
from llmkit.dialects.bedrock_converse.fields import mapping
from llmkit.types.parts import Citation, Provenance

_SEARCH = "searchResultLocation"


def decode_citation(wire: dict[str, Any], origin: Provenance | None) -> Citation:
    """Return the citation in a wire object; what has no field of its own stays in its options.

    Offsets here are places in the source, not in the answer.
    """
    location = mapping(wire.get("location"))
    kind = next(iter(location), None)
    place = mapping(location.get(kind)) if kind is not None else {}
    document, url, title = place.get("documentIndex"), place.get("url"), wire.get("title")
    if not isinstance(url, str):
        source = wire.get("source")
        url = source if isinstance(source, str) and "://" in source else None
    rest = {name: value for name, value in wire.items() if name not in ("title", "sourceContent")}
    return Citation(
        url=url,
        title=title if isinstance(title, str) else None,
        quote=_quote(wire.get("sourceContent")),
        document=document if isinstance(document, int) else None,
        location=kind,
        origin=origin,
        options={NAME: rest} if rest else {},
    )


def encode_citation(citation: Citation) -> dict[str, Any] | None:
    """Return the wire object, None for a citation that this format did not make."""
    rest = citation.options.get(NAME)
    if rest is None:
        return None
    wire: dict[str, Any] = {} if citation.title is None else {"title": citation.title}
    if citation.quote is not None:
        wire["sourceContent"] = [{"text": citation.quote}]
    return {**wire, **rest}


def _quote(content: Any) -> str | None:
    pieces = [piece.get("text") for piece in content if isinstance(piece, dict)] if isinstance(content, list) else []
    words = [piece for piece in pieces if isinstance(piece, str)]
    return "".join(words) if words else None

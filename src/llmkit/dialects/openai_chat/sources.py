"""The sources of an answer: annotations of its text, or lists beside it."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.wire import Object, list_of, name_of, object_of, objects_of, raw, text_of, told
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import Citation, Provenance

_KNOWN = frozenset({"url", "title", "start_index", "end_index", "content"})
_KNOWN_RESULT = frozenset({"url", "title", "snippet"})


def annotations_of(value: Any, *, origin: Provenance | None) -> tuple[Citation, ...]:
    """Return the citations that a message's `annotations` hold."""
    return tuple([_annotation(item, origin) for item in objects_of(value)])


def _annotation(item: Object, origin: Provenance | None) -> Citation:
    kind = text_of(item.get("type"))
    inner = object_of(item.get(kind)) or item
    start, end = inner.get("start_index"), inner.get("end_index")
    return Citation(
        url=name_of(inner.get("url")),
        title=name_of(inner.get("title")) or name_of(inner.get("filename")),
        quote=name_of(inner.get("content")),
        start=start if isinstance(start, int) else None,
        end=end if isinstance(end, int) else None,
        location=kind or None,
        origin=origin,
        native=NO_NATIVE if kind == "url_citation" and not told(inner, _KNOWN) else raw(item),
    )


def beside_of(body: Object, *, origin: Provenance | None) -> list[Citation]:
    """Return the sources that a search provider lists beside the answer; the richer of its two lists."""
    results = objects_of(body.get("search_results"))
    if results:
        return [
            Citation(
                url=name_of(item.get("url")),
                title=name_of(item.get("title")),
                quote=name_of(item.get("snippet")),
                location="search_result",
                origin=origin,
                native=raw(item) if told(item, _KNOWN_RESULT) else NO_NATIVE,
            )
            for item in results
        ]
    return [Citation(url=url, location="citation", origin=origin) for url in list_of(body.get("citations")) if isinstance(url, str)]


def reference_of(block: Object, *, origin: Provenance | None) -> Citation:
    """Return a block that points from the text before it to documents by number."""
    ids = list_of(block.get("reference_ids"))
    document = ids[0] if len(ids) == 1 and isinstance(ids[0], int) else None
    return Citation(document=document, location="reference", origin=origin, native=raw(block))

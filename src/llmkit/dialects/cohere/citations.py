"""The sources of an answer, in and out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from llmkit.dialects.cohere.draft import CohereDraft
from llmkit.dialects.openai_chat.wire import Object, dumps, name_of, object_of, objects_of, raw, text_of
from llmkit.types.parts import Citation, Provenance

_OURS = re.compile(r"doc:(\d{1,6})")
_QUOTES = ("snippet", "text", "content", "output")
_BESIDE_TEXT = frozenset({"PLAN", "THINKING_CONTENT"})


def citations_of(wire: Object, *, origin: Provenance | None) -> list[Citation]:
    """Return what one citation says: one of ours for each of its sources; each keeps the whole of it."""
    native = raw(wire)
    start, end = wire.get("start"), wire.get("end")
    found: list[Citation] = []
    for source in objects_of(wire.get("sources")) or [{}]:
        said = object_of(source.get("document")) or object_of(source.get("tool_output"))
        number = _OURS.fullmatch(text_of(source.get("id")))
        found.append(
            Citation(
                url=name_of(said.get("url")),
                title=name_of(said.get("title")),
                quote=next((text_of(said[name]) for name in _QUOTES if text_of(said.get(name))), None),
                document=int(number[1]) if number else None,
                start=start if isinstance(start, int) else None,
                end=end if isinstance(end, int) else None,
                location=name_of(source.get("type")) or name_of(wire.get("type")),
                origin=origin,
                native=native,
            )
        )
    return found


def place_of(wire: Object) -> int | None:
    """Return the number of the content's block that a citation is about; None where it is about no text."""
    if text_of(wire.get("type")) in _BESIDE_TEXT:
        return None
    place = wire.get("content_index")
    return place if isinstance(place, int) else -1


def wire_citations(cited: Iterable[Citation], draft: CohereDraft) -> list[Any]:
    """Return the citations to send back, each once."""
    found: dict[bytes, Any] = {}
    for citation in cited:
        if draft.is_native(citation):
            found.setdefault(bytes(citation.native), citation.native)
        else:
            wire = _citation(citation)
            if wire is None:
                draft.warn("lossy", "messages", "citations of another format are not sent back")
            else:
                found.setdefault(dumps(wire).encode(), wire)
    return list(found.values())


def _citation(citation: Citation) -> Object | None:
    """Return options of a citation that are its wire form."""
    return None if citation.origin is not None else citation.options.get(CohereDraft.dialect)

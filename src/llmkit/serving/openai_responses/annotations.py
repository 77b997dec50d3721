"""Citations as annotations of a text."""

from __future__ import annotations

from collections.abc import Iterable

from llmkit.dialects.openai_chat.wire import Object
from llmkit.serving.losses import Losses
from llmkit.types.parts import Citation


def annotations_of(citations: Iterable[Citation], length: int, losses: Losses) -> list[Object]:
    """Return the annotations of a text of `length`: those of addresses. What does not say where it belongs, belongs to all of it."""
    found: list[Object] = []
    for citation in citations:
        if not citation.url:
            losses.add("dropped", "citations", "a citation without an address has no place")
            continue
        found.append(
            {
                "type": "url_citation",
                "start_index": citation.start if citation.start is not None else 0,
                "end_index": citation.end if citation.end is not None else length,
                "title": citation.title or citation.url,
                "url": citation.url,
            }
        )
    return found

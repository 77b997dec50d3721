"""Another format's citations as grounding metadata: sources, and which bytes of the answer's words they support."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from llmkit.types.parts import Citation, Part, Text


def grounding_of(content: Iterable[Part]) -> dict[str, Any]:
    """Return the metadata, empty where nothing is cited. A citation without a place is of its whole text."""
    chunks: list[Any] = []
    supports: list[Any] = []
    words = ""
    for part in content:
        if isinstance(part, Text):
            for citation in part.citations:
                start, end = citation.start, citation.end
                span = (0, len(part.text)) if start is None or end is None else (start, end)
                supports.append(_support(words, part.text, span, _place(chunks, citation)))
            words += part.text
        elif isinstance(part, Citation):
            _place(chunks, part)
    if not chunks:
        return {}
    return {"groundingChunks": chunks, "groundingSupports": supports} if supports else {"groundingChunks": chunks}


def _place(chunks: list[Any], citation: Citation) -> int:
    source = {"uri": citation.url, "title": citation.title}
    chunk = {"web": {name: value for name, value in source.items() if value is not None}}
    if chunk not in chunks:
        chunks.append(chunk)
    return chunks.index(chunk)


def _support(before: str, text: str, span: tuple[int, int], chunk: int) -> dict[str, Any]:
    begin = len(before.encode("utf-8", "replace"))
    start, end = (begin + len(text[:place].encode("utf-8", "replace")) for place in span)
    segment: dict[str, Any] = {"startIndex": start} if start else {}
    segment |= {"endIndex": end, "text": text[span[0] : span[1]]}
    return {"segment": segment, "groundingChunkIndices": [chunk]}

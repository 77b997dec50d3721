"""Where an answer got its facts: grounding and citation metadata into citations of the text."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.gemini.byte_offsets import ByteOffsets
from llmkit.dialects.gemini.wire import Fields, string_of
from llmkit.types.parts import Citation, Provenance

Span = tuple[int | None, int | None]


class Sources:
    """Collects the metadata of one candidate, which a stream sends in pieces, and finds its citations' places in the text.

    Segments count UTF-8 bytes from the beginning of all the words of the answer, whichever parts they stand in.
    """

    __slots__ = ("_given", "_origin", "_pending", "grounding")

    def __init__(self, origin: Provenance) -> None:
        self._origin = origin
        self._given: set[tuple[Any, ...]] = set()
        self._pending: list[tuple[str, Fields]] = []
        self.grounding: Fields = {}

    def add(self, grounding: Fields, citation_metadata: Fields) -> None:
        """Take in what a response or an event says."""
        self.grounding = merged(self.grounding, grounding)
        self._pending += [("support", support) for support in _objects(grounding.get("groundingSupports"))]
        # One of the two services says `citations`, the other `citationSources`.
        cited = citation_metadata.get("citationSources") or citation_metadata.get("citations")
        self._pending += [("source", source) for source in _objects(cited)]

    def settle(self, text: str, *, final: bool) -> list[Citation]:
        """Return the new citations, with offsets that count characters of `text`, the words so far.

        Before the end only those whose place is sure are returned; the others wait for more words.
        """
        if not self._pending:
            return []
        offsets = ByteOffsets(text)
        found: list[Citation] = []
        waiting: list[tuple[str, Fields]] = []
        for kind, item in self._pending:
            span = self._span(offsets, kind, item, final=final)
            if span is None:
                waiting.append((kind, item))
            else:
                made = self._grounded(item, span) if kind == "support" else [self._cited(item, span)]
                found += [citation for citation in made if self._is_new(citation)]
        self._pending = waiting
        return found

    def _span(self, offsets: ByteOffsets, kind: str, item: Fields, *, final: bool) -> Span | None:
        segment = item.get("segment") if kind == "support" else item
        if not isinstance(segment, dict):
            return (None, None) if final else None
        words = string_of(segment.get("text"))
        span = offsets.span(segment.get("startIndex"), segment.get("endIndex"))
        if span is not None and (words is None or offsets.text[span[0] : span[1]] == words):
            return span
        if not final:
            return None
        begin = offsets.text.find(words) if words else -1
        if words and begin >= 0:
            return begin, begin + len(words)
        return None, None

    def _grounded(self, support: Fields, span: Span) -> list[Citation]:
        chunks = _list(self.grounding.get("groundingChunks"))
        found: list[Citation] = []
        for number in _list(support.get("groundingChunkIndices")):
            chunk = chunks[number] if isinstance(number, int) and 0 <= number < len(chunks) else None
            for kind, source in chunk.items() if isinstance(chunk, dict) else ():
                if isinstance(source, dict):
                    found.append(self._citation(source, span, kind))
        return found

    def _cited(self, source: Fields, span: Span) -> Citation:
        return self._citation(source, span, "citation")

    def _citation(self, source: Fields, span: Span, location: str) -> Citation:
        return Citation(
            url=string_of(source.get("uri")) or string_of(source.get("sourceUri")),
            title=string_of(source.get("title")),
            quote=string_of(source.get("text")),
            start=span[0],
            end=span[1],
            location=location,
            origin=self._origin,
        )

    def _is_new(self, citation: Citation) -> bool:
        key = (citation.url, citation.title, citation.quote, citation.start, citation.end, citation.location)
        fresh = key not in self._given
        self._given.add(key)
        return fresh


def placed(citation: Citation, lengths: list[int]) -> list[tuple[int, Citation]]:
    """Return to which of several texts (given by their lengths) a citation belongs, and the citation counted from that text's start.

    One that spans several texts belongs to each for its share; one whose place is not known to the last text that has words.
    """
    if citation.start is None or citation.end is None:
        return [(max((number for number, length in enumerate(lengths) if length), default=len(lengths) - 1), citation)]
    begin = 0
    found: list[tuple[int, Citation]] = []
    for number, length in enumerate(lengths):
        start, end = max(citation.start - begin, 0), min(citation.end - begin, length)
        if start < end:
            found.append((number, citation if (start, end) == (citation.start, citation.end) else citation.replace(start=start, end=end)))
        begin += length
    return found or [_empty(citation, lengths)]


def _empty(citation: Citation, lengths: list[int]) -> tuple[int, Citation]:
    """Place a citation of no words: where it stands, at the latest at the end of the last text."""
    assert citation.start is not None
    begin = 0
    for number, length in enumerate(lengths):
        if citation.start < begin + length:
            return number, citation.replace(start=citation.start - begin, end=citation.start - begin)
        begin += length
    return len(lengths) - 1, citation.replace(start=lengths[-1], end=lengths[-1])


def merged(old: Fields, new: Fields) -> Fields:
    """Return both: a stream may repeat the lists so far with more at the end, or send only what is new."""
    if not old or not new:
        return old or new
    merged = old | new
    for name, value in new.items():
        before = old.get(name)
        if isinstance(value, list) and isinstance(before, list) and value[: len(before)] != before:
            merged[name] = before + value
    return merged


def _objects(value: Any) -> list[Fields]:
    return [item for item in _list(value) if isinstance(item, dict)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []

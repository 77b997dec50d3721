"""Annotations of a text into citations. Their offsets count bytes (API reference, read 2026-11)."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.gemini.byte_offsets import ByteOffsets
from llmkit.dialects.gemini.wire import Fields, string_of
from llmkit.types.parts import Citation, Provenance

_CITED = ("url_citation", "file_citation", "place_citation")


def citations_of(text: str, annotations: Any, origin: Provenance) -> tuple[Citation, ...]:
    """Return the sources among `annotations`; what is said of words and speakers stays in the native block."""
    if not isinstance(annotations, list) or not annotations:
        return ()
    offsets = ByteOffsets(text)
    cited = [note for note in annotations if isinstance(note, dict) and note.get("type") in _CITED]
    return tuple([_citation(note, offsets, origin) for note in cited])


def _citation(note: Fields, offsets: ByteOffsets, origin: Provenance) -> Citation:
    span = offsets.span(note.get("start_index"), note.get("end_index"))
    return Citation(
        url=string_of(note.get("url")) or string_of(note.get("document_uri")),
        title=string_of(note.get("title")) or string_of(note.get("file_name")) or string_of(note.get("name")),
        quote=string_of(note.get("source")) if note.get("type") == "file_citation" else None,
        start=None if span is None else span[0],
        end=None if span is None else span[1],
        location=string_of(note.get("type")),
        origin=origin,
    )

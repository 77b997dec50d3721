"""Sources of answers in the Gemini format: searches, citations, recitations."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit.types.parts import (
    Citation,
    Text,
)
from tests.dialects.gemini_cases import ORIGIN, THOUGHT, answer, decoded

GROUNDING = {
    "groundingChunks": [{"web": {"uri": "https://a", "title": "A"}}, {"retrievedContext": {"title": "B", "text": "quoted"}}],
    "groundingSupports": [
        {"segment": {"endIndex": 6, "text": "Zürf"}, "groundingChunkIndices": [0]},
        {"segment": {"startIndex": 4, "endIndex": 12, "text": "é is ok"}, "groundingChunkIndices": [1, 9]},
    ],
    "webSearchQueries": ["q"],
}


@pytest.mark.parametrize(
    ("grounding", "calls"),
    [
        ({"webSearchQueries": ["a", "b"]}, {"web_search": 2}),
        ({"groundingChunks": [{"maps": {"uri": "https://m"}}]}, {"maps": 1}),
        ({"groundingChunks": [{"retrievedContext": {}}], "webSearchQueries": []}, {}),
        ({"webSearchQueries": "a"}, {}),
        ({}, {}),
    ],
)
def test_searches_are_counted(grounding: dict[str, Any], calls: dict[str, int]) -> None:
    """They are billed beside the tokens."""
    body = {**answer({"text": "a"}, groundingMetadata=grounding), "usageMetadata": {"promptTokenCount": 1}}

    usage = decoded(body).usage

    assert usage is not None
    assert calls == usage.server_tools


def test_citations_count_characters_where_the_wire_counts_bytes() -> None:
    text = "Zür é is ok"
    grounding = {
        "groundingChunks": GROUNDING["groundingChunks"],
        "groundingSupports": [
            {"segment": {"endIndex": 4, "text": "Zür"}, "groundingChunkIndices": [0]},
            {"segment": {"startIndex": 5, "endIndex": 13, "text": "é is ok"}, "groundingChunkIndices": [1, 9]},
        ],
    }

    response = decoded(answer({"text": text}, groundingMetadata=grounding))

    assert [
        Citation(url="https://a", title="A", start=0, end=3, location="web", origin=ORIGIN),
        Citation(title="B", quote="quoted", start=4, end=11, location="retrievedContext", origin=ORIGIN),
    ] == list(response.citations)
    assert grounding == response.extra["grounding"]


def test_segments_count_from_the_beginning_of_all_words() -> None:
    """Thinking is not counted; a text part of its own begins where the one before it ended."""
    support = {"segment": {"startIndex": 6, "endIndex": 11, "text": "world"}, "groundingChunkIndices": [0]}
    grounding = {"groundingChunks": GROUNDING["groundingChunks"], "groundingSupports": [support]}

    content = decoded(answer(THOUGHT, {"text": "Hello "}, {"text": "world"}, groundingMetadata=grounding)).content

    assert [(), (0, 5)] == [
        () if not part.citations else (part.citations[0].start, part.citations[0].end) for part in content if isinstance(part, Text)
    ]


SEGMENTS: list[tuple[dict[str, Any], tuple[int | None, int | None]]] = [
    ({"startIndex": 99, "endIndex": 104, "text": "world"}, (6, 11)),
    ({"startIndex": 0, "endIndex": 5, "text": "world"}, (6, 11)),
    ({"startIndex": 99, "endIndex": 104, "text": "absent"}, (None, None)),
    ({"startIndex": 99, "endIndex": 104}, (None, None)),
    ({}, (None, None)),
]


@pytest.mark.parametrize(("segment", "expected"), SEGMENTS)
def test_a_segment_that_does_not_fit_is_sought_by_its_words(segment: dict[str, Any], expected: tuple[int | None, int | None]) -> None:
    grounding = {"groundingChunks": GROUNDING["groundingChunks"], "groundingSupports": [{"segment": segment, "groundingChunkIndices": [0]}]}

    citation = decoded(answer({"text": "Hello world"}, groundingMetadata=grounding)).citations[0]

    assert expected == (citation.start, citation.end)


@pytest.mark.parametrize("name", ["citationSources", "citations"])
def test_recited_sources_are_citations_too(name: str) -> None:
    metadata = {name: [{"startIndex": 1, "endIndex": 3, "uri": "https://a", "license": "mit"}]}

    response = decoded(answer({"text": "Hello"}, citationMetadata=metadata))

    assert (Citation(url="https://a", start=1, end=3, location="citation", origin=ORIGIN),) == response.citations
    assert metadata == response.extra["citation_metadata"]

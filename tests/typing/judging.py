"""What type checkers must see of ranking, judging, search and document reading; checked by pyright, never run."""

from __future__ import annotations

from pathlib import Path
from typing import assert_type

from llmkit import AsyncLLMKit, LLMKit
from llmkit.types.classification import ClassificationResponse
from llmkit.types.decision import DecisionResponse, Predicate
from llmkit.types.moderation import ModerationResponse
from llmkit.types.ocr import OcrResponse
from llmkit.types.rerank import RankedDocument, RerankResponse
from llmkit.types.search import SearchResponse


def sync_face() -> None:
    kit = LLMKit()
    assert_type(kit.rerank("a/b", "q", ["x"], top=1), RerankResponse)
    assert_type(kit.rerank("a/b", "q", ["x"]).results[0].document, RankedDocument)
    assert_type(kit.moderate("a/b", ["x"], source="output").flagged, bool)
    assert_type(kit.classify("a/b", "x", labels={"spam": "unwanted"}).labels, list[str | None])
    assert_type(kit.decide("a/b", "x", {"q": Predicate(question="?")})["q"].probability, float | None)
    assert_type(kit.search("a", "x", count=3, domains=["a.org"]).results[0].snippet, str | None)
    assert_type(kit.ocr("a/b", Path("x.pdf"), pages=range(3), tables="html").markdown, str)
    kit.rerank("a/b", "q", ["x"], best=1)  # pyright: ignore[reportCallIssue]
    kit.ocr("a/b", "x.pdf", tables="csv")  # pyright: ignore[reportArgumentType]


async def async_face() -> None:
    async with AsyncLLMKit() as kit:
        assert_type(await kit.rerank("a/b", "q", ["x"]), RerankResponse)
        assert_type(await kit.moderate("a/b", "x"), ModerationResponse)
        assert_type(await kit.classify("a/b", "x", labels=["a", "b"], several=True), ClassificationResponse)
        assert_type(await kit.decide("a/b", "x", {"q": Predicate(question="?")}), DecisionResponse)
        assert_type(await kit.search("a", "x", topic="news"), SearchResponse)
        assert_type(await kit.ocr("a/b", b"%PDF"), OcrResponse)

"""What type checkers must see of `kit.models`, `estimate` and `count_tokens`; checked by pyright, never run."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_type

from llmkit import AsyncLLMKit, LLMKit
from llmkit.models.compare import Priced, Row
from llmkit.models.update import Updated
from llmkit.types.estimate import Estimate
from llmkit.types.model_info import Match, ModelInfo
from llmkit.types.token_count import TokenCount


def sync_face() -> None:
    kit = LLMKit(models=[{"provider": "openai", "id": "x"}])
    assert_type(kit.models.get("openai/gpt-5"), ModelInfo | None)
    assert_type(kit.models.require("openai/gpt-5"), ModelInfo)
    assert_type(kit.models.match("openai/gpt-5"), Match)
    assert_type(kit.models.find("gpt", can=["tools"], min_context=1000, with_key=True, sort="price"), list[ModelInfo])
    assert_type(kit.models.cheapest(3, input_tokens=1000, provider="openai"), list[Priced])
    assert_type(kit.models.compare(["openai/gpt-5"], output_tokens=5), list[Row])
    assert_type(kit.models.live("openai"), list[ModelInfo])
    assert_type(kit.models.update("https://example.com/manifest.json"), Updated)
    assert_type(kit.estimate("openai/gpt-5", "hi", output_tokens=5, reasoning="low"), Estimate)
    assert_type(kit.count_tokens("openai/gpt-5", "hi", source="auto"), TokenCount)
    cost = kit.complete("openai/gpt-5", "hi").cost
    if cost is not None:
        assert_type(cost.usd, Decimal | None)
    kit.models.find(minimum_context=5)  # pyright: ignore[reportCallIssue]
    kit.count_tokens("openai/gpt-5", "hi", source="guess")  # pyright: ignore[reportArgumentType]


async def async_face() -> None:
    async with AsyncLLMKit() as kit:
        assert_type(kit.models.get("openai/gpt-5"), ModelInfo | None)
        assert_type(await kit.models.live("openai"), list[ModelInfo])
        assert_type(kit.estimate("openai/gpt-5", "hi"), Estimate)
        assert_type(await kit.count_tokens("openai/gpt-5", "hi"), TokenCount)

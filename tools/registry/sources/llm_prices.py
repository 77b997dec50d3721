"""Read llm-prices: USD per million tokens, some of them for long prompts only."""

from __future__ import annotations

import re

from llmkit.types.model_info import ModelInfo
from tools.registry.sources.listing import parsed, price, provider, rates, told

_RATES = {"input": "input", "output": "output", "input_cached": "cache_read"}
_PROVIDERS = {"amazon": "bedrock", "moonshot-ai": "moonshotai"}
_LONG = re.compile(r"-\d+k(-plus)?$")


def read(content: bytes) -> list[ModelInfo]:
    """Return the usual prices; those of long prompts have ids of their own there and are left aside."""
    listed = [said for said in parsed(content)["prices"] if not _LONG.search(said["id"])]
    return [
        told(
            ModelInfo(
                provider=provider(said["vendor"], _PROVIDERS), id=said["id"], name=said.get("name", ""), price=price(rates(said, _RATES))
            )
        )
        for said in listed
    ]

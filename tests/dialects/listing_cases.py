"""Models as servers of the Chat Completions format list them, and what is read of each."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from llmkit.types.model_info import ModelInfo, ReasoningInfo
from llmkit.types.price import Price, RateCard, Tier, Window


def info(id: str, mode: str = "", **facts: Any) -> ModelInfo:
    price = facts.get("price")
    return ModelInfo(provider="p", id=id, mode=mode, **facts, **({"price_source": "provider"} if price is not None else {}))


def rates(**told: str) -> dict[str, Decimal]:
    return {name: Decimal(value) for name, value in told.items()}


_WORDS = {"architecture": {"input_modalities": ["text", "image", "file"], "output_modalities": ["text"]}}
_TOLD = {"inputs": ("text", "image", "pdf"), "outputs": ("text",)}
CHAT: dict[str, tuple[Any, ModelInfo]] = {
    "a bare id": ({"id": "m", "object": "model", "created": 1_700_000_000, "owned_by": "x"}, info("m")),
    "a name alone": ("flux", info("flux")),
    "price per token in texts": (
        {
            "id": "m",
            "name": "The M",
            **_WORDS,
            "context_length": 1000,
            "top_provider": {"max_completion_tokens": 10},
            "pricing": {
                "prompt": "0.00000125",
                "completion": "0.00001",
                "request": "0",
                "image": "0.005",
                "input_cache_read": "0.0000003125",
                "input_cache_write": "0",
                "internal_reasoning": "0.00001",
                "web_search": "0.01",
            },
        },
        info(
            "m",
            "chat",
            name="The M",
            **_TOLD,
            context_window=1000,
            max_output=10,
            price=Price(rates=rates(input="1.25", output="10", cache_read="0.3125", reasoning="10"), fees=rates(web_search="0.01")),
        ),
    ),
    "a price that changes": ({"id": "auto", "pricing": {"prompt": "-1", "completion": "-1"}}, info("auto")),
    "a free one": (
        {"id": "m:free", "pricing": {"prompt": "0", "completion": "0"}},
        info("m:free", free=True, price=Price(rates=rates(input="0", output="0"))),
    ),
    "a zero that nobody explains": ({"id": "m", "pricing": {"prompt": "0", "completion": "0"}}, info("m")),
    "a zero beside a price": (
        {"id": "m", "type": "embedding", "pricing": {"hourly": 0, "input": 0.016, "output": 0, "base": 0}},
        info("m", "embedding", price=Price(rates=rates(input="0.016"))),
    ),
    "price per million in numbers": (
        {"id": "m", "pricing": {"input": 10, "output": 50, "cache_write": 12.5, "cache_read": 1, "unit": "usd_per_1m_tokens"}},
        info("m", price=Price(rates=rates(input="10", output="50", cache_write="12.5", cache_read="1"))),
    ),
    "another unit": ({"id": "m", "pricing": {"input": 10, "output": 50, "unit": "usd_per_image"}}, info("m")),
    "another currency": ({"id": "m", "pricing": {"prompt": "0.1", "completion": "0.1", "currency": "pollen"}}, info("m")),
    "a number that may be one token's": ({"id": "m", "pricing": {"input": 0.00000015, "output": 0.0000006}}, info("m")),
    "minutes under the name of tokens": ({"id": "m", "type": "audio", "pricing": {"input": 65, "output": 0}}, info("m")),
    "pictures under the name of tokens": ({"id": "m", "type": "image", "pricing": {"input": 65, "output": 1}}, info("m", "image")),
    "a float of many places is exact": (
        {"id": "m", "pricing": {"input": 0.1, "output": 0.30000000000000004}},
        info("m", price=Price(rates=rates(input="0.1", output="0.30000000000000004"))),
    ),
    "dearer when long": (
        {
            "id": "m",
            "pricing": {
                "prompt": "0.000002",
                "completion": "0.000006",
                "overrides": [{"min_prompt_tokens": 200001, "prompt": "0.000004", "completion": "0.000012"}],
            },
        },
        info("m", price=Price(rates=rates(input="2", output="6"), tiers=(Tier(above=200000, rates=rates(input="4", output="12")),))),
    ),
    "cheaper at night": (
        {
            "id": "m",
            "pricing": {
                "prompt": "0.000001",
                "completion": "0.000002",
                "overrides": [
                    {"utc_start": 1000, "utc_end": 100, "prompt": "0.000001", "completion": "0.000002"},
                    {"utc_start": 100, "utc_end": 1000, "prompt": "0.000002", "completion": "0.000004"},
                ],
            },
        },
        info(
            "m",
            price=Price(
                rates=rates(input="2", output="4"),
                services={"off_peak": RateCard(rates=rates(input="1", output="2"))},
                off_peak=(Window(start=600, end=1440), Window(start=0, end=60)),
            ),
        ),
    ),
    "a condition that we do not know": (
        {"id": "m", "pricing": {"prompt": "0.000002", "completion": "0.000006", "overrides": [{"moon": "full", "prompt": "0.000004"}]}},
        info("m"),
    ),
    "parameters": (
        {
            "id": "m",
            "supported_parameters": ["tools", "response_format", "max_tokens", "temperature"],
            "expiration_date": "2026-12-01",
            "reasoning": {"mandatory": True, "supported_efforts": ["high", "low"]},
            "hugging_face_id": "x/m",
            "knowledge_cutoff": "2026-02-16",
        },
        info(
            "m",
            can=("tools", "json_mode", "temperature"),
            cannot=("structured_output", "reasoning"),
            deprecation_date="2026-12-01",
            reasoning=ReasoningInfo(efforts=("high", "low"), always_on=True),
            weights="x/m",
            knowledge_cutoff="2026-02-16",
        ),
    ),
    "hosts that agree": (
        {
            "id": "m",
            "providers": [
                {"provider": "a", "status": "live", "context_length": 10, "pricing": {"input": 0.6, "output": 2.2}, "supports_tools": True},
                {"provider": "b", "status": "live", "context_length": 10, "pricing": {"input": 0.6, "output": 2.2}, "supports_tools": True},
                {"provider": "c", "status": "staging", "context_length": 99, "pricing": {"input": 9, "output": 9}},
            ],
        },
        info("m", context_window=10, price=Price(rates=rates(input="0.6", output="2.2")), can=("tools",)),
    ),
    "hosts that differ": (
        {
            "id": "m",
            "providers": [
                {"context_length": 10, "pricing": {"input": 0.6, "output": 2.2}, "supports_tools": True},
                {"context_length": 20, "pricing": {"input": 0.5, "output": 2.2}, "supports_tools": False},
            ],
        },
        info("m"),
    ),
    "a running server's own limit": ({"id": "m", "meta": {"n_ctx": 4096, "n_ctx_train": 40960}}, info("m", context_window=4096)),
    "a server with one limit": ({"id": "m", "max_model_len": 8192, "root": "/models/m"}, info("m", context_window=8192)),
    "a desktop's": (
        {
            "id": "m",
            "type": "llm",
            "state": "loaded",
            "max_context_length": 131072,
            "loaded_context_length": 4096,
            "capabilities": ["tool_use"],
        },
        info("m", "chat", context_window=4096, can=("tools",)),
    ),
    "a fast host's": (
        {"id": "m", "context_window": 131072, "max_completion_tokens": 32768},
        info("m", context_window=131072, max_output=32768),
    ),
    "a gateway's": (
        {
            "id": "m",
            "type": "language",
            "context_window": 1000,
            "max_tokens": 100,
            "tags": ["reasoning", "tool-use", "implicit-caching"],
            "pricing": {"input": "0.00000005", "output": "0.0000004"},
        },
        info(
            "m",
            "chat",
            context_window=1000,
            max_output=100,
            can=("reasoning", "tools", "prompt_cache"),
            price=Price(rates=rates(input="0.05", output="0.4")),
        ),
    ),
    "metadata": (
        {"id": "m", "metadata": {"context_length": 5, "pricing": {"input_tokens": 0.3, "output_tokens": 0.6, "cache_read_tokens": 0.1}}},
        info("m", context_window=5, price=Price(rates=rates(input="0.3", output="0.6", cache_read="0.1"))),
    ),
    "a cloud's": (
        {
            "id": "m",
            "capabilities": {"chat_completion": True, "embeddings": False},
            "lifecycle_status": "deprecated",
            "deprecation": {"inference": 1771372800},
        },
        info("m", "chat", status="deprecated", deprecation_date="2026-02-18"),
    ),
    "a date that stands for never": ({"id": "m", "deprecation": {"inference": 4102358400}}, info("m")),
    "an end that is told": ({"id": "m", "shutdown_date": "2026-10-23"}, info("m", deprecation_date="2026-10-23")),
    "limits that are none": ({"id": "m", "context_length": 0, "max_completion_tokens": -1, "max_input_tokens": "x"}, info("m")),
    "nested limits": (
        {
            "id": "m",
            "name": "M",
            "preview": True,
            "supported_endpoints": ["/v1/messages", "ws:/x"],
            "capabilities": {
                "family": "f",
                "type": "chat",
                "limits": {"max_context_window_tokens": 9, "max_prompt_tokens": 7, "max_output_tokens": 3},
                "supports": {"tool_calls": True, "vision": False, "reasoning_effort": ["low", "high"], "max_thinking_budget": 32},
            },
        },
        info(
            "m",
            "chat",
            name="M",
            family="f",
            status="beta",
            context_window=9,
            max_input=7,
            max_output=3,
            can=("tools",),
            cannot=("vision",),
            reasoning=ReasoningInfo(efforts=("low", "high"), budget_max=32),
            endpoints=("/v1/messages",),
        ),
    ),
}

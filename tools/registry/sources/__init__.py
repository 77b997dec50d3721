"""Where facts about models are published: one module a source, each with what it is called, where it lies and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from llmkit.types.model_info import ModelInfo
from tools.registry.sources import (
    genai_prices,
    langfuse,
    litellm,
    llm_prices,
    model_prices,
    models_dev,
    openrouter,
    pi_ai,
    portkey,
    ruby_llm,
    vercel,
)

__all__ = ["SOURCES", "Source"]


class Source(NamedTuple):
    """A source of facts."""

    name: str
    url: str
    """Where it is published; "" where it has no address of its own."""
    read: Callable[[bytes], list[ModelInfo]]

    @property
    def file(self) -> str:
        """Return the name of its file in a folder of sources."""
        return f"{self.name}.json"


_GITHUB = "https://raw.githubusercontent.com"
SOURCES: tuple[Source, ...] = (
    Source("genai-prices", f"{_GITHUB}/pydantic/genai-prices/main/prices/data.json", genai_prices.read),
    Source("langfuse", f"{_GITHUB}/langfuse/langfuse/main/worker/src/constants/default-model-prices.json", langfuse.read),
    Source("litellm", f"{_GITHUB}/BerriAI/litellm/main/model_prices_and_context_window.json", litellm.read),
    Source("llm-prices", "https://www.llm-prices.com/current-v1.json", llm_prices.read),
    Source("model-prices", f"{_GITHUB}/wakamex/model-prices/data/v1/latest.json", model_prices.read),
    Source("modelsdev", "https://models.dev/api.json", models_dev.read),
    Source("openrouter-raw", "https://openrouter.ai/api/v1/models", openrouter.read),
    Source("pi-ai", "", pi_ai.read),
    Source("portkey", "", portkey.read),
    Source("ruby-llm", f"{_GITHUB}/crmne/ruby_llm/main/lib/ruby_llm/models.json", ruby_llm.read),
    Source("vercel-raw", "https://ai-gateway.vercel.sh/v1/models", vercel.read),
)
"""All that can be read, sorted by name."""

"""Say how new each source of facts is, and which one is believed first."""

from __future__ import annotations

DATES = {
    "ai-gateway": "2026-11-13",
    "catwalk": "2026-08-21",
    "genai-prices": "2026-11-08",
    "langchain": "2026-11",
    "langfuse": "2026-08-20",
    "litellm": "2026-11-12",
    "llm-prices": "2026-08-05",
    "lobe": "2026-09-27",
    "model-prices": "2026-10-26",
    "modelsdev": "2026-09-30",
    "modelsdev_202605": "2026-05",
    "modelsdev_202607": "2026-07-02",
    "modelsdev_202608": "2026-08-18",
    "openrouter-raw": "2026-05-12",
    "pi-ai": "2026-11-10",
    "pi-catalog": "2026-09-23",
    "portkey": "2026-08-21",
    "ruby-llm": "2026-08-19",
}
"""The day of each source's data when the registry was first gathered (2026-11-22)."""

FIRST_PARTY = "first-party"
CLOUD = "cloud"
AGGREGATOR = "aggregator"
HOST = "host"

CLOUDS = frozenset(
    {"azure", "azure-ai", "azure-cognitive-services", "bedrock", "databricks", "oci", "sap", "snowflake", "vertex", "watsonx"}
)
AGGREGATORS = frozenset({"openrouter", "vercel"})

_LATER = ("langfuse", "modelsdev_202608", "modelsdev_202607", "modelsdev_202605")
PRECEDENCE: dict[str, tuple[str, ...]] = {
    FIRST_PARTY: (
        *("model-prices", "litellm", "pi-ai", "genai-prices", "modelsdev", "pi-catalog", "ruby-llm", "portkey", "catwalk"),
        *("llm-prices", "lobe", *_LATER),
    ),
    CLOUD: (
        *("model-prices", "litellm", "pi-ai", "modelsdev", "genai-prices", "portkey", "pi-catalog", "ruby-llm", "catwalk"),
        *("llm-prices", "lobe", *_LATER),
    ),
    # What the aggregator itself answers is its price.
    AGGREGATOR: (
        *("openrouter-raw", "vercel-raw", "pi-ai", "genai-prices", "modelsdev", "pi-catalog", "litellm", "model-prices", "ruby-llm"),
        *("portkey", "catwalk", "llm-prices", "lobe", *_LATER),
    ),
    HOST: (
        *("pi-ai", "modelsdev", "litellm", "genai-prices", "pi-catalog", "model-prices", "portkey", "ruby-llm", "catwalk"),
        *("llm-prices", "lobe", *_LATER),
    ),
}
"""Whose price is believed first, by class of provider."""

FACTS = (
    "modelsdev",
    "pi-ai",
    "litellm",
    "genai-prices",
    "pi-catalog",
    "model-prices",
    "ruby-llm",
    "portkey",
    "openrouter-raw",
    "vercel-raw",
)
"""Whose limits, modalities and dates are believed first."""

MAKERS = frozenset(
    {
        *("ai21", "aleph-alpha", "anthropic", "arcee", "assemblyai", "baichuan", "bailing", "byteplus", "cognition", "cohere"),
        *("deepgram", "deepseek", "elevenlabs", "ideogram", "inception", "jina", "longcat", "luma", "meta", "minimax", "mistral"),
        *("moonshotai", "nova", "openai", "perplexity", "poolside", "recraft", "reka", "runwayml", "sakana", "sarvam", "sensenova"),
        *("stability", "stepfun", "stepfun-ai", "thinkingmachines", "upstage", "volcengine", "voyage", "writer", "xai", "xiaomi", "zai"),
    }
)
"""Providers that make models which nobody's `base_model` needs to name."""


def class_of(provider: str, makers: frozenset[str]) -> str:
    """Return the class of a provider: whose prices are believed depends on it."""
    if provider in CLOUDS:
        return CLOUD
    if provider in AGGREGATORS:
        return AGGREGATOR
    return FIRST_PARTY if provider in makers else HOST

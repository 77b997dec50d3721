"""The wire formats: one package each, all with the same functions (`llmkit.types.dialect`)."""

from __future__ import annotations

from importlib import import_module

from llmkit.errors import ConfigurationError
from llmkit.types.dialect import CompletionDialect, Counting, Listing

NAMES = (
    "anthropic",
    "bedrock_converse",
    "chatbot",
    "cohere",
    "completions",
    "gemini",
    "gemini_interactions",
    "mistral",
    "ollama",
    "openai_chat",
    "openai_responses",
    "predictions",
)

COUNTS = {
    "anthropic_count": "anthropic",
    "bedrock_count": "bedrock_converse",
    "gemini_count": "gemini",
    "kimi_count": "openai_chat",
    "llamacpp_count": "openai_chat",
    "openai_count": "openai_responses",
    "vllm_count": "openai_chat",
    "zhipu_count": "openai_chat",
}
"""Ways to count the tokens of a request, and the format in which the request is sent there. What takes a text alone is none."""
LISTS = {
    "anthropic_models": "anthropic",
    "bedrock_models": "bedrock_converse",
    "cloudflare_models": "openai_chat",
    "cohere_models": "cohere",
    "gemini_models": "gemini",
    "github_models": "openai_chat",
    "mistral_models": "mistral",
    "ollama_models": "ollama",
    "openai_models": "openai_chat",
}
"""Lists of models, and the format of conversations that each goes with."""
_READERS = {"cloudflare_models": "openai_chat.model_search"}
"""Lists of another form than their format's."""
_ALIKE = {"completions": "openai_chat", "openai_responses": "openai_chat", "gemini_interactions": "gemini"}
"""Formats whose servers list models as those of another."""


def dialect(name: str) -> CompletionDialect:
    """Return the dialect called `name`; it is imported only now. Raises `ConfigurationError` for an unknown one."""
    if name not in NAMES:
        raise ConfigurationError(f"Unknown dialect {name!r}.", parameter="dialect", hint=f"Known: {', '.join(NAMES)}.")
    module: CompletionDialect = import_module(f"{__name__}.{name}")
    return module


def counting_of(name: str) -> Counting | None:
    """Return how requests in the dialect called `name` are counted; None: they are not."""
    if name not in COUNTS.values():
        return None
    module: Counting = import_module(f"{__name__}.{name}.count")
    return module


def listing_of(name: str) -> Listing | None:
    """Return how the list called `name` is read (one of `LISTS`, or a dialect whose servers list their models); None: it is not."""
    dialect = LISTS.get(name) or _ALIKE.get(name, name)
    if dialect not in LISTS.values():
        return None
    module: Listing = import_module(f"{__name__}.{_READERS.get(name) or f'{dialect}.listing'}")
    return module

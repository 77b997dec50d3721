"""The wire formats: one package each, all with the same functions (`llmkit.types.dialect`)."""

from __future__ import annotations

from importlib import import_module

from llmkit.errors import ConfigurationError
from llmkit.types.dialect import CompletionDialect

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


def dialect(name: str) -> CompletionDialect:
    """Return the dialect called `name`; it is imported only now. Raises `ConfigurationError` for an unknown one."""
    if name not in NAMES:
        raise ConfigurationError(f"Unknown dialect {name!r}.", parameter="dialect", hint=f"Known: {', '.join(NAMES)}.")
    module: CompletionDialect = import_module(f"{__name__}.{name}")
    return module

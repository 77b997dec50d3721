"""The wire formats: one package each, all with the same functions (`llmkit.types.dialect`)."""

from __future__ import annotations

from llmkit.errors import ConfigurationError
from llmkit.types.dialect import CompletionDialect

NAMES = ("anthropic", "gemini", "openai_chat")


def dialect(name: str) -> CompletionDialect:
    """Return the dialect called `name`; it is imported only now. Raises `ConfigurationError` for an unknown one."""
    match name:
        case "openai_chat":
            from llmkit.dialects import openai_chat

            return openai_chat
        case "anthropic":
            from llmkit.dialects import anthropic

            return anthropic
        case "gemini":
            from llmkit.dialects import gemini

            return gemini
        case _:
            raise ConfigurationError(f"Unknown dialect {name!r}.", parameter="dialect", hint=f"Known: {', '.join(NAMES)}.")

"""Prices that must not change unseen: USD per million tokens as the makers list them.

The daily checks of model-prices against the makers' own pages stand behind the first dates. Whoever changes a line names page and day.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

_OPENAI = ("https://openai.com/api/pricing", "2026-10-26")
_ANTHROPIC = ("https://docs.claude.com/en/docs/about-claude/pricing", "2026-10-26")
_GOOGLE = ("https://ai.google.dev/gemini-api/docs/pricing", "2026-10-26")
_DEEPSEEK = ("https://api-docs.deepseek.com/quick_start/pricing", "2026-11-12")
_XAI = ("https://docs.x.ai/docs/models", "2026-10-26")
_MISTRAL = ("https://mistral.ai/pricing", "2026-10-26")


class Golden(NamedTuple):
    """What a model's tokens cost: input, output, read from a cache ("" where there is no such price)."""

    input: str
    output: str
    cache_read: str
    source: str
    date: str

    @property
    def rates(self) -> dict[str, Decimal]:
        """Return the prices by their names."""
        named = {"input": self.input, "output": self.output, "cache_read": self.cache_read}
        return {name: Decimal(value) for name, value in named.items() if value}


GOLDEN = {
    "anthropic/claude-3-5-haiku-20241022": Golden("0.8", "4", "0.08", *_ANTHROPIC),
    "anthropic/claude-fable-5": Golden("10", "50", "1", *_ANTHROPIC),
    "anthropic/claude-haiku-4-5": Golden("1", "5", "0.1", *_ANTHROPIC),
    "anthropic/claude-opus-4-1": Golden("15", "75", "1.5", *_ANTHROPIC),
    "anthropic/claude-opus-4-5": Golden("5", "25", "0.5", *_ANTHROPIC),
    "anthropic/claude-opus-4-8": Golden("5", "25", "0.5", *_ANTHROPIC),
    "anthropic/claude-sonnet-4-5": Golden("3", "15", "0.3", *_ANTHROPIC),
    "deepseek/deepseek-flash": Golden("0.3", "1.2", "0.006", *_DEEPSEEK),
    "deepseek/deepseek-v4-pro": Golden("1.32", "3.96", "0.044", *_DEEPSEEK),
    "google/gemini-2.0-flash": Golden("0.1", "0.4", "0.025", *_GOOGLE),
    "google/gemini-2.5-flash": Golden("0.3", "2.5", "0.03", *_GOOGLE),
    "google/gemini-2.5-flash-lite": Golden("0.1", "0.4", "0.01", *_GOOGLE),
    "google/gemini-2.5-pro": Golden("1.25", "10", "0.125", *_GOOGLE),
    "google/gemini-3.1-pro-preview": Golden("2", "12", "0.2", *_GOOGLE),
    "google/gemini-embedding-001": Golden("0.15", "0", "", *_GOOGLE),
    "mistral/codestral-2508": Golden("0.3", "0.9", "0.03", *_MISTRAL),
    "mistral/devstral-2512": Golden("0.4", "2", "0.04", *_MISTRAL),
    "mistral/ministral-8b-2512": Golden("0.15", "0.15", "0.015", *_MISTRAL),
    "mistral/mistral-large-2512": Golden("0.5", "1.5", "0.05", *_MISTRAL),
    "mistral/mistral-medium-2508": Golden("0.4", "2", "0.04", *_MISTRAL),
    "mistral/mistral-small-2506": Golden("0.1", "0.3", "0.01", *_MISTRAL),
    "openai/gpt-4.1": Golden("2", "8", "0.5", *_OPENAI),
    "openai/gpt-4.1-mini": Golden("0.4", "1.6", "0.1", *_OPENAI),
    "openai/gpt-4.1-nano": Golden("0.1", "0.4", "0.025", *_OPENAI),
    "openai/gpt-4o": Golden("2.5", "10", "1.25", *_OPENAI),
    "openai/gpt-4o-mini": Golden("0.15", "0.6", "0.075", *_OPENAI),
    "openai/gpt-5": Golden("1.25", "10", "0.125", *_OPENAI),
    "openai/gpt-5-mini": Golden("0.25", "2", "0.025", *_OPENAI),
    "openai/gpt-5-nano": Golden("0.05", "0.4", "0.005", *_OPENAI),
    "openai/gpt-5.4": Golden("2.5", "15", "0.25", *_OPENAI),
    "openai/gpt-6-astra": Golden("10", "50", "1", *_OPENAI),
    "openai/o1-pro": Golden("150", "600", "", *_OPENAI),
    "openai/o3": Golden("2", "8", "0.5", *_OPENAI),
    "openai/o4-mini": Golden("1.1", "4.4", "0.275", *_OPENAI),
    "openai/text-embedding-3-large": Golden("0.13", "0", "", *_OPENAI),
    "openai/text-embedding-3-small": Golden("0.02", "0", "", *_OPENAI),
    "xai/grok-3": Golden("3", "15", "0.75", *_XAI),
    "xai/grok-3-mini": Golden("0.3", "0.5", "0.075", *_XAI),
    "xai/grok-4": Golden("3", "15", "0.75", *_XAI),
    "xai/grok-4.3": Golden("1.25", "2.5", "0.2", *_XAI),
}

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.tokens.pictures import picture_tokens

# The worked examples of the makers' guides, and sizes whose tokens follow from the published rule (read 2026-11).
DOCUMENTED = [
    ("gpt-4o", (1024, 1024), "high", 765),
    ("gpt-4o", (2048, 4096), "high", 1105),
    ("gpt-4o", (4096, 8192), "low", 85),
    ("gpt-4o-mini", (1024, 1024), "low", 2833),
    ("gpt-4o-mini", (128, 64), "high", 8500),
    ("o3", (128, 64), "low", 75),
    ("o3", (128, 64), "high", 225),
    ("gpt-5", (1024, 1024), "high", 630),
    ("gpt-4.1-mini", (1024, 1024), None, 1659),
    ("gpt-4.1-nano", (1800, 2400), None, 3572),
    ("gpt-5-mini", (1600, 1600), None, 1826),
    ("gpt-5.4", (1600, 1600), None, 3000),
    ("claude-sonnet-4-5", (200, 200), None, 64),
    ("claude-sonnet-4-5", (1092, 1092), None, 1521),
    ("claude-opus-4-7", (2000, 1500), None, 3888),
    ("gemini-2.5-flash", (384, 384), None, 258),
    ("gemini-2.5-flash", (960, 540), None, 1548),
    ("gemini-3-pro-preview", (4000, 3000), None, 1120),
    ("gemini-3-pro-preview", (4000, 3000), "low", 280),
]


@pytest.mark.parametrize(("model", "size", "detail", "tokens"), DOCUMENTED)
def test_the_documented_examples_hold(model: str, size: tuple[int, int], detail: str | None, tokens: int) -> None:
    assert tokens == picture_tokens(model, size, detail)


@settings(max_examples=80)
@given(
    st.sampled_from(["gpt-4o", "gpt-5-mini", "claude-opus-5", "gemini-2.5-pro", "qwen3-vl", "pixtral", "llama-4-scout", "grok-4", "?"]),
    st.integers(1, 2**32 - 1),
    st.integers(1, 2**32 - 1),
)
def test_no_size_is_too_large_to_count(model: str, width: int, height: int) -> None:
    """A head may say anything; every family scales pictures down to a limit of its own."""
    assert 0 < picture_tokens(model, (width, height), None) <= 30_000

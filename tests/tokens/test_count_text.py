from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.tokens import count_text
from llmkit.tokens.scan import FEATURES, features
from tests.tokens.samples import CODE, JSON, PROSE

# What the models' own tokenizers count (2026-11-23).
COUNTED = [
    ("gpt-4o", "prose", 79),
    ("gpt-4o", "code", 201),
    ("gpt-4o", "json", 204),
    ("gpt-4", "prose", 80),
    ("gpt-4", "code", 201),
    ("gpt-4", "json", 204),
    ("mistral-large-latest", "prose", 80),
    ("mistral-large-latest", "code", 204),
    ("mistral-large-latest", "json", 240),
    ("llama-3.3-70b", "prose", 80),
    ("llama-3.3-70b", "code", 201),
    ("llama-3.3-70b", "json", 204),
    ("qwen3-32b", "prose", 80),
    ("qwen3-32b", "code", 201),
    ("qwen3-32b", "json", 236),
    ("deepseek-chat", "prose", 78),
    ("deepseek-chat", "code", 204),
    ("deepseek-chat", "json", 204),
    ("gemini-2.5-pro", "prose", 78),
    ("gemini-2.5-pro", "code", 234),
    ("gemini-2.5-pro", "json", 236),
    ("glm-4.6", "prose", 80),
    ("glm-4.6", "code", 201),
    ("glm-4.6", "json", 212),
    ("kimi-k2", "prose", 78),
    ("kimi-k2", "code", 201),
    ("kimi-k2", "json", 204),
    ("claude-sonnet-4-5", "prose", 79),
    ("claude-sonnet-4-5", "code", 236),
    ("claude-sonnet-4-5", "json", 211),
    ("claude-opus-4-7", "prose", 117),
    ("claude-opus-4-7", "code", 281),
    ("claude-opus-4-7", "json", 243),
]


def _case(name: str) -> str:
    return {"prose": PROSE, "code": CODE, "json": JSON}[name]


@pytest.mark.parametrize(("model", "name", "tokens"), COUNTED)
def test_the_estimate_is_as_near_as_it_says(model: str, name: str, tokens: int) -> None:
    counted = count_text(_case(name), model, using="estimate")

    assert counted.error is not None
    assert abs(counted.tokens - tokens) <= counted.error * tokens


def test_no_words_are_no_tokens() -> None:
    assert 0 == count_text("", "gpt-4o", using="estimate").tokens


def test_the_newer_tokenizer_of_a_family_counts_more() -> None:
    """Claude's tokenizer changed with 4.7: the same words are about a third more tokens."""
    older, newer = (count_text(PROSE, model, using="estimate").tokens for model in ("claude-sonnet-4-5", "claude-opus-4-7"))

    assert 1.15 * older < newer < 1.8 * older


def test_a_model_that_nobody_knows_is_estimated_with_a_wider_error() -> None:
    known, unknown = (count_text(PROSE, model, using="estimate") for model in ("gpt-4o", "nobody/knows-me"))

    assert "general" == unknown.family
    assert (known.error or 0) <= (unknown.error or 0)


@pytest.mark.parametrize("script", ["漢字仮名交じり文", "Привет, как дела?", "مرحبا بالعالم", "नमस्ते दुनिया", "🙂🎉🚀"])
def test_other_scripts_are_counted_by_their_letters(script: str) -> None:
    """Four characters a token, the usual rule, would be far too few."""
    counted = count_text(script * 20, "gpt-4o", using="estimate").tokens

    assert len(script) * 20 / 4 < counted < len(script) * 20 * 3


@settings(max_examples=80)
@given(st.text(max_size=300), st.sampled_from(["gpt-4o", "claude-opus-5", "gemini-2.5-pro", "mistral-large-latest", "unknown"]))
def test_any_text_has_between_one_token_and_one_a_byte(text: str, model: str) -> None:
    tokens = count_text(text, model, using="estimate").tokens

    assert bool(text) <= tokens <= 4 * len(text)


def test_a_lone_surrogate_is_counted_too() -> None:
    """Tools hand such strings on; they have no UTF-8."""
    assert count_text("\ud800 and more", "gpt-4o").tokens > 0
    assert len(FEATURES) == len(features("\ud800"))


@pytest.mark.parametrize("piece", ["a", " ", "{", "0", "é", "漢"])
def test_ten_million_of_one_character_take_their_time_and_no_more(piece: str) -> None:
    """A prompt may come from anywhere; the time grows with the length alone."""
    started = process_time()
    small = count_text(piece * 250_000, "gpt-4o", using="estimate")
    between = process_time()
    large = count_text(piece * 2_500_000, "gpt-4o", using="estimate")
    ended = process_time()

    assert small.tokens < large.tokens <= 11 * small.tokens
    assert ended - between < 40 * max(between - started, 0.002)

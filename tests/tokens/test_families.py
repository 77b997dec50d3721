from __future__ import annotations

import pytest

from llmkit.tokens.coefficients import ERRORS, FACTORS, FORMATS, NEAREST, WEIGHTS
from llmkit.tokens.families import GENERAL, PREFIXES, TOKENIZERS, family_of
from llmkit.tokens.outline import SHAPES
from llmkit.tokens.scan import FEATURES


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("openai/gpt-4.1-mini", "gpt-4o"),
        ("gpt-4-1106-preview", "gpt-4"),
        ("gpt-5.4-nano", "gpt-5"),
        ("o4-mini", "o-series"),
        ("openai/gpt-oss-120b", "gpt-oss"),
        ("anthropic/claude-3-5-haiku-latest", "claude-3"),
        ("us.anthropic.claude-sonnet-4-20250514-v1:0", "claude-4"),
        ("anthropic/claude-sonnet-4.5", "claude-4.5"),
        ("claude-opus-4-7", "claude-4.7"),
        ("claude-sonnet-5", "claude-5"),
        ("google/gemini-2.5-flash-lite", "gemini-2.5"),
        ("meta-llama/Llama-3.3-70B-Instruct", "llama-3.1"),
        ("qwen/qwen3-coder", "qwen-3"),
        ("deepseek-r1-distill-llama-70b", "llama-3"),
        ("nvidia/nvidia-nemotron-nano-9b-v2", "nemotron"),
        ("a-model-nobody-knows", GENERAL),
        ("", GENERAL),
    ],
)
def test_a_model_belongs_to_its_family_however_it_is_spelt(model: str, family: str) -> None:
    assert family == family_of(model)


def test_every_family_has_its_coefficients() -> None:
    """A family that is named but not fitted would be counted as another without a word."""
    named = {family for _, family in PREFIXES} | {GENERAL}
    fitted = set(FORMATS)

    assert set() == fitted - named
    assert fitted == set(FACTORS) == set(NEAREST) == set(ERRORS)
    assert {TOKENIZERS[family] for family in fitted & set(TOKENIZERS)} <= set(WEIGHTS)
    assert {len(FEATURES)} == {len(row) for row in WEIGHTS.values()}
    assert {shape for row in FORMATS.values() for shape in row} <= set(SHAPES)


def test_every_stated_error_is_a_measured_one() -> None:
    assert all(0 < error for row in ERRORS.values() for error in row.values())
    assert all("text" in row for row in ERRORS.values())

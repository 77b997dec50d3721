from __future__ import annotations

import sys

import pytest

from llmkit.tokens import count, count_text
from llmkit.tokens.tokenizers import BUNDLED, LONGEST, tokenizer
from llmkit.types.messages import Message
from llmkit.types.requests import CompletionRequest
from tests.tokens.samples import PROSE


def test_without_the_extra_a_text_is_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "splintr", None)
    tokenizer.cache_clear()

    counted = count_text(PROSE, "gpt-4o")

    tokenizer.cache_clear()
    assert "estimated" == counted.method


def test_a_family_without_a_published_tokenizer_is_estimated() -> None:
    assert tokenizer("claude-3") is None
    assert "estimated" == count_text(PROSE, "claude-sonnet-4-5").method


@pytest.mark.parametrize(
    ("model", "tokens"),
    [
        ("gpt-4o", 79),
        ("gpt-4", 80),
        ("mistral-large-latest", 80),
        ("llama-3.3-70b", 80),
        ("qwen3-32b", 80),
        ("deepseek-chat", 78),
        ("gemini-2.5-pro", 78),
    ],
)
def test_with_the_extra_a_text_is_counted_exactly(model: str, tokens: int) -> None:
    pytest.importorskip("splintr", reason="the extra llmkit[tokens] is not installed")

    counted = count_text(PROSE, model)

    assert (tokens, "exact", 0.0) == (counted.tokens, counted.method, counted.error)


def test_with_the_extra_the_words_of_a_request_are_counted_exactly() -> None:
    pytest.importorskip("splintr", reason="the extra llmkit[tokens] is not installed")
    request = CompletionRequest(model="gpt-4o", messages=(Message.user(PROSE),))

    assert 79 == count(request).buckets["text"]


def test_with_the_extra_every_vocabulary_is_there() -> None:
    pytest.importorskip("splintr", reason="the extra llmkit[tokens] is not installed")

    assert [] == [name for name in BUNDLED if tokenizer(name) is None]


def test_with_the_extra_what_no_tokenizer_cuts_in_time_is_estimated() -> None:
    """A million letters without a space take some tokenizers seconds; a lone surrogate has no UTF-8."""
    exact = pytest.importorskip("splintr", reason="the extra llmkit[tokens] is not installed") and tokenizer("o200k")

    assert exact is not None
    assert exact("a" * (LONGEST + 1)) is None
    assert (exact("\ud800") or 0) > 0
    assert "estimated" == count_text("a" * (LONGEST + 1), "gpt-4o").method

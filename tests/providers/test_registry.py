"""From a model id to its provider."""

from __future__ import annotations

import pytest

from llmkit import Provider
from llmkit.errors import InvalidRequest, UnknownModel, UnknownProvider
from llmkit.providers.registry import Providers


@pytest.mark.parametrize(
    ("model", "provider", "rest"),
    [
        ("openai/gpt-5", "openai", "gpt-5"),
        ("OpenAI/gpt-5", "openai", "gpt-5"),
        ("openai:gpt-5", "openai", "gpt-5"),
        ("gemini/gemini-2.5-flash", "google", "gemini-2.5-flash"),
        ("together/meta-llama/Llama-3.3-70B", "together", "meta-llama/Llama-3.3-70B"),
        ("openrouter/anthropic/claude-sonnet-4-5:beta", "openrouter", "anthropic/claude-sonnet-4-5:beta"),
        ("ollama/llama3.2:1b", "ollama", "llama3.2:1b"),
        ("claude-sonnet-4-5", "anthropic", "claude-sonnet-4-5"),
        ("gpt-4.1-mini", "openai", "gpt-4.1-mini"),
        ("gemini-3-pro", "google", "gemini-3-pro"),
        ("grok-4", "xai", "grok-4"),
        ("local/smollm2-135m-instruct", "local", "smollm2-135m-instruct"),
    ],
)
def test_a_model_id_finds_its_provider(model: str, provider: str, rest: str) -> None:
    row, name = Providers().resolve(model)

    assert (provider, rest) == (row.name, name)


@pytest.mark.parametrize("model", ["vertex/endpoints/../../x", "google/..", "bedrock/a/./b", "replicate/../predictions", ".."])
def test_a_model_id_cannot_climb_out_of_its_path(model: str) -> None:
    """Ids may come from a server's clients, and some APIs have them in the path."""
    with pytest.raises(InvalidRequest, match="is not a model id"):
        Providers().resolve(model)


def test_an_unknown_provider_names_the_nearest() -> None:
    with pytest.raises(UnknownProvider, match="anthropic"):
        Providers().resolve("antropic/claude")


def test_an_unknown_bare_id_says_how_to_write_it() -> None:
    with pytest.raises(UnknownModel, match="provider/model"):
        Providers().resolve("mystery-9000")


@pytest.mark.parametrize("model", ["", " ", "a b", "gpt\n5", "x\r\nHost: y/z", None, 7])
def test_text_that_is_no_model_id_is_refused(model) -> None:
    with pytest.raises(InvalidRequest):
        Providers().resolve(model)


def test_a_user_row_is_found_and_replaces_the_catalogue() -> None:
    own = Provider(name="groq", title="Ours", base_url="https://groq.example.com/v1")

    row, _ = Providers([own]).resolve("groq/llama")

    assert own == row


def test_an_id_that_two_providers_claim_lists_the_choices() -> None:
    own = Provider(name="mine", title="Mine", base_url="https://mine.example.com/v1", prefixes=("gpt-",))

    with pytest.raises(InvalidRequest, match=r"openai/gpt-5 or mine/gpt-5"):
        Providers([own]).resolve("gpt-5")

"""Spellings of one model meet; different models never do."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.models.normal_form import alike, forms_of, normal_form
from llmkit.models.registry import PACKAGED
from llmkit.models.shards import Shards


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GPT-5", "gpt-5"),
        ("gpt-5-latest", "gpt-5"),
        ("qwen3:latest", "qwen3"),
        ("gpt-5-2025-08-07", "gpt-5"),
        ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5"),
        ("claude-sonnet-4-5@20250929", "claude-sonnet-4-5-20250929"),
        ("claude-opus-4-8@default", "claude-opus-4-8"),
        ("claude-3.5-sonnet", "claude-3-5-sonnet-20241022"),
        ("claude-4.5-haiku", "claude-haiku-4-5"),
        ("claude-sonnet-4-5-20250929-thinking", "claude-sonnet-4.5-thinking"),
        ("deepseek-v3-0324", "deepseek-v3"),
        ("deepseek-r1-0528:free", "deepseek-r1:free"),
        ("mistral-large-2411", "mistral-large-latest"),
        ("command-r-08-2024", "command-r"),
        ("gemini-2.5-flash-preview-05-20", "gemini-2.5-flash-preview"),
        ("gemini-2.5-flash-preview-09-2025", "gemini-2.5-flash-preview"),
        ("doubao-seed-1-6-250615", "doubao-seed-1.6"),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic.claude-sonnet-4-5-20250929-v1:0"),
        ("us-gov.anthropic.claude-3-haiku-20240307-v1:0:200k", "anthropic.claude-3-haiku-20240307-v1:0"),
        ("anthropic.claude-opus-4-6-v1", "global.anthropic.claude-opus-4-6-v1:0"),
        ("eu.amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0:24k"),
        ("anthropic.claude-3-5-sonnet-20241022-v2:0", "anthropic.claude-3-5-sonnet-20240620-v1:0"),
        ("arn:aws:bedrock:us-east-1:012345678901:inference-profile/us.anthropic.claude-opus-4-8", "anthropic.claude-opus-4-8"),
        ("us.deepseek.r1-v1:0", "deepseek/deepseek-r1"),
        ("models/gemini-2.5-pro", "gemini-2.5-pro"),
        ("publishers/google/models/gemini-2.5-pro", "google/gemini-2.5-pro"),
        ("projects/p-1/locations/eu/publishers/google/models/gemini-2.5-pro", "google/gemini-2.5-pro"),
        ("accounts/fireworks/models/llama-v3p1-8b-instruct", "fireworks/llama3.1-8b-instruct"),
        ("meta-llama/Llama-3.3-70B-Instruct", "meta/llama3.3-70b-instruct"),
        ("mistralai/mistral-medium-3.5", "mistral/mistral-medium-3-5"),
        ("x-ai/grok-4", "xai/grok-4-0709"),
        ("nvidia/llama-3_1-nemotron-ultra", "nvidia/llama-3.1-nemotron-ultra"),
        ("gpt-35-turbo-16k", "gpt-3.5-turbo-16k-0613"),
        ("gemini-1.5-pro@001", "gemini-1.5-pro-001"),
        ("gpt-oss:120b", "gpt-oss-120b"),
        ("owner/model:" + "a1" * 32, "owner/model"),
    ],
)
def test_spellings_of_one_model_meet(one: str, other: str) -> None:
    assert normal_form(other) == normal_form(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("gpt-4o", "gpt-4o-mini"),
        ("gpt-4", "gpt-4o"),
        ("gpt-5", "gpt-5-preview"),
        ("gpt-5", "gpt-5-pro"),
        ("gpt-5", "gpt-5.1"),
        ("gpt-4-1106-preview", "gpt-4-0125-preview"),
        ("gpt-4-32k", "gpt-4"),
        ("claude-v2:1", "claude-v2"),
        ("anthropic.claude-v2:1", "anthropic.claude-v2:0"),
        ("claude-opus-4-5", "claude-opus-4"),
        ("claude-sonnet-4-5", "claude-sonnet-4-5-thinking"),
        ("llama-3.1-8b", "llama-3.1-70b"),
        ("qwen-1.8b", "qwen-1-8b"),
        ("qwen2.5-0.5b", "qwen2.5-5b"),
        ("qwen3-235b-a22b", "qwen3-235b-a22b-thinking"),
        ("deepseek-r1", "deepseek-r1:free"),
        ("gpt-5", "gpt-5:batch"),
        ("amazon.titan-embed-text-v1", "amazon.titan-embed-text-v2:0"),
        ("text-embedding-004", "text-embedding-005"),
        ("text-davinci-002", "text-davinci-003"),
        ("grok-4.20-0309-reasoning", "grok-4.20-0309-non-reasoning"),
        ("deepseek/deepseek-r1", "tngtech/deepseek-r1"),
        ("fal-ai/recraft/v3/text-to-image", "fal-ai/bytedance/seedream/v3/text-to-image"),
        ("high/1024-x-1024/gpt-image-2", "low/1024-x-1024/gpt-image-2"),
        ("ft:gpt-4o-2024-08-06:acme::abc", "gpt-4o-2024-08-06"),
        ("o1", "o3"),
        ("us.deepseek.r1-v1:0", "us.other.r1-v1:0"),
    ],
)
def test_different_models_stay_apart(one: str, other: str) -> None:
    """Facts of the wrong model are worse than none."""
    assert normal_form(other) != normal_form(one)


IDS = (
    "claude-3-5-sonnet-20240620",
    "claude-3-5-sonnet-20241022",
    "gpt-5",
    "gpt-5-2025-08-07",
    "deepseek/deepseek-r1",
    "tngtech/deepseek-r1",
    "qwen/qwen3-32b",
    "kimi-k2-0711",
    "kimi-k2-0905",
    "fal-ai/some/edit",
)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("claude-3.5-sonnet", "claude-3-5-sonnet-20241022"),  # the newest release
        ("claude-3-5-sonnet@20240620", "claude-3-5-sonnet-20240620"),  # the one of the day
        ("claude-3.5-sonnet-20291231", "claude-3-5-sonnet-20241022"),
        ("GPT-5", "gpt-5"),  # the one without a date
        ("gpt-5-latest", "gpt-5"),
        ("GPT-5-20250807", "gpt-5-2025-08-07"),
        ("openai/gpt-5", "gpt-5"),  # a provider that writes no publishers has one of each name
        ("tngtech/DeepSeek-R1", "tngtech/deepseek-r1"),
        ("deepseek-ai/DeepSeek-R1", "deepseek/deepseek-r1"),
        ("deepseek-r1", None),  # whose?
        ("someone/deepseek-r1", None),
        ("Qwen3-32B", "qwen/qwen3-32b"),  # the only one
        ("other/Qwen3-32B", None),
        ("kimi-k2", "kimi-k2-0905"),
        ("edit", None),  # the end of a longer path is no name
        ("gpt-6", None),
        ("", None),
    ],
)
def test_an_id_means_the_release_asked_for_or_the_plainest_or_newest(asked: str, found: str | None) -> None:
    assert found == alike(asked, forms_of(IDS))


def test_the_order_of_ids_decides_nothing() -> None:
    assert forms_of(IDS) == forms_of(reversed(IDS))


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_any_text_has_a_form_and_is_alike_to_itself(text: str) -> None:
    """Ids come from outside."""
    assert text == alike(text, forms_of([text]))


@pytest.fixture(scope="module")
def ids() -> dict[str, list[str]]:
    shards = Shards(PACKAGED)
    names = {provider: shards.names(provider) for provider in shards.header.shards}
    return {provider: found.ids for provider, found in names.items() if found is not None}


def test_no_two_models_of_the_registry_share_a_form(ids: dict[str, list[str]]) -> None:
    """Over all models: ids of one form have the same words and the same sizes, so only releases and ways of writing differ."""
    wrong = []
    for provider, names in ids.items():
        groups: dict[str, list[str]] = defaultdict(list)
        for name in names:
            groups[normal_form(name)].append(name)
        wrong += [(provider, group) for group in groups.values() if len({_meaning(name) for name in group}) > 1]

    assert [] == wrong


def test_every_model_of_the_registry_is_found_by_its_form_or_is_one_of_several_releases(ids: dict[str, list[str]]) -> None:
    for provider in ("openai", "anthropic", "bedrock", "openrouter", "fireworks"):
        forms = forms_of(ids[provider])

        found = {name: alike(name.upper(), forms) for name in ids[provider]}

        assert {} == {name: other for name, other in found.items() if other is None or normal_form(other) != normal_form(name)}


_WRITING = {"v", "p", "latest", "default", "us", "eu", "apac", "jp", "au", "ca", "gov", "global", "regional"}


def _meaning(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words and sizes of an id: what must not differ between spellings of one model. Written apart from the code on purpose."""
    last = re.sub(r":\d+k$", "", name.lower().split("/")[-1])
    while found := re.match(r"(?:us-gov|[a-z]+[0-9]*)\.(?=[a-z])", last):
        last = last[found.end() :] if not re.match(r"[a-z]\d", last[found.end() :]) else last.replace(".", "-", 1)
    sizes = frozenset(re.findall(r"(?<![a-z0-9])\d+(?:\.\d+)?[bmtk](?![a-z0-9])", last.replace("p", ".") if "v3p" in last else last))
    words = re.findall(r"[a-z]+", last)
    return frozenset(words) - _WRITING - {"gpt35"}, sizes

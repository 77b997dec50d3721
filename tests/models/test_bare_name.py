"""A model's own name under whatever a provider writes around it."""

from __future__ import annotations

import pytest

from llmkit.models.bare_name import bare_name


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("claude-sonnet-4-5", "claude-sonnet-4-5"),
        ("anthropic/claude-sonnet-4-5", "claude-sonnet-4-5"),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5-20250929"),
        ("global.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5-20251001"),
        ("apac.anthropic.claude-3-5-sonnet-20241022-v2:0", "claude-3-5-sonnet-20241022"),
        ("us-gov.anthropic.claude-3-haiku-20240307-v1:0:200k", "claude-3-haiku-20240307"),
        (
            "arn:aws:bedrock:us-east-1:012345678901:inference-profile/us.anthropic.claude-3-7-sonnet-20250219-v1:0",
            "claude-3-7-sonnet-20250219",
        ),
        ("arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-1-20250805-v1:0", "claude-opus-4-1-20250805"),
        ("anthropic.claude-opus-4-8", "claude-opus-4-8"),
        ("eu.amazon.nova-lite-v1:0", "nova-lite"),
        ("us.deepseek.r1-v1:0", "deepseek-r1"),
        ("deepseek.v3-v1:0", "deepseek-v3"),
        ("us.meta.llama3-3-70b-instruct-v1:0", "llama-3-3-70b-instruct"),
        ("us.meta.llama4-maverick-17b-instruct-v1:0", "llama-4-maverick-17b-instruct"),
        ("openai.gpt-oss-120b-1:0", "gpt-oss-120b-1"),
        ("moonshot.kimi-k2-thinking", "kimi-k2-thinking"),
        ("zai.glm-4.7-flash", "glm-4.7-flash"),
        ("claude-sonnet-4-5@20250929", "claude-sonnet-4-5"),
        ("publishers/anthropic/models/claude-opus-4-8@default", "claude-opus-4-8"),
        ("gpt-4.1-mini", "gpt-4.1-mini"),
        ("gemini-2.5-flash", "gemini-2.5-flash"),
        ("qwen3.8-max", "qwen3.8-max"),
        ("qwen3:8b", "qwen3:8b"),
        ("Qwen/Qwen3-32B", "qwen3-32b"),
        ("grok-4.20-0309-non-reasoning", "grok-4.20-0309-non-reasoning"),
    ],
)
def test_the_name_is_found_under_regions_vendors_and_versions(model: str, name: str) -> None:
    assert name == bare_name(model)

"""What a family of models accepts, by the beginning of the model's id; sparse, later rows win.

Unknown models get no facts: they are sent all that the dialect can say. What an API calls a thing belongs to the provider's row
(`llmkit.types.profile.API_FACTS`); here stands what the model itself can and cannot do.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from llmkit.models.bare_name import bare_name

Facts = dict[str, Any]

_PENALTIES = ("frequency_penalty", "presence_penalty", "logit_bias", "top_k", "min_p", "repetition_penalty")
_NO_THINKING: Facts = {"reasoning": "none"}
_TEXT_ONLY: Facts = {"images": False, "audio": False, "video": False, "documents": False}
_PICTURES: Facts = {"audio": False, "video": False}
_TAGS: Facts = {"think_tags": ("<think>", "</think>")}

_LOW_TO_HIGH = ("low", "medium", "high")
_OPENAI_REASONING: Facts = {
    "sampling": False,
    "unsupported": (*_PENALTIES, "logprobs", "top_logprobs", "stop"),
    "max_tokens_field": "max_completion_tokens",
    "system_role": "developer",
    "efforts": _LOW_TO_HIGH,
    "encrypted_reasoning": True,
    **_PICTURES,
}
_GPT_5: Facts = {**_OPENAI_REASONING, "efforts": ("minimal", *_LOW_TO_HIGH), "max_output_tokens": 128_000}
_GPT_5_SWITCHABLE: Facts = {
    "efforts": ("none", *_LOW_TO_HIGH),
    "sampling": True,
    "sampling_while_thinking": False,
    "unsupported": (*_PENALTIES, "stop"),
}
_CLAUDE_BUDGET: Facts = {"min_budget": 1024, "max_output_tokens": 64_000, "default_max_tokens": 32_768, **_PICTURES}
_CLAUDE_ADAPTIVE: Facts = {
    "reasoning": "adaptive",
    "efforts": (*_LOW_TO_HIGH, "max"),
    "prefill": False,
    "max_output_tokens": 128_000,
}
_CLAUDE_NO_SAMPLING: Facts = {
    **_CLAUDE_ADAPTIVE,
    "efforts": (*_LOW_TO_HIGH, "xhigh", "max"),
    "sampling": False,
    "default_max_tokens": 32_768,
    **_PICTURES,
}
_CLAUDE_ALWAYS: Facts = {**_CLAUDE_NO_SAMPLING, "always_thinks": True}
_GEMINI_2_5: Facts = {"reasoning": "budget", "max_budget": 24_576, "max_output_tokens": 65_536}
_GEMINI_3: Facts = {"reasoning": "level", "efforts": ("minimal", *_LOW_TO_HIGH), "max_output_tokens": 65_536, "always_thinks": True}
_GROK: Facts = {"unsupported": ("frequency_penalty", "presence_penalty", "stop", "store", "logit_bias"), **_PICTURES}
_GLM: Facts = {**_TEXT_ONLY, **_TAGS}

FAMILIES: tuple[tuple[str, Facts], ...] = (
    # OpenAI: reasoning models refuse sampling and penalties; from 5.1 to 5.4 sampling is taken while effort is none, their default
    # (documentation of reasoning models and of each model, read 2026-11; efforts as the model pages list them).
    ("gpt-3.5", {**_NO_THINKING, **_TEXT_ONLY}),
    ("gpt-4", {**_NO_THINKING, **_PICTURES}),
    ("gpt-4-0", _TEXT_ONLY),
    ("gpt-4-32k", _TEXT_ONLY),
    ("gpt-4o-audio", {"audio": True, "images": False}),
    ("gpt-audio", {**_NO_THINKING, "images": False, "video": False, "documents": False, "audio": True}),
    ("chatgpt-4o", {**_NO_THINKING, **_PICTURES}),
    ("o1", _OPENAI_REASONING),
    ("o1-mini", {**_TEXT_ONLY, "tools": False, "system_role": "user", "json_schema": False, "json_object": False}),
    ("o3", {**_OPENAI_REASONING, "max_output_tokens": 100_000}),
    ("o3-mini", _TEXT_ONLY),
    ("o4", {**_OPENAI_REASONING, "max_output_tokens": 100_000}),
    ("gpt-5", _GPT_5),
    ("gpt-5-chat", {"sampling": True, "unsupported": (), "system_role": "", "efforts": (), **_NO_THINKING}),
    ("gpt-5-pro", {"efforts": ("high",), "max_output_tokens": 272_000}),
    ("gpt-5.1", _GPT_5_SWITCHABLE),
    ("gpt-5.2", {**_GPT_5_SWITCHABLE, "efforts": ("none", *_LOW_TO_HIGH, "xhigh")}),
    ("gpt-5.2-pro", {**_OPENAI_REASONING, "efforts": ("medium", "high", "xhigh")}),
    ("gpt-5.3", {**_GPT_5_SWITCHABLE, "efforts": ("none", *_LOW_TO_HIGH, "xhigh")}),
    ("gpt-5.4", {**_GPT_5_SWITCHABLE, "efforts": ("none", *_LOW_TO_HIGH, "xhigh")}),
    ("gpt-5.4-pro", {**_OPENAI_REASONING, "efforts": ("medium", "high", "xhigh")}),
    ("gpt-5.5", {"efforts": ("none", *_LOW_TO_HIGH, "xhigh")}),
    ("gpt-5.5-pro", {"efforts": ("medium", "high", "xhigh")}),
    ("gpt-5.6", {"efforts": ("none", *_LOW_TO_HIGH, "xhigh", "max")}),
    ("gpt-6", {**_GPT_5, "efforts": ("none", *_LOW_TO_HIGH, "xhigh", "max")}),
    ("gpt-6-astra", {"efforts": (*_LOW_TO_HIGH, "xhigh", "max"), "always_thinks": True}),
    ("gpt-6.1", {"efforts": (*_LOW_TO_HIGH, "xhigh", "max"), "always_thinks": True}),
    ("gpt-oss", {**_TEXT_ONLY, "reasoning": "effort", "efforts": _LOW_TO_HIGH, "always_thinks": True}),
    # Anthropic: adaptive thinking since 4.6; sampling and prefill refused since 4.7; always thinking since Fable and 5.5
    # (documentation of extended and adaptive thinking and the models overview, read 2026-11).
    ("claude-", _PICTURES),
    ("claude-3", {"json_schema": False}),  # structured outputs came with 4.1 and 4.5
    ("claude-3-5-haiku", {"default_max_tokens": 8192, **_NO_THINKING}),
    ("claude-3-5-sonnet", {"default_max_tokens": 8192, **_NO_THINKING}),
    ("claude-3-haiku", {"default_max_tokens": 4096, **_NO_THINKING}),
    ("claude-3-opus", {"default_max_tokens": 4096, **_NO_THINKING}),
    ("claude-3-7", _CLAUDE_BUDGET),
    ("claude-sonnet-4", _CLAUDE_BUDGET),
    ("claude-opus-4", {**_CLAUDE_BUDGET, "default_max_tokens": 32_000, "max_output_tokens": 32_000}),
    ("claude-sonnet-4-0", {"json_schema": False}),
    ("claude-sonnet-4-2025", {"json_schema": False}),
    ("claude-opus-4-0", {"json_schema": False}),
    ("claude-opus-4-2025", {"json_schema": False}),
    ("claude-opus-4-5", {"max_output_tokens": 64_000}),
    ("claude-haiku-4", _CLAUDE_BUDGET),
    ("claude-opus-4-6", _CLAUDE_ADAPTIVE),
    ("claude-sonnet-4-6", _CLAUDE_ADAPTIVE),
    ("claude-opus-4-7", _CLAUDE_NO_SAMPLING),
    ("claude-opus-4-8", _CLAUDE_NO_SAMPLING),
    ("claude-opus-5", _CLAUDE_NO_SAMPLING),
    ("claude-sonnet-5", _CLAUDE_NO_SAMPLING),
    ("claude-haiku-5", _CLAUDE_NO_SAMPLING),
    ("claude-fable-5", _CLAUDE_ALWAYS),
    ("claude-opus-5-5", _CLAUDE_ALWAYS),
    ("claude-sonnet-5-5", _CLAUDE_ALWAYS),
    # Google: budgets up to 2.5, levels since 3; 3.7 Flash and later refuse `minimal`; Pro cannot be switched off
    # (thinking guide and model pages, read 2026-11). Gemma's templates have no system turn before 4.
    # Before 3 a schema and functions exclude each other (documentation of structured output, read 2026-11).
    ("gemini-1.5", {**_NO_THINKING, "json_schema_with_tools": False}),
    ("gemini-2.0", {**_NO_THINKING, "json_schema_with_tools": False}),
    ("gemini-2.5", {**_GEMINI_2_5, "json_schema_with_tools": False}),
    ("gemini-2.5-flash-lite", {"min_budget": 512}),
    ("gemini-2.5-pro", {"min_budget": 128, "max_budget": 32_768, "always_thinks": True}),
    ("gemini-3", _GEMINI_3),
    ("gemini-3.1-pro", {"efforts": _LOW_TO_HIGH}),
    ("gemini-3.7-flash", {"efforts": _LOW_TO_HIGH}),
    ("gemini-3.8-flash", {"efforts": _LOW_TO_HIGH}),
    ("gemini-4", {**_GEMINI_3, "efforts": _LOW_TO_HIGH, "max_output_tokens": 1_048_576}),
    ("gemma-3", {"system_role": "user", "tools": False, **_NO_THINKING}),
    # xAI: reasoning models refuse penalties and stop (documentation, read 2026-11).
    ("grok-3", {"images": False, **_PICTURES}),
    ("grok-3-mini", {"efforts": ("low", "high"), **_GROK, "images": False}),
    ("grok-4", _GROK),
    ("grok-4.3", {"efforts": ("none", *_LOW_TO_HIGH)}),
    ("grok-4.5", {"efforts": _LOW_TO_HIGH, "always_thinks": True}),
    ("grok-4.6", {"efforts": (*_LOW_TO_HIGH, "xhigh"), "always_thinks": True}),
    ("grok-4.7", {"efforts": (*_LOW_TO_HIGH, "xhigh"), "always_thinks": True}),
    ("grok-4.20-0309-non-reasoning", _NO_THINKING),
    # Open models, wherever they are served. Tags stay in the answer on hosts that do not parse them (model cards, read 2026-11).
    ("deepseek-r1", {**_TEXT_ONLY, **_TAGS, "always_thinks": True}),
    ("deepseek-reasoner", {**_TEXT_ONLY, "sampling": False, "always_thinks": True}),
    ("deepseek-v3", {**_TEXT_ONLY, **_TAGS}),
    ("deepseek-v4", {"efforts": ("none", "low", "high", "max"), **_TAGS, **_PICTURES}),
    ("deepseek-v4-pro", _TEXT_ONLY),
    ("deepseek-flash", {"efforts": ("none", "low", "high", "max"), **_PICTURES}),
    ("qwq", {**_TEXT_ONLY, **_TAGS, "always_thinks": True}),
    ("qwen3", _TAGS),
    ("qwen3-coder", {**_NO_THINKING, **_TEXT_ONLY}),
    ("qwen3.8", {"efforts": ("none", "low", "medium", "xhigh"), "max_budget": 262_144}),
    ("kimi-k2", _TEXT_ONLY),
    ("kimi-k2.5", {"images": True, "video": True}),
    ("kimi-k2.6", {"images": True, "video": True}),
    ("kimi-k2-thinking", {**_TAGS, "always_thinks": True}),
    ("kimi-k2.7", {"sampling": False, "always_thinks": True, "images": True, "video": True}),
    ("kimi-k3", {"sampling": False, "efforts": ("none", "low", "high", "max"), "audio": False}),
    ("glm-4", _GLM),
    ("glm-4.5v", {"images": True, "video": True, "documents": True}),
    ("glm-4.6v", {"images": True, "video": True, "documents": True}),
    ("glm-5", _GLM),
    ("glm-5.2", {"efforts": ("high", "max")}),
    ("glm-5.3", {"efforts": ("low", "high", "max"), "always_thinks": True}),
    ("glm-5.3-flash", {"images": True, "video": True, "documents": True}),
    ("minimax-m2", {**_TEXT_ONLY, **_TAGS, "always_thinks": True}),
    ("minimax-m3", {**_TAGS, "audio": False}),
    ("magistral", {"think_tags": ("[THINK]", "[/THINK]"), "audio": False, "video": False}),
    ("mistral-small-2603", {"efforts": ("none", "high"), **_PICTURES}),
    ("mistral-medium-3.5", {"efforts": ("none", "high"), **_PICTURES}),
    ("mistral-medium-2604", {"efforts": ("none", "high"), **_PICTURES}),
    ("codestral", _NO_THINKING),
    ("devstral", {"efforts": ("none", "high"), **_PICTURES}),
    ("phi-4-reasoning", {**_TEXT_ONLY, **_TAGS, "always_thinks": True}),
    ("nemotron", _TAGS),
    ("llama-3", _NO_THINKING),
    ("llama-4", {**_NO_THINKING, **_PICTURES}),
    ("smollm3", {**_TEXT_ONLY, **_TAGS}),
    ("command-r", {**_NO_THINKING, **_TEXT_ONLY}),
    ("command-a-reasoning", _TEXT_ONLY),
    ("command-a-03", {**_NO_THINKING, **_TEXT_ONLY}),
)


@lru_cache(maxsize=1024)
def facts(model: str) -> Facts:
    """Return what is known of `model`'s family, however a provider spells its id (see `bare_name`)."""
    name = bare_name(model)
    merged: Facts = {}
    for prefix, known in FAMILIES:
        if name.startswith(prefix):
            merged.update(known)
    return merged

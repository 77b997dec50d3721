"""Read litellm's price list: USD a token, a second, a picture ..., with the service and the length of context in the names of fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price, RateCard, Tier
from tools.registry.amounts import scaled
from tools.registry.fact import as_iso
from tools.registry.raw_prices import windows
from tools.registry.sources.listing import MILLION, MODES, abilities, limit, parsed, price, provider, told

_PROVIDERS = {
    "amazon_nova": "nova",
    "azure_text": "azure",
    "bedrock_converse": "bedrock",
    "bigmodel": "zhipuai",
    "chatgpt": "openai-codex",
    "cloudflare": "cloudflare-workers-ai",
    "codestral": "mistral",
    "cohere_chat": "cohere",
    "dashscope": "alibaba",
    "fireworks_ai-embedding-models": "fireworks",
    "gemini": "google",
    "lambda_ai": "lambda",
    "meta_llama": "meta-llama",
    "moonshot": "moonshotai",
    "qwen_ai_platform": "alibaba-qwen-platform",
    "qwencloud": "alibaba-qwencloud",
    "tencent": "tencent-tokenhub-intl",
    "text-completion-codestral": "mistral",
    "text-completion-inception": "inception",
    "text-completion-openai": "openai",
    "vercel_ai_gateway": "vercel",
}
_CONVERTED = frozenset({"bigmodel", "qwen_ai_platform"})
"""Sellers that list CNY, which this list converts at a rate of its own: no price of theirs."""
_TOKENS = {
    "input_cost_per_token": "input",
    "output_cost_per_token": "output",
    "cache_read_input_token_cost": "cache_read",
    "cache_creation_input_token_cost": "cache_write",
    "cache_creation_input_token_cost_above_1hr": "cache_write_1h",
    "cache_creation_input_token_cost_above_12hr": "cache_write_12h",
    "output_cost_per_reasoning_token": "reasoning",
    "input_cost_per_audio_token": "audio_in",
    "output_cost_per_audio_token": "audio_out",
    "cache_read_input_audio_token_cost": "audio_cache_read",
    "cache_creation_input_audio_token_cost": "audio_cache_write",
    "input_cost_per_image_token": "image_in",
    "output_cost_per_image_token": "image_out",
    "cache_read_input_image_token_cost": "image_cache_read",
    "input_cost_per_video_token": "video_in",
    "output_cost_per_video_token": "video_out",
    "citation_cost_per_token": "citation",
}
_UNITS = {
    "output_cost_per_image": "image",
    "input_cost_per_image": "image_in",
    "output_cost_per_pixel": "pixel",
    "input_cost_per_pixel": "pixel_in",
    "output_cost_per_second": "second",
    "output_cost_per_video_per_second": "second",
    "input_cost_per_second": "second_in",
    "input_cost_per_audio_per_second": "audio_second_in",
    "input_cost_per_video_per_second": "video_second_in",
    "ocr_cost_per_page": "page",
    "annotation_cost_per_page": "page_annotation",
    "input_cost_per_query": "query",
    "input_cost_per_request": "request",
    "ocr_cost_per_credit": "credit",
    "code_interpreter_cost_per_session": "session",
}
_CHARACTERS = {"input_cost_per_character": "characters_in", "output_cost_per_character": "characters"}
_SERVICES = {"batches": "batch"} | {name: name for name in ("flex", "priority", "ultrafast", "balanced", "decisions")}
_FIELD = re.compile(rf"({'|'.join(sorted(_TOKENS, key=len, reverse=True))})(?:_above_(\d+)k_tokens)?(?:_({'|'.join(_SERVICES)}))?")
_NO_ID = re.compile(
    r"(^|/)(\d+-x-\d+|max-x-max|(low|medium|high|hd|standard)/\d+-x-\d+|[a-z]+-gov-[a-z]+-\d|[a-z]{2}-[a-z]+-\d)(/|$)|commitment|\*|-ai-(\d|default|above|up-to|embedding-|moe-)|/invoke/"
)
_CAN = {
    "supports_function_calling": "tools",
    "supports_response_schema": "structured_output",
    "supports_reasoning": "reasoning",
    "supports_tool_choice": "tool_choice",
    "supports_prompt_caching": "prompt_cache",
    "supports_parallel_function_calling": "parallel_tools",
    "supports_web_search": "web_search",
    "supports_computer_use": "computer_use",
    "supports_assistant_prefill": "assistant_prefill",
}


def read(content: bytes) -> list[ModelInfo]:
    """Return what the list holds, without the keys that name a size or a region besides the model."""
    found = [
        _model(key, said)
        for key, said in parsed(content).items()
        if "/" not in said.get("litellm_provider", "/") and not _NO_ID.search(key)
    ]
    return [info for info in found if info is not None]


def _model(key: str, said: Mapping[str, Any]) -> ModelInfo | None:
    theirs = said["litellm_provider"]
    owner = provider("vertex" if theirs.startswith("vertex_ai") else theirs, _PROVIDERS)
    model = key.removeprefix(f"{theirs}/").removeprefix("vertex_ai/") if theirs.startswith("vertex") else key.removeprefix(f"{theirs}/")
    for prefix in ("azure/", "bedrock/", "codestral/", "text-completion-openai/", "fireworks_ai/", "amazon-nova/"):
        model = model.removeprefix(prefix) if theirs.split("-")[0].startswith(prefix[:5]) else model
    if owner == "fireworks" and "/" not in model:
        return None  # short names are litellm's own
    if model.split("/")[0] in ("eu", "us", "global", "global-standard", "us-gov") and owner in ("azure", "openai"):
        return None
    can, cannot = abilities(said, _CAN)
    return told(
        ModelInfo(
            provider=owner,
            id=model,
            mode=MODES.get(said.get("mode") or "chat", said.get("mode") or "chat"),
            context_window=limit(said.get("max_input_tokens")),
            max_output=limit(said.get("max_output_tokens")),
            dimensions=limit(said.get("output_vector_size")),
            price=_price(said) if theirs not in _CONVERTED else None,
            can=can,
            cannot=cannot,
            deprecation_date=as_iso(said.get("deprecation_date")),
            endpoints=tuple(said.get("supported_endpoints") or ()),
        )
    )


def _price(said: Mapping[str, Any]) -> Price | None:
    cards: dict[tuple[str, int], dict[str, Decimal]] = {}
    for field, rate, above, service in _fields(said):
        cards.setdefault((service, above), {})[field] = rate
    by_length = [step for step in said.get("tiered_pricing") or () if "range" in step]
    for step in by_length[1:]:
        rates = {ours: rate for theirs, ours in _TOKENS.items() if (rate := scaled(step.get(theirs), MILLION)) is not None}
        cards.setdefault(("", int(step["range"][0])), rates)
    first = (by_length or [{}])[0]
    usual = cards.pop(("", 0), {}) or {
        ours: rate for theirs, ours in _TOKENS.items() if (rate := scaled(first.get(theirs), MILLION)) is not None
    }
    services = {name: _card(cards, name) for name in _SERVICES.values() if any(service == name for service, _ in cards)}
    peak = said.get("off_peak_pricing")
    if peak:
        services["off_peak"] = RateCard(rates={field: rate for field, rate, above, service in _fields(peak) if not above and not service})
    return price(
        usual,
        tiers={above: card for (service, above), card in cards.items() if not service},
        services=services,
        units=_units(said),
        off_peak=tuple([window for entry in peak["windows"] for window in windows(entry)]) if peak else (),
        fees=_fees(said),
    )


def _fields(said: Mapping[str, Any]) -> Iterator[tuple[str, Decimal, int, str]]:
    for name, value in said.items():
        found = _FIELD.fullmatch(name)
        rate = scaled(value, MILLION) if found else None
        if found and rate is not None:
            yield _TOKENS[found[1]], rate, int(found[2] or 0) * 1000, _SERVICES.get(found[3], "")


def _card(cards: Mapping[tuple[str, int], dict[str, Decimal]], name: str) -> RateCard:
    tiers = [Tier(above=above, rates=card) for (service, above), card in sorted(cards.items()) if service == name and above]
    return RateCard(rates=cards.get((name, 0), {}), tiers=tuple(tiers))


def _units(said: Mapping[str, Any]) -> dict[str, Decimal]:
    units = {ours: value for theirs, ours in _UNITS.items() if (value := scaled(said.get(theirs), 1)) is not None}
    return units | {ours: value for theirs, ours in _CHARACTERS.items() if (value := scaled(said.get(theirs), MILLION)) is not None}


def _fees(said: Mapping[str, Any]) -> dict[str, Decimal]:
    searches = said.get("search_context_cost_per_query") or {}
    usual = scaled(searches.get("search_context_size_medium"), 1)
    fees = {"web_search": usual} if usual else {}
    for size in ("low", "high"):
        fee = scaled(searches.get(f"search_context_size_{size}"), 1)
        if fee and usual and fee != usual:
            fees[f"web_search:{size}"] = fee
    maps = scaled(said.get("google_maps_grounding_cost_per_query"), 1)
    return fees | ({"maps": maps} if maps else {})

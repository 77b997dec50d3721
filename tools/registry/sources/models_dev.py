"""Read models.dev: providers with their models; prices in USD per million tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmkit.types.model_info import ModelInfo, ReasoningInfo
from llmkit.types.price import Price, RateCard
from tools.registry.fact import as_iso
from tools.registry.sources.listing import abilities, limit, parsed, price, provider, rates, told

_RATES = {
    "input": "input",
    "output": "output",
    "cache_read": "cache_read",
    "cache_write": "cache_write",
    "reasoning": "reasoning",
    "input_audio": "audio_in",
    "output_audio": "audio_out",
}
_CAN = {"attachment": "attachment", "reasoning": "reasoning", "structured_output": "structured_output"}
_CAN |= {"temperature": "temperature", "tool_call": "tools"}
_MODES = {"image": "image", "video": "video", "audio": "tts", "embedding": "embedding"}


def read(content: bytes) -> list[ModelInfo]:
    """Return what the file lists."""
    listed = parsed(content).values()
    return [_model(provider(said["id"]), model) for said in listed for model in said.get("models", {}).values()]


def _model(owner: str, said: Mapping[str, Any]) -> ModelInfo:
    can, cannot = abilities(said, _CAN)
    kinds, limits = said.get("modalities") or {}, said.get("limit") or {}
    outputs = tuple(kinds.get("output") or ())
    return told(
        ModelInfo(
            provider=owner,
            id=said["id"],
            mode=_mode(said["id"], outputs),
            name=said.get("name", ""),
            family=said.get("family", ""),
            base_model=said.get("canonical_model_id", ""),
            status=said.get("status") or "active",
            inputs=tuple(kinds.get("input") or ()),
            outputs=outputs,
            context_window=limit(limits.get("context")),
            max_input=limit(limits.get("input")),
            max_output=limit(limits.get("output")),
            price=_price(said.get("cost") or {}),
            can=can,
            cannot=cannot,
            reasoning=_reasoning(said),
            release_date=as_iso(said.get("release_date")),
            updated=as_iso(said.get("last_updated")),
            knowledge_cutoff=as_iso(said.get("knowledge")),
            open_weights=said.get("open_weights"),
        )
    )


def _mode(model: str, outputs: tuple[str, ...]) -> str:
    if "text" in outputs or not outputs:
        return "embedding" if "embed" in model else "chat"
    return _MODES.get(outputs[0], "chat")


def _price(cost: Mapping[str, Any]) -> Price | None:
    declared = {
        step["tier"]["size"]: rates(step, _RATES) for step in cost.get("tiers") or () if step.get("tier", {}).get("type") == "context"
    }
    if not declared and cost.get("context_over_200k"):
        declared = {200_000: rates(cost["context_over_200k"], _RATES)}
    return price(
        rates(cost, _RATES),
        tiers=declared,
        services={name: RateCard(rates=rates(cost[name], _RATES)) for name in ("batch",) if name in cost},
    )


def _reasoning(said: Mapping[str, Any]) -> ReasoningInfo | None:
    options = {option["type"]: option for option in said.get("reasoning_options") or ()}
    interleaved = said.get("interleaved")
    field = interleaved.get("field", "") if isinstance(interleaved, dict) else ""
    if not options and not field:
        return None
    budget = options.get("budget_tokens", {})
    efforts = tuple([effort for effort in options.get("effort", {}).get("values") or () if effort])
    return ReasoningInfo(
        efforts=efforts, budget_min=limit(budget.get("min")), budget_max=limit(budget.get("max")), toggle="toggle" in options, field=field
    )

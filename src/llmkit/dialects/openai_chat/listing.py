"""The models of a compatible API: a list of objects, in which every host tells more or less.

What each field means was read from recorded lists of a score of hosts and from their documentation, 2026-11-23. A model's `created`
is no release date: many servers write the time of the question.
"""

from __future__ import annotations

from typing import Any

from llmkit.dialects.listing import Object, abilities, day, inner, kinds, listed, mode, text, tokens, words
from llmkit.dialects.openai_chat.listing_prices import price_of, says_free
from llmkit.types.dialect import ModelPage
from llmkit.types.model_info import ModelInfo, ReasoningInfo

PATH = "/models"
_LISTS = ("data", "models", "items", "results", "result")
_PARAMETERS = {
    "tools": "tools",
    "tool_choice": "tool_choice",
    "parallel_tool_calls": "parallel_tools",
    "structured_outputs": "structured_output",
    "response_format": "json_mode",
    "reasoning": "reasoning",
    "include_reasoning": "reasoning",
    "reasoning_effort": "reasoning",
    "temperature": "temperature",
    "logprobs": "logprobs",
    "prediction": "predicted_outputs",
    "web_search_options": "web_search",
}
"""Fields of a request, and the ability that their being taken shows."""
_REFUSED = ("tools", "structured_output", "reasoning", "temperature")
"""Abilities that a list of parameters without them denies."""
_WORDS = {
    "tools": "tools",
    "tool-use": "tools",
    "tool_use": "tools",
    "tool-calling": "tools",
    "tool_calling": "tools",
    "tool_calls": "tools",
    "function_calling": "tools",
    "function-calling": "tools",
    "parallel_tool_calls": "parallel_tools",
    "structured_outputs": "structured_output",
    "structured-outputs": "structured_output",
    "structured_output": "structured_output",
    "json_mode": "json_mode",
    "reasoning": "reasoning",
    "thinking": "reasoning",
    "adaptive_thinking": "adaptive_thinking",
    "vision": "vision",
    "streaming": "streaming",
    "web-search": "web_search",
    "web_search": "web_search",
    "implicit-caching": "prompt_cache",
    "explicit-caching": "prompt_cache",
}
"""What hosts call an ability, in lists and as names of fields."""
_STATES = {"preview": "beta", "beta": "beta", "deprecated": "deprecated", "deprecating": "deprecated", "retired": "retired"}


def list_path(page: str | None = None, /) -> str:
    """Return the path of the list: it comes whole, and only some hosts cut it, with the last id as the way on."""
    from urllib.parse import quote

    return PATH if page is None else f"{PATH}?after={quote(page, safe='')}"


def decode_models(body: bytes, /, *, provider: str) -> ModelPage:
    """Return the models that `provider` lists in `body`. Raises `ProtocolError` for other bytes."""
    head, entries = listed(body, *_LISTS)
    found = [info for entry in entries if (info := read(entry, provider)) is not None]
    more = head.get("has_more") is True and text(head, "last_id")
    return ModelPage(models=tuple(found), next=more or None)


def read(entry: Object, provider: str) -> ModelInfo | None:
    """Return what `entry` tells; None where it names no model."""
    id = text(entry, "id", "model", "name")
    if not id:
        return None
    limits = _limits(entry)
    architecture = inner(entry, "architecture", "modalities")
    inputs = kinds(_first(entry, architecture, "input_modalities", "supported_input_modalities", "input"))
    outputs = kinds(_first(entry, architecture, "output_modalities", "supported_output_modalities", "output"))
    told = _mode(entry, outputs)
    free = says_free(entry, id)
    price = price_of(entry, told, free=free)
    can, cannot = _abilities(entry)
    return ModelInfo(
        provider=provider,
        id=id,
        mode=told,
        name=_name(entry, id),
        family=text(inner(entry, "capabilities"), "family"),
        status=_status(entry),
        inputs=inputs,
        outputs=outputs,
        **limits,
        price=price,
        free=free and price is not None,
        price_source="" if price is None else "provider",
        can=can,
        cannot=cannot,
        reasoning=_reasoning(entry),
        knowledge_cutoff=day(entry.get("knowledge_cutoff")),
        deprecation_date=_end(entry),
        weights=text(entry, "hugging_face_id", "huggingface_repo_id"),
        aliases=tuple([alias for alias in words(entry.get("aliases")) if alias != id]),
        endpoints=tuple([path for path in words(entry.get("supported_endpoints")) if path.startswith("/")]),
    )


def _limits(entry: Object) -> dict[str, Any]:
    """Return context, input and output, wherever the host tells them; the limits of a running server come before the model's own."""
    meta, metadata, top = inner(entry, "meta"), inner(entry, "metadata"), inner(entry, "top_provider")
    limits = inner(entry, "limits") or inner(inner(entry, "capabilities"), "limits")
    context = (
        tokens(meta, "n_ctx")
        or tokens(entry, "loaded_context_length", "context_length", "context_window", "max_model_len", "max_context_length", "context_size")
        or tokens(limits, "max_context_window_tokens", "context_window", "max_context_length")
        or tokens(metadata, "context_length")
        or tokens(top, "context_length")
        or _agreed([tokens(host, "context_length") for host in _hosts(entry)])
    )
    return {
        "context_window": context,
        "max_input": tokens(limits, "max_prompt_tokens", "max_input_tokens") or tokens(entry, "max_input_tokens", "max_prompt_length"),
        "max_output": tokens(entry, "max_completion_tokens", "max_output_tokens", "max_output_length")
        or tokens(limits, "max_output_tokens")
        or tokens(top, "max_completion_tokens")
        or _paired_output(entry),
    }


def _paired_output(entry: Object) -> int | None:
    """Return `max_tokens` where it is the answer's limit: beside `context_window`; elsewhere it may be anything."""
    return tokens(entry, "max_tokens") if "context_window" in entry else None


def _mode(entry: Object, outputs: tuple[str, ...]) -> str:
    capabilities = inner(entry, "capabilities")
    named = mode(entry.get("type"), entry.get("mode"), entry.get("model_type"), capabilities.get("type"), entry.get("category"))
    if named:
        return named
    for field, kind in (("chat_completion", "chat"), ("embeddings", "embedding"), ("completion", "completion")):
        if capabilities.get(field) is True:
            return kind
    if outputs == ("text",):
        return "chat"
    return mode(*outputs) if outputs in (("image",), ("video",), ("embeddings",), ("embedding",)) else ""


def _abilities(entry: Object) -> tuple[tuple[str, ...], tuple[str, ...]]:
    told: list[tuple[str, Any]] = []
    parameters = words(entry.get("supported_parameters"))
    told += [(_PARAMETERS[word], True) for word in parameters if word in _PARAMETERS]
    if parameters:
        told += [(ability, False) for ability in _REFUSED]
    for field in ("supported_features", "features", "capabilities", "tags"):
        told += [(_WORDS[word], True) for word in words(entry.get(field)) if word in _WORDS]
    capabilities = inner(entry, "capabilities")
    for group in (capabilities, inner(capabilities, "supports")):
        told += [(_WORDS[name], value) for name, value in group.items() if name in _WORDS]
    told += [("tools", entry.get("tools")), ("reasoning", entry.get("supports_reasoning")), ("tools", entry.get("supports_tools"))]
    hosts = _hosts(entry)
    for field, ability in (("supports_tools", "tools"), ("supports_structured_output", "structured_output")):
        told.append((ability, _all([host.get(field) for host in hosts])))
    return abilities(told)


def _reasoning(entry: Object) -> ReasoningInfo | None:
    told = entry.get("reasoning")
    if isinstance(told, dict):
        efforts = words(told.get("supported_efforts"))
        return ReasoningInfo(efforts=efforts, always_on=told.get("mandatory") is True, toggle=told.get("mandatory") is False)
    supports = inner(inner(entry, "capabilities"), "supports")
    efforts = words(supports.get("reasoning_effort"))
    low, high = tokens(supports, "min_thinking_budget"), tokens(supports, "max_thinking_budget")
    return ReasoningInfo(efforts=efforts, budget_min=low, budget_max=high) if efforts or high else None


def _status(entry: Object) -> str:
    if entry.get("preview") is True:
        return "beta"
    if entry.get("is_deprecated") is True or entry.get("deprecated") is True:
        return "deprecated"
    return next((_STATES[word] for name in ("lifecycle_status", "lifecycle") if (word := text(entry, name)) in _STATES), "active")


def _end(entry: Object) -> str | None:
    end = next((entry[name] for name in ("shutdown_date", "expiration_date", "deprecation_date") if entry.get(name)), None)
    return day(end if end is not None else inner(entry, "deprecation").get("inference"))


def _name(entry: Object, id: str) -> str:
    name = text(entry, "display_name", "name", "title")
    return "" if name == id else name


def _hosts(entry: Object) -> list[Object]:
    """Return the hosts behind a router that serve the model now."""
    found = entry.get("providers")
    hosts = [host for host in found if isinstance(host, dict)] if isinstance(found, list) else []
    return [host for host in hosts if host.get("status", "live") == "live"]


def _agreed(values: list[int | None]) -> int | None:
    """Return the value that all hosts tell; where they differ it depends on the host, which is not known."""
    return values[0] if values and len(set(values)) == 1 else None


def _all(values: list[Any]) -> bool | None:
    """Return what all say; None where they differ or say nothing."""
    return values[0] if values and isinstance(values[0], bool) and len(set(values)) == 1 else None


def _first(entry: Object, architecture: Object, *names: str) -> Any:
    return next((place[name] for name in names for place in (architecture, entry) if isinstance(place.get(name), list)), None)

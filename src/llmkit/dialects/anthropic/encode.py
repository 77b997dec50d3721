"""A `CompletionRequest` into a Messages body.

Fields come in the order of the prompt cache: model, limit, system, tools, settings, whatever the options add, messages last.
"""

from __future__ import annotations

from typing import Any

from llmkit.dialects.anthropic.api_version import choose_version
from llmkit.dialects.anthropic.betas import betas_of, named
from llmkit.dialects.anthropic.cache_limits import keep_cache_limits
from llmkit.dialects.anthropic.dialect_profile import BETA_HEADER, NEWER_VERSION, VERSION_HEADER
from llmkit.dialects.anthropic.draft import AnthropicDraft
from llmkit.dialects.anthropic.messages import encode_system, encode_turns, split_system
from llmkit.dialects.anthropic.thinking import Thinking, encode_thinking
from llmkit.dialects.anthropic.tools import encode_tool_choice, encode_tools
from llmkit.errors import UnsupportedFeature
from llmkit.types.dialect import Encoded
from llmkit.types.parts import Provenance
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest

PATH = "/messages"
_NO_PLACE = (
    "min_p",
    "seed",
    "frequency_penalty",
    "presence_penalty",
    "repetition_penalty",
    "logit_bias",
    "top_logprobs",
    "verbosity",
    "store",
    "voice",
)
"""Fields of a request that this format cannot say."""
_TIERS = {"auto": "auto", "standard_only": "standard_only", "default": "standard_only", "standard": "standard_only"}
_JOINED = ("thinking", "output_config", "metadata")
"""Fields whose options are laid over what is computed, and do not replace it."""


def encode(request: CompletionRequest, /, *, model: str, target: Provenance, profile: Profile, stream: bool) -> Encoded:
    """Return the wire form of `request`. Raises `UnsupportedFeature` for what cannot be said at all."""
    draft = AnthropicDraft(target, profile)
    options = draft.options(request.options)
    asked = [beta for beta in options.pop("betas", ()) if isinstance(beta, str)]
    headers = {**profile.headers}
    version, request = choose_version(request, options.pop("version", None), options, draft)
    if version:
        headers[VERSION_HEADER] = version
    body = _body(request, model, draft, options, stream, asked, version)
    betas = named(betas_of(body, draft.betas, asked), draft)
    if betas:
        headers[BETA_HEADER] = f"{headers[BETA_HEADER]},{betas}" if BETA_HEADER in headers else betas
    return Encoded(path=PATH, body=body, headers=headers, warnings=draft.warnings)


def _body(
    request: CompletionRequest, model: str, draft: AnthropicDraft, options: dict[str, Any], stream: bool, betas: list[str], version: str
) -> dict[str, Any]:
    _refuse(request, draft)
    head, turns = split_system(request.messages, draft)
    thinking = encode_thinking(request, draft, options.get("thinking"), betas)
    body: dict[str, Any] = {
        "model": model or None,
        draft.profile.max_tokens_field or "max_tokens": thinking.max_tokens,
        "system": encode_system(head, draft),
        "tools": encode_tools(request, draft),
        "tool_choice": encode_tool_choice(request, draft),
        "thinking": thinking.thinking,
        "output_config": _output_config(request, thinking, draft),
        **_sampling(request, thinking, draft, version),
        "stop_sequences": _stop(request, draft),
        "service_tier": _service_tier(request, draft),
        "metadata": _metadata(request, draft),
        "cache_control": draft.cache_control(request.cache),
    }
    body = {name: value for name, value in body.items() if value is not None}
    for name, value in options.items():
        joined = name in _JOINED and isinstance(value, dict) and isinstance(body.get(name), dict)
        body[name] = {**body[name], **value} if joined else value
    if stream:
        body["stream"] = True
    body["messages"] = encode_turns(turns, draft)
    keep_cache_limits(body, draft)
    return body


def _refuse(request: CompletionRequest, draft: AnthropicDraft) -> None:
    draft.leave_out(request, _NO_PLACE, "The Messages format has no such field.")
    if request.logprobs:
        draft.warn("dropped", "logprobs", "The Messages format has no such field.")
    if request.n is not None and request.n != 1:
        draft.warn("dropped", "n", "There is one answer to a request.")
    foreign = [kind for kind in request.modalities if kind != "text"]
    if foreign:
        raise UnsupportedFeature(f"{foreign[0]} output", where="The Messages format")


def _sampling(request: CompletionRequest, thinking: Thinking, draft: AnthropicDraft, version: str) -> dict[str, Any]:
    fields: dict[str, Any] = {"temperature": request.temperature, "top_p": request.top_p, "top_k": request.top_k}
    if version >= NEWER_VERSION:
        refused, why = tuple(fields), f"Refused since API version {NEWER_VERSION}."
    elif thinking.active:
        # Next to thinking only these values are taken (docs, read 2026-11-22).
        near = request.top_p is not None and 0.95 <= request.top_p <= 1
        warm = request.temperature == 1
        refused = tuple([name for name, fine in (("temperature", warm), ("top_p", near), ("top_k", False)) if not fine])
        why = "Refused while the model thinks."
    else:
        refused, why = (), ""
    for name in refused:
        if fields[name] is not None:
            draft.warn("dropped", name, why)
            fields[name] = None
    if fields["temperature"] is not None and fields["temperature"] > 1:
        draft.warn("clamped", "temperature", "Temperatures go from 0 to 1.")
        fields["temperature"] = 1.0
    return fields


def _output_config(request: CompletionRequest, thinking: Thinking, draft: AnthropicDraft) -> dict[str, Any] | None:
    config: dict[str, Any] = {} if thinking.effort is None else {"effort": thinking.effort}
    output = request.output
    if output is not None and output.kind != "text":
        if output.kind == "json_object" or output.schema is None:
            raise UnsupportedFeature("JSON output without a schema", where="The Messages format", hint="Pass a schema.")
        if not draft.profile.json_schema:
            raise UnsupportedFeature("output by schema", where="This model")
        if output.strict is False:
            draft.warn("dropped", "output.strict", "Output by schema is always strict.")
        if output.description is not None:
            draft.warn("dropped", "output.description", "A schema has no description beside its own.")
        config["format"] = {"type": "json_schema", "schema": output.schema}
    return config or None


def _stop(request: CompletionRequest, draft: AnthropicDraft) -> list[str] | None:
    limit = draft.profile.stop_limit
    if limit is not None and len(request.stop) > limit:
        draft.warn("clamped", "stop", f"Only {limit} stop sequences are taken.")
    return list(request.stop[:limit]) or None


def _service_tier(request: CompletionRequest, draft: AnthropicDraft) -> str | None:
    if request.service_tier is None:
        return None
    tier = _TIERS.get(request.service_tier)
    if tier is None:
        draft.warn("dropped", "service_tier", f"Known tiers: {', '.join(dict.fromkeys(_TIERS.values()))}.")
    elif tier != request.service_tier:
        draft.warn("renamed", "service_tier", f"Sent as {tier}.")
    return tier


def _metadata(request: CompletionRequest, draft: AnthropicDraft) -> dict[str, Any] | None:
    if request.metadata:
        draft.warn("dropped", "metadata", "The only metadata taken is the id of the user.")
    return None if request.user is None else {"user_id": request.user}

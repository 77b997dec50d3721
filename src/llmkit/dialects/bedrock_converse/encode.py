"""A `CompletionRequest` into a Converse body.

Fields come in the order of the prompt cache: limits, tools, system, settings, whatever the options add, messages last.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec

from llmkit.dialects.bedrock_converse.cache_limits import add_own_points, keep_cache_limit
from llmkit.dialects.bedrock_converse.draft import ConverseDraft
from llmkit.dialects.bedrock_converse.messages import encode_system, encode_turns, split_system
from llmkit.dialects.bedrock_converse.thinking import Thinking, encode_thinking
from llmkit.dialects.bedrock_converse.tools import encode_tools, model_tools
from llmkit.dialects.bedrock_converse.vendors import top_k_field
from llmkit.errors import UnsupportedFeature
from llmkit.types.dialect import Encoded
from llmkit.types.parts import Provenance
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest

_WHERE = "The Converse format"
_NO_PLACE = (
    "min_p",
    "seed",
    "frequency_penalty",
    "presence_penalty",
    "repetition_penalty",
    "logit_bias",
    "top_logprobs",
    "user",
    "verbosity",
    "store",
    "voice",
)
"""Fields of a request that this format cannot say."""
_TIERS = {"priority": "priority", "default": "default", "flex": "flex", "reserved": "reserved", "standard": "default"}
MORE = "additionalModelRequestFields"
_JOINED = (MORE, "inferenceConfig", "outputConfig", "toolConfig", "requestMetadata")
"""Fields whose options are laid over what is computed, and do not replace it."""


def encode(request: CompletionRequest, /, *, model: str, target: Provenance, profile: Profile, stream: bool) -> Encoded:
    """Return the wire form of `request`. Raises `UnsupportedFeature` for what cannot be said at all."""
    draft = ConverseDraft(target, profile)
    body = _body(request, model, draft)
    way = "converse-stream" if stream else "converse"
    return Encoded(path=f"/model/{quote(model, safe='')}/{way}", body=body, headers={**profile.headers}, warnings=draft.warnings)


def _body(request: CompletionRequest, model: str, draft: ConverseDraft) -> dict[str, Any]:
    _refuse(request, draft)
    head, turns = split_system(request.messages, draft)
    thinking = encode_thinking(request, model, draft)
    body: dict[str, Any] = {
        "inferenceConfig": _inference(request, thinking, draft),
        "toolConfig": encode_tools(request, draft),
        "system": encode_system(head, draft),
        "outputConfig": _output_config(request, thinking, draft),
        MORE: _model_fields(request, model, thinking, draft),
        "serviceTier": _service_tier(request, draft),
        "requestMetadata": dict(request.metadata) if request.metadata else None,
    }
    body = {name: value for name, value in body.items() if value is not None}
    for name, value in draft.options(request.options).items():
        joined = name in _JOINED and isinstance(value, dict) and isinstance(body.get(name), dict)
        body[name] = {**body[name], **value} if joined else value
    body["messages"] = encode_turns(turns, draft)
    add_own_points(body, request.cache, draft)
    keep_cache_limit(body, draft)
    return body


def _refuse(request: CompletionRequest, draft: ConverseDraft) -> None:
    draft.leave_out(request, _NO_PLACE, f"{_WHERE} has no such field.")
    if request.logprobs:
        draft.warn("dropped", "logprobs", f"{_WHERE} has no such field.")
    if request.n is not None and request.n != 1:
        draft.warn("dropped", "n", "There is one answer to a request.")
    foreign = [kind for kind in request.modalities if kind != "text"]
    if foreign:
        raise UnsupportedFeature(f"{foreign[0]} output", where=_WHERE)


def _inference(request: CompletionRequest, thinking: Thinking, draft: ConverseDraft) -> dict[str, Any] | None:
    temperature, top_p = request.temperature, request.top_p
    if thinking.active:
        if temperature not in (None, 1):
            draft.warn("dropped", "temperature", "Refused while the model thinks.")
            temperature = None
        if top_p is not None and not 0.95 <= top_p <= 1:
            draft.warn("dropped", "top_p", "Refused while the model thinks.")
            top_p = None
    if temperature is not None and temperature > 1:
        draft.warn("clamped", "temperature", "Temperatures go from 0 to 1.")
        temperature = 1.0
    limit = draft.profile.stop_limit
    fields = {
        "maxTokens": thinking.max_tokens,
        "temperature": temperature,
        "topP": top_p,
        "stopSequences": list(request.stop[:limit]) or None,
    }
    return {name: value for name, value in fields.items() if value is not None} or None


def _model_fields(request: CompletionRequest, model: str, thinking: Thinking, draft: ConverseDraft) -> dict[str, Any] | None:
    fields = dict(thinking.fields)
    if request.top_k is not None and thinking.active:
        draft.warn("dropped", "top_k", "Refused while the model thinks.")
    elif request.top_k is not None:
        fields |= top_k_field(model, request.top_k)
    own = model_tools(request)
    if own:
        fields["tools"] = own
    return fields or None


def _output_config(request: CompletionRequest, thinking: Thinking, draft: ConverseDraft) -> dict[str, Any] | None:
    config: dict[str, Any] = {} if thinking.effort is None else {"effort": thinking.effort}
    output = request.output
    if output is not None and output.kind != "text":
        if output.kind == "json_object" or output.schema is None:
            raise UnsupportedFeature("JSON output without a schema", where=_WHERE, hint="Pass a schema.")
        if not draft.profile.json_schema:
            raise UnsupportedFeature("output by schema", where="This model")
        if output.strict is False:
            draft.warn("dropped", "output.strict", "Output by schema is always strict.")
        # The schema is a text here, whose key order is the user's.
        named = {"schema": msgspec.json.encode(output.schema).decode(), "name": output.name, "description": output.description}
        schema = {name: value for name, value in named.items() if value is not None}
        config = {"textFormat": {"type": "json_schema", "structure": {"jsonSchema": schema}}, **config}
    return config or None


def _service_tier(request: CompletionRequest, draft: ConverseDraft) -> dict[str, Any] | None:
    if request.service_tier is None:
        return None
    tier = _TIERS.get(request.service_tier)
    if tier is None:
        draft.warn("dropped", "service_tier", f"Known tiers: {', '.join(dict.fromkeys(_TIERS.values()))}.")
        return None
    if tier != request.service_tier:
        draft.warn("renamed", "service_tier", f"Sent as {tier}.")
    return {"type": tier}

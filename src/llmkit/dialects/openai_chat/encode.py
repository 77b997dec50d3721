"""From a request to a body."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from llmkit.dialects.openai_chat.dialect_profile import PATH
from llmkit.dialects.openai_chat.messages import messages
from llmkit.dialects.openai_chat.setting import Setting, cache_control
from llmkit.dialects.openai_chat.thinking import thinking
from llmkit.dialects.openai_chat.tools import tools
from llmkit.dialects.openai_chat.wire import Object, dumps
from llmkit.types.dialect import Encoded
from llmkit.types.messages import Message
from llmkit.types.parts import Provenance, Text
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest, OutputFormat

PLAIN_FIELDS = (
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "seed",
    "frequency_penalty",
    "presence_penalty",
    "repetition_penalty",
    "logit_bias",
    "logprobs",
    "top_logprobs",
    "n",
    "user",
    "metadata",
    "service_tier",
    "verbosity",
    "store",
)
"""Fields that the wire calls as we do."""
DEFAULT_SCHEMA_NAME = "output"
_plain_values = attrgetter(*PLAIN_FIELDS)
_NONE_GIVEN = (None,) * len(PLAIN_FIELDS)


def encode(request: CompletionRequest, /, *, model: str, target: Provenance, profile: Profile, stream: bool) -> Encoded:
    """Return the wire form of `request`, in the order model, stream, tools, output, thinking, limits, sampling, options, messages."""
    setting = Setting(model=model, target=target, profile=profile)
    body: dict[str, Any] = {"model": model}
    if stream:
        body["stream"] = True
        if profile.stream_usage:
            body["stream_options"] = {"include_usage": True}
    body.update(tools(request, setting))
    conversation = request.messages
    if request.output is not None:
        conversation = output_form(request.output, conversation, body, setting)
    if request.reasoning is not None:
        body.update(thinking(request.reasoning, setting))
    limit = request.max_tokens if request.max_tokens is not None else profile.default_max_tokens
    if limit is not None:
        body[profile.max_tokens_field or "max_tokens"] = limit
    values = _plain_values(request)
    if values != _NONE_GIVEN:
        body.update([pair for pair in zip(PLAIN_FIELDS, values, strict=True) if pair[1] is not None])
    if request.stop:
        body["stop"] = list(request.stop)
    if request.modalities:
        body["modalities"] = list(request.modalities)
    if request.voice is not None:
        body["audio"] = request.voice
    if request.cache is not None:
        if profile.cache == "explicit":
            body["cache_control"] = cache_control(request.cache)
        else:
            setting.marked({}, request.cache)
    body.update(setting.options(request.options))
    body["messages"] = messages(conversation, setting)
    return Encoded(path=PATH, body=body, warnings=setting.warnings)


def output_form(output: OutputFormat, conversation: tuple[Message, ...], body: Object, setting: Setting) -> tuple[Message, ...]:
    """Say the form of the answer; where the API knows no schemas, ask for JSON and put the schema into words."""
    profile = setting.profile
    if output.kind != "json_schema":
        if output.kind == "json_object" and not profile.json_object:
            setting.refuse("JSON output")
        body["response_format"] = {"type": output.kind}
        return conversation
    if profile.json_schema:
        schema: Object = {"name": output.name or DEFAULT_SCHEMA_NAME}
        if output.description is not None:
            schema["description"] = output.description
        schema["schema"] = output.schema or {}
        if output.strict is not None:
            schema["strict"] = output.strict
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
        return conversation
    if not profile.json_object:
        setting.refuse("output schemas")
    setting.warn("emulated", "output", "sent as a wish for JSON with the schema in words: the API does not enforce schemas")
    body["response_format"] = {"type": "json_object"}
    wish = Text(text=f"Answer with JSON that fits this JSON Schema:\n{dumps(output.schema or {})}")
    if conversation and conversation[0].role in ("system", "developer"):
        first = conversation[0]
        return (first.replace(content=(*first.content, wish)), *conversation[1:])
    return (Message(role="system", content=(wish,)), *conversation)

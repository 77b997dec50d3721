"""From a request to a body."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.mistral.dialect_profile import PATH
from llmkit.dialects.mistral.messages import messages
from llmkit.dialects.mistral.setting import MistralSetting
from llmkit.dialects.openai_chat.encode import output_form
from llmkit.dialects.openai_chat.thinking import thinking
from llmkit.dialects.openai_chat.tools import described
from llmkit.dialects.openai_chat.wire import Object
from llmkit.types.dialect import Encoded
from llmkit.types.parts import Provenance
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest, ReasoningOptions

FIELDS = (
    ("temperature", "temperature"),
    ("top_p", "top_p"),
    ("top_k", "top_k"),
    ("seed", "random_seed"),
    ("frequency_penalty", "frequency_penalty"),
    ("presence_penalty", "presence_penalty"),
    ("repetition_penalty", "repetition_penalty"),
    ("logprobs", "logprobs"),
    ("top_logprobs", "top_logprobs"),
    ("n", "n"),
    ("metadata", "metadata"),
    ("service_tier", "service_tier"),
)
"""Our names and the wire's (types of the vendor's SDK 3.7.0, read 2026-11-22)."""
_NO_PLACE = ("min_p", "logit_bias", "user", "verbosity", "store", "modalities", "voice")
"""The API refuses every field it does not know."""


def encode(request: CompletionRequest, /, *, model: str, target: Provenance, profile: Profile, stream: bool) -> Encoded:
    """Return the wire form of `request`, in the order model, stream, tools, output, thinking, limits, sampling, options, messages."""
    setting = MistralSetting(model=model, target=target, profile=profile, conversation=request.messages)
    body: dict[str, Any] = {"model": model}
    if stream:
        body["stream"] = True
    body.update(_tools(request, setting))
    conversation = request.messages
    if request.output is not None:
        conversation = output_form(request.output, conversation, body, setting)
    if request.reasoning is not None:
        body.update(_thinking(request.reasoning, setting))
    limit = request.max_tokens if request.max_tokens is not None else profile.default_max_tokens
    if limit is not None:
        body["max_tokens"] = limit
    for ours, theirs in FIELDS:
        value = getattr(request, ours)
        if value is not None:
            body[theirs] = value
    if request.stop:
        body["stop"] = list(request.stop)
    setting.leave_out(request, _NO_PLACE, "the format has no place for it")
    if request.cache is not None:
        setting.marked({}, request.cache)
    body.update(setting.options(request.options))
    body["messages"] = messages(conversation, setting)
    return Encoded(path=PATH, body=body, warnings=setting.warnings)


def _tools(request: CompletionRequest, setting: MistralSetting) -> Object:
    fields: Object = {}
    if request.tools and not setting.profile.tools:
        setting.refuse("tools")
    choice, offered = request.tool_choice, request.tools
    names = choice.names if choice is not None and choice.mode != "none" else ()
    if names and (choice is None or choice.mode != "required" or len(names) > 1):
        setting.warn("emulated", "tool_choice", "only the tools that may be called are offered: the format names one tool at most")
        offered = tuple([tool for tool in offered if tool.name in names])
        names = ()
    if offered:
        fields["tools"] = [described(tool, setting) for tool in offered]
    if choice is not None:
        mode: Any = "any" if choice.mode == "required" else choice.mode
        if mode == "any" and not setting.profile.forced_tools:
            setting.warn("dropped", "tool_choice", "the model cannot be made to call a tool; it is left to choose")
            mode, names = "auto", ()
        fields["tool_choice"] = {"type": "function", "function": {"name": names[0]}} if names else mode
    if request.parallel_tool_calls is not None:
        if setting.profile.parallel_tools or not request.parallel_tool_calls:
            fields["parallel_tool_calls"] = request.parallel_tool_calls
        else:
            setting.warn("dropped", "parallel_tool_calls", "the model makes one call at a time")
    return fields


def _thinking(wanted: ReasoningOptions, setting: MistralSetting) -> Object:
    """Return the effort; models that know only on and off are switched by `prompt_mode`."""
    found = thinking(wanted, setting)
    if setting.profile.reasoning != "toggle" or not found:
        return found
    return {"prompt_mode": "reasoning"} if found["thinking"]["type"] == "enabled" else {"prompt_mode": None}

"""From a request to a body."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.cohere.dialect_profile import PATH
from llmkit.dialects.cohere.draft import CohereDraft
from llmkit.dialects.cohere.messages import messages
from llmkit.dialects.openai_chat.thinking import BUDGETS
from llmkit.dialects.openai_chat.wire import Object, dumps, list_of, object_of
from llmkit.types.dialect import Encoded
from llmkit.types.messages import Message
from llmkit.types.parts import Provenance, Text
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest, OutputFormat, ReasoningOptions
from llmkit.types.tools import AnyTool, ServerTool, Tool

FIELDS = (
    ("temperature", "temperature"),
    ("top_p", "p"),
    ("top_k", "k"),
    ("seed", "seed"),
    ("frequency_penalty", "frequency_penalty"),
    ("presence_penalty", "presence_penalty"),
    ("logprobs", "logprobs"),
)
"""Our names and the wire's (types of the vendor's SDK 7.3.1, read 2026-11-22)."""
CHOICES = {"required": "REQUIRED", "none": "NONE"}
_NO_PLACE = (
    "min_p",
    "repetition_penalty",
    "logit_bias",
    "top_logprobs",
    "n",
    "user",
    "metadata",
    "service_tier",
    "verbosity",
    "store",
    "modalities",
    "voice",
)
"""The API refuses every field it does not know."""


def encode(request: CompletionRequest, /, *, model: str, target: Provenance, profile: Profile, stream: bool) -> Encoded:
    """Return the wire form of `request`, in the order model, stream, tools, output, thinking, limits, sampling, options, messages."""
    draft = CohereDraft(model=model, target=target, profile=profile)
    body: dict[str, Any] = {"model": model}
    if stream:
        body["stream"] = True
    body.update(_tools(request, draft))
    conversation = request.messages
    if request.output is not None:
        conversation = _output(request.output, request, body, draft)
    if request.reasoning is not None:
        body.update(_thinking(request.reasoning, draft))
    limit = request.max_tokens if request.max_tokens is not None else profile.default_max_tokens
    if limit is not None:
        body["max_tokens"] = limit
    for ours, theirs in FIELDS:
        value = getattr(request, ours)
        if value is not None:
            body[theirs] = value
    if request.stop:
        body["stop_sequences"] = list(request.stop)
    draft.leave_out(request, _NO_PLACE, "the format has no place for it")
    draft.unmarked(request.cache)
    written = messages(conversation, draft)
    body.update(_documents(draft))
    given = draft.options(request.options)
    if "documents" in given:
        given["documents"] = [*body.get("documents", ()), *list_of(given["documents"])]
    body.update(given)
    body["messages"] = written
    return Encoded(path=PATH, body=body, warnings=draft.warnings)


def _documents(draft: CohereDraft) -> Object:
    if not draft.documents:
        return {}
    if draft.uncited == len(draft.documents):
        return {"documents": draft.documents, "citation_options": {"mode": "OFF"}}
    return {"documents": draft.documents}


def _tools(request: CompletionRequest, draft: CohereDraft) -> Object:
    fields: Object = {}
    offered, choice = request.tools, request.tool_choice
    if offered and not draft.profile.tools:
        draft.refuse("tools")
    mode = choice.mode if choice is not None else "auto"
    if choice is not None and choice.names and mode != "none":
        draft.warn("emulated", "tool_choice", "only the tools that may be called are offered: the format cannot name them")
        offered = tuple([tool for tool in offered if tool.name in choice.names])
    if offered:
        fields["tools"] = [_tool(tool, draft) for tool in offered]
        fields.update(_strict(offered, draft))
    if mode == "required" and not draft.profile.forced_tools:
        draft.warn("dropped", "tool_choice", "the model cannot be made to call a tool; it is left to choose")
    elif mode in CHOICES:
        fields["tool_choice"] = CHOICES[mode]
    if request.parallel_tool_calls is False:
        draft.warn("dropped", "parallel_tool_calls", "the format has no place for it")
    return fields


def _tool(tool: AnyTool, draft: CohereDraft) -> Object:
    if isinstance(tool, ServerTool):
        draft.refuse(f"the server's own tool {tool.name}")
    draft.unmarked(tool.cache)
    options = draft.options(tool.options)
    function: Object = {"name": tool.name}
    if tool.description is not None:
        function["description"] = tool.description
    function["parameters"] = tool.parameters or {"type": "object", "properties": {}}
    function.update(object_of(options.pop("function", None)))
    return {"type": "function", "function": function, **options}


def _strict(offered: tuple[AnyTool, ...], draft: CohereDraft) -> Object:
    """One switch for all tools."""
    wishes = {tool.strict for tool in offered if isinstance(tool, Tool)} - {None}
    if len(wishes) > 1 or (True in wishes and any(isinstance(tool, Tool) and tool.strict is None for tool in offered)):
        draft.warn("emulated", "tools.strict", "arguments are guaranteed for all tools: the format has one switch")
    return {"strict_tools": True in wishes} if wishes else {}


def _output(output: OutputFormat, request: CompletionRequest, body: Object, draft: CohereDraft) -> tuple[Message, ...]:
    """Say the form of the answer; where it cannot be said, and the caller checks the answer, put it into words."""
    conversation = request.messages
    if output.kind == "text":
        body["response_format"] = {"type": "text"}
        return conversation
    beside_tools = bool(request.tools) and not draft.profile.json_schema_with_tools
    schema = output.schema if output.kind == "json_schema" else None
    if not beside_tools and draft.profile.json_object and (schema is None or draft.profile.json_schema):
        body["response_format"] = {"type": "json_object"} if schema is None else {"type": "json_object", "json_schema": schema}
        return conversation
    if not output.portable:
        draft.refuse("JSON output beside tools" if beside_tools else "JSON output")
    draft.warn("emulated", "output", "the schema is sent in words: the API does not enforce it here")
    wish = Text(text=f"Answer with JSON that fits this JSON Schema:\n{dumps(schema or {})}")
    if conversation and conversation[0].role in ("system", "developer"):
        first = conversation[0]
        return (first.replace(content=(*first.content, wish)), *conversation[1:])
    return (Message(role="system", content=(wish,)), *conversation)


def _thinking(wanted: ReasoningOptions, draft: CohereDraft) -> Object:
    for name in ("summary", "visible"):
        if getattr(wanted, name) is not None:
            draft.warn("dropped", f"reasoning.{name}", "the format has no place for it")
    if draft.profile.reasoning == "none":
        draft.warn("dropped", "reasoning", "the model's thinking cannot be controlled")
        return {}
    if wanted.effort == "none" or (wanted.effort is None and wanted.budget == 0):
        return {"thinking": {"type": "disabled"}}
    if wanted.effort is None and wanted.budget is None:
        return {}
    if draft.profile.reasoning == "toggle":
        draft.warn("emulated", "reasoning", "sent as thinking on: the model knows only on and off")
        return {"thinking": {"type": "enabled"}}
    budget = wanted.budget
    if budget is None:
        budget = BUDGETS[wanted.effort or "medium"]
        draft.warn("emulated", "reasoning.effort", f"sent as a budget of {budget} tokens: the model takes no effort")
    fitted = max(budget, draft.profile.min_budget, 1)
    if draft.profile.max_budget is not None:
        fitted = min(fitted, draft.profile.max_budget)
    if fitted != budget:
        draft.warn("clamped", "reasoning.budget", f"{budget} became {fitted}")
    return {"thinking": {"type": "enabled", "token_budget": fitted}}

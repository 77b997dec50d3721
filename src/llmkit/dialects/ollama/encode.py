"""From a request to a body."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.ollama.dialect_profile import PATH
from llmkit.dialects.ollama.draft import OllamaDraft
from llmkit.dialects.ollama.messages import messages
from llmkit.dialects.openai_chat.wire import Object, object_of
from llmkit.types.dialect import Encoded
from llmkit.types.parts import Provenance
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest, OutputFormat, ReasoningOptions
from llmkit.types.tools import AnyTool, ServerTool

OPTIONS = (
    ("temperature", "temperature"),
    ("top_p", "top_p"),
    ("top_k", "top_k"),
    ("min_p", "min_p"),
    ("seed", "seed"),
    ("frequency_penalty", "frequency_penalty"),
    ("presence_penalty", "presence_penalty"),
    ("repetition_penalty", "repeat_penalty"),
)
"""Our names and those in the body's `options`."""
LEVELS = {"minimal": "low", "low": "low", "medium": "medium", "high": "high", "xhigh": "high", "max": "high"}
_NO_PLACE = ("logit_bias", "n", "user", "metadata", "service_tier", "verbosity", "store", "modalities", "voice")


def encode(request: CompletionRequest, /, *, model: str, target: Provenance, profile: Profile, stream: bool) -> Encoded:
    """Return the wire form of `request`, in the order model, stream, tools, format, thinking, options, messages.

    `options={"ollama": {"keep_alive": ..., "options": {"num_ctx": ...}}}` adds fields; its `options` join those of the request.
    """
    draft = OllamaDraft(model=model, target=target, profile=profile, conversation=request.messages)
    body: dict[str, Any] = {"model": model, "stream": stream}  # The server's default is to stream.
    offered = _offered(request, draft)
    if offered:
        body["tools"] = [_tool(tool, draft) for tool in offered]
    if request.output is not None:
        body.update(_format(request.output, draft))
    if request.reasoning is not None:
        body.update(_think(request.reasoning, draft))
    for name in ("logprobs", "top_logprobs"):
        if getattr(request, name) is not None:
            body[name] = getattr(request, name)
    given = draft.options(request.options)
    options = {**_options(request, profile), **object_of(given.pop("options", None))}
    body.update(given)
    if options:
        body["options"] = options
    draft.leave_out(request, _NO_PLACE, "the format has no place for it")
    draft.unmarked(request.cache)
    body["messages"] = messages(request.messages, draft)
    return Encoded(path=PATH, body=body, warnings=draft.warnings)


def _offered(request: CompletionRequest, draft: OllamaDraft) -> tuple[AnyTool, ...]:
    """Return the tools to offer: the format cannot say how to choose among them."""
    offered, choice = request.tools, request.tool_choice
    if offered and not draft.profile.tools:
        draft.refuse("tools")
    if request.parallel_tool_calls is False:
        draft.warn("dropped", "parallel_tool_calls", "the format has no place for it")
    if choice is None:
        return offered
    if choice.mode == "none":
        if offered:
            draft.warn("emulated", "tool_choice", "no tools are offered")
        return ()
    if choice.names:
        draft.warn("emulated", "tool_choice", "only the tools that may be called are offered")
        offered = tuple([tool for tool in offered if tool.name in choice.names])
    if choice.mode == "required":
        draft.warn("dropped", "tool_choice", "the model cannot be made to call a tool; it is left to choose")
    return offered


def _tool(tool: AnyTool, draft: OllamaDraft) -> Object:
    if isinstance(tool, ServerTool):
        draft.refuse(f"the server's own tool {tool.name}")
    if tool.strict:
        draft.warn("dropped", "tools.strict", "the server does not guarantee arguments")
    draft.unmarked(tool.cache)
    options = draft.options(tool.options)
    function: Object = {"name": tool.name}
    if tool.description is not None:
        function["description"] = tool.description
    function["parameters"] = tool.parameters or {"type": "object", "properties": {}}
    function.update(object_of(options.pop("function", None)))
    return {"type": "function", "function": function, **options}


def _format(output: OutputFormat, draft: OllamaDraft) -> Object:
    if output.kind == "text":
        return {}
    if output.kind == "json_object":
        return {"format": "json"}
    for name in ("name", "description"):
        if getattr(output, name) is not None and not output.portable:
            draft.warn("dropped", f"output.{name}", "a schema has none here")
    return {"format": output.schema or "json"}


def _think(wanted: ReasoningOptions, draft: OllamaDraft) -> Object:
    """Return whether to think; only some models know levels."""
    if wanted.summary is not None:
        draft.warn("dropped", "reasoning.summary", "the format has no place for it")
    if wanted.visible is not None:
        draft.warn("dropped", "reasoning.visible", "the format has no place for it")
    if draft.profile.reasoning == "none":
        draft.warn("dropped", "reasoning", "the model's thinking cannot be controlled")
        return {}
    if wanted.effort == "none" or (wanted.effort is None and wanted.budget == 0):
        return {"think": False}
    if wanted.effort is None and wanted.budget is None:
        return {}
    if wanted.budget is not None:
        draft.warn("emulated", "reasoning.budget", "sent as thinking on: the server takes no budget")
    if draft.profile.reasoning == "toggle" or wanted.effort is None:
        if wanted.effort is not None:
            draft.warn("emulated", "reasoning", "sent as thinking on: the model knows only on and off")
        return {"think": True}
    level = LEVELS[wanted.effort]
    if level != wanted.effort:
        draft.warn("clamped", "reasoning.effort", f"{wanted.effort} became {level}")
    return {"think": level}


def _options(request: CompletionRequest, profile: Profile) -> Object:
    found: Object = {}
    limit = request.max_tokens if request.max_tokens is not None else profile.default_max_tokens
    if limit is not None:
        found["num_predict"] = limit
    for ours, theirs in OPTIONS:
        value = getattr(request, ours)
        if value is not None:
            found[theirs] = value
    if request.stop:
        found["stop"] = list(request.stop)
    return found

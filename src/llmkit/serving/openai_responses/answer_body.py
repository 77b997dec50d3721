"""What a response says beside its output: how it ended, what it used, and what it was asked for."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.openai_chat.wire import Object, object_of
from llmkit.dialects.openai_responses.dialect_profile import PROFILE
from llmkit.dialects.openai_responses.draft import ResponsesDraft
from llmkit.dialects.openai_responses.encode import text_field
from llmkit.dialects.openai_responses.tools import tool_fields
from llmkit.errors import UnsupportedFeature
from llmkit.serving.openai_responses.reading import OURS
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import FinishReason, Logprob
from llmkit.types.tools import Tool
from llmkit.types.usage import Cost, Usage

_ENDS: dict[str, tuple[str, str | None]] = {
    "length": ("incomplete", "max_output_tokens"),
    "content_filter": ("incomplete", "content_filter"),
    "context_exceeded": ("incomplete", None),
    "pause": ("incomplete", None),
    "interrupted": ("incomplete", None),
    "error": ("failed", None),
}


def request_fields(request: CompletionRequest | None) -> Object:
    """Return the fields that repeat the request, null where it says nothing."""
    asked: Object = {"tools": [], "tool_choice": "auto", "parallel_tool_calls": True, "text": {"format": {"type": "text"}}}
    if request is None:
        return {**asked, "instructions": None, "metadata": {}}
    draft = ResponsesDraft(model=request.model, target=OURS, profile=PROFILE)
    try:
        asked |= tool_fields(request, draft)
        asked["text"] = {**object_of(asked["text"]), **(text_field(request, draft) or {})}
    except UnsupportedFeature:
        pass
    asked["tools"] = [{**_TOOL, **tool} if tool.get("type") == "function" else tool for tool in asked["tools"]]
    reasoning = request.reasoning
    return {
        **asked,
        "instructions": None,
        "max_output_tokens": request.max_tokens,
        "metadata": request.metadata or {},
        "reasoning": {"effort": reasoning.effort if reasoning else None, "summary": reasoning.summary if reasoning else None},
        "safety_identifier": request.user,
        "store": request.store,
        "temperature": request.temperature,
        "top_logprobs": request.top_logprobs,
        "top_p": request.top_p,
    }


_TOOL: Object = {"type": "function", "name": "", "parameters": None, "strict": None}
"""The fields of a function that a response always has."""


def end_fields(finish: FinishReason, extra: Object, *, own: bool) -> Object:
    """Return the status and why it is not complete; `extra` is what this format itself said of it, where it made the answer."""
    if own:
        told = {"status": extra["status"]} if tells_end(extra) else {}
        return {**told, "error": None, "incomplete_details": extra.get("incomplete_details")}
    status, reason = _ENDS.get(finish.unified, ("completed", None))
    error = {"code": "server_error", "message": "The answer broke off."} if status == "failed" else None
    return {"status": status, "error": error, "incomplete_details": {"reason": reason} if reason else None}


def tells_end(extra: Object) -> bool:
    """Tell whether a response's members beside the answer are of this format."""
    return isinstance(extra.get("status"), str)


def usage_wire(usage: Usage | None, cost: Cost | None, *, own: bool) -> Object | None:
    """Return the usage: cached tokens count inside the input, thinking inside the output."""
    if usage is None:
        return None
    written = usage.cache_write + usage.cache_write_5m + usage.cache_write_1h
    wire: Object = {
        "input_tokens": usage.input,
        "input_tokens_details": {"cached_tokens": usage.cache_read, "cache_write_tokens": written},
        "output_tokens": usage.output,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning},
        "total_tokens": usage.total,
    }
    told: Any = msgspec.json.decode(usage.raw) if own and usage.raw else {}
    if not isinstance(told, dict) or not told:
        return {**wire, "cost": float(cost.usd)} if cost is not None and cost.usd is not None else wire
    details = ("input_tokens_details", "output_tokens_details")
    return {**wire, **told, **{name: {**wire[name], **object_of(told.get(name))} for name in details}}


def logprobs_wire(logprobs: tuple[Logprob, ...]) -> list[Object]:
    """Return the probabilities of a text's tokens."""
    return [{**_logprob(one), "top_logprobs": [_logprob(rival) for rival in one.top]} for one in logprobs]


def custom_tools(request: CompletionRequest | None) -> frozenset[str]:
    """Return the names of the tools that take free text."""
    if request is None:
        return frozenset()
    draft = ResponsesDraft(model=request.model, target=OURS, profile=PROFILE)
    return frozenset(
        [tool.name for tool in request.tools if isinstance(tool, Tool) and draft.options(tool.options).get("type") == "custom"]
    )


def _logprob(one: Logprob) -> Object:
    octets = one.bytes if one.bytes is not None else tuple(one.token.encode("utf-8", "replace"))
    return {"token": one.token, "bytes": list(octets), "logprob": max(one.logprob, -9999.0)}

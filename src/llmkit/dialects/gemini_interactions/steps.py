"""The steps of an interaction into parts."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.arguments import tool_call
from llmkit.dialects.gemini.wire import Fields, read_any, string_of
from llmkit.dialects.gemini_interactions.content import MEDIA, content_part
from llmkit.dialects.gemini_interactions.tool_names import CALL_NAMES
from llmkit.dialects.gemini_interactions.wire import read_call
from llmkit.types.parts import InvalidToolCall, Part, Provenance, Reasoning, ServerToolCall, ServerToolResult, ToolCall, Unknown

OUTPUT = "model_output"
CONTENT = frozenset({"text", *MEDIA})
"""Blocks that stood among the steps themselves in the preview of the API."""


def step_parts(raw: msgspec.Raw | bytes, origin: Provenance) -> list[Part]:
    """Return the parts of one step; nothing of it is lost: what has no type of its own is an `Unknown`."""
    step = read_any(raw)
    native = msgspec.Raw(bytes(raw))
    if not isinstance(step, dict):
        return [Unknown(kind=type(step).__name__, origin=origin, native=native)]
    kind = str(step.get("type"))
    if kind == OUTPUT:
        return _output(step, origin)
    if kind in CONTENT:
        part = content_part(step, origin)
        return [] if part is None else [part]
    return [step_part(kind, step, native, origin)]


def step_part(kind: str, step: Fields, native: msgspec.Raw, origin: Provenance) -> Part:
    """Return the one part of a step that is no output."""
    if kind == "thought":
        return Reasoning(
            text=summary_text(step.get("summary")),
            signature=string_of(step.get("signature")),
            summary=True,
            origin=origin,
            native=native,
        )
    if kind == "function_call":
        return _call(step, native, origin)
    if kind.endswith("_call"):
        arguments = step.get("arguments")
        return ServerToolCall(
            id=string_of(step.get("id")) or "",
            name=server_name(kind.removesuffix("_call")),
            arguments=arguments if isinstance(arguments, dict) else {},
            origin=origin,
            native=native,
        )
    if kind.endswith("_result"):
        name = server_name(kind.removesuffix("_result"))
        id_ = string_of(step.get("call_id")) or ""
        return ServerToolResult(id=id_, name=name, is_error=step.get("is_error") is True, origin=origin, native=native)
    return Unknown(kind=kind, origin=origin, native=native)


def server_name(kind: str) -> str:
    """Return our name of a tool of the provider's."""
    return CALL_NAMES.get(kind, kind)


def summary_text(summary: Any) -> str:
    """Return the words of a thought's summary."""
    blocks = summary if isinstance(summary, list) else ()
    return "".join([str(block.get("text") or "") for block in blocks if isinstance(block, dict) and block.get("type", "text") == "text"])


def _output(step: Fields, origin: Provenance) -> list[Part]:
    blocks = step.get("content")
    found = [content_part(block, origin) for block in (blocks if isinstance(blocks, list) else ())]
    parts = [part for part in found if part is not None]
    beside = {name: value for name, value in step.items() if name != "content" and value is not None}
    if len(beside) > 1:  # such as the error that ended this step
        parts.append(Unknown(kind=OUTPUT, origin=origin, native=msgspec.Raw(msgspec.json.encode(beside))))
    return parts


def _call(step: Fields, native: msgspec.Raw, origin: Provenance) -> ToolCall | InvalidToolCall:
    given = step.get("arguments")
    text = given if isinstance(given, str) else "" if given is None else bytes(read_call(native).arguments).decode()
    return tool_call(
        string_of(step.get("id")) or "",
        string_of(step.get("name")) or "",
        text,
        signature=string_of(step.get("signature")),
        origin=origin,
        native=native,
    )

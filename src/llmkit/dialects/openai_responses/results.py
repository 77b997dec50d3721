"""What tools answered, as the kind of item that fits the call."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.wire import Object, dumps, objects_of, text_of
from llmkit.dialects.openai_responses.contents import content_of, plain
from llmkit.dialects.openai_responses.draft import ResponsesDraft
from llmkit.types.parts import MediaFields, Text, ToolResult

OUTPUTS = {
    "custom_tool_call": "custom_tool_call_output",
    "computer_call": "computer_call_output",
    "shell_call": "shell_call_output",
    "local_shell_call": "local_shell_call_output",
    "apply_patch_call": "apply_patch_call_output",
    "tool_search_call": "tool_search_output",
    "mcp_approval_request": "mcp_approval_response",
}
"""Kind of call to kind of its answer."""


def result_item(result: ToolResult, draft: ResponsesDraft, pending: list[Any]) -> Any:
    """Return the item of a result; media that a result may not hold go to `pending`, for a user's turn after it."""
    if draft.native(result) and not result.options:
        return result.native
    options = draft.options(result.options)
    kind = text_of(options.pop("type", None)) or _kind(result, draft)
    identity = draft.call_id(result.id)
    match kind:
        case "mcp_approval_response":
            answer = result.structured or {}
            wire: Object = {"approval_request_id": identity, "approve": bool(answer.get("approve", not result.is_error))}
            if text_of(answer.get("reason")):
                wire["reason"] = answer["reason"]
        case "apply_patch_call_output":
            wire = {"call_id": identity, "status": "failed" if result.is_error else "completed", "output": _words(result)}
        case "shell_call_output":
            wire = {"call_id": identity, "output": _shell(result)}
        case "local_shell_call_output":
            wire = {"id": identity, "output": _words(result)}
        case "tool_search_output":
            found = objects_of((result.structured or {}).get("tools"))
            wire = {"call_id": identity, "execution": "client", "status": "completed", "tools": found}
        case "computer_call_output":
            wire = {"call_id": identity, "output": _screenshot(result, draft)}
        case _:
            if result.is_error:
                draft.warn("lossy", "tool_result.is_error", "A result cannot say that it is an error.")
            wire = {"call_id": identity, "output": _output(result, draft, pending)}
    return {"type": kind, **wire, **options}


def _kind(result: ToolResult, draft: ResponsesDraft) -> str:
    kind = OUTPUTS.get(draft.calls.get(result.id, ""), "function_call_output")
    if kind == "tool_search_output" and "tools" not in (result.structured or {}):
        return "function_call_output"  # A search may be answered in words too.
    return kind


def _output(result: ToolResult, draft: ResponsesDraft, pending: list[Any]) -> Any:
    blocks: list[Any] = []
    media: list[Any] = []
    for part in result.content:
        block = content_of(part, draft)
        if block is not None:
            (media if isinstance(part, MediaFields) and not draft.profile.media_in_results else blocks).append(block)
    if result.cache is not None and blocks and (mark := draft.breakpoint(result.cache)) is not None:
        blocks[-1] = {**blocks[-1], "prompt_cache_breakpoint": mark}
    if media:
        draft.warn("emulated", "messages", "Media of a tool's result follow in a user's message.")
        pending.append({"type": "input_text", "text": f"What the tool returned for call {result.id}:"})
        pending.extend(media)
    if not blocks and result.structured is not None:
        return dumps(result.structured)
    return plain(blocks) if blocks else ""


def _words(result: ToolResult) -> str:
    said = "".join([part.text for part in result.content if isinstance(part, Text)])
    return said or (dumps(result.structured) if result.structured is not None else "")


def _shell(result: ToolResult) -> list[Object]:
    told = objects_of((result.structured or {}).get("output"))
    if told:
        return told
    ended = {"type": "exit", "exit_code": 1 if result.is_error else 0}
    return [{"stdout": "" if result.is_error else _words(result), "stderr": _words(result) if result.is_error else "", "outcome": ended}]


def _screenshot(result: ToolResult, draft: ResponsesDraft) -> Object:
    for part in result.content:
        block = content_of(part, draft)
        if block is not None and block.get("type") == "input_image":
            return {**block, "type": "computer_screenshot"}
    draft.refuse("a computer's answer without a picture of the screen")

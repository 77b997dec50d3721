"""A conversation as the wire's list of items."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.openai_chat.wire import Object, list_of, object_of, text_of
from llmkit.dialects.openai_responses.contents import content_of, plain
from llmkit.dialects.openai_responses.draft import ResponsesDraft
from llmkit.dialects.openai_responses.replay import left_behind
from llmkit.dialects.openai_responses.results import result_item
from llmkit.dialects.openai_responses.turns import Turn
from llmkit.types.messages import Message
from llmkit.types.parts import InvalidToolCall, Part, ServerToolCall, Text, ToolCall, ToolResult, Unknown
from llmkit.types.requests import CompletionRequest
from llmkit.types.tools import Tool

INSTRUCTIONS = "instructions"
"""Option of a system message at the head: send it as the request's instructions, not as an item."""


def split_instructions(messages: tuple[Message, ...], draft: ResponsesDraft) -> tuple[str | None, tuple[Message, ...]]:
    """Return the instructions, and the messages that are items."""
    if not messages or messages[0].role not in ("system", "developer") or not messages[0].options:
        return None, messages
    first = messages[0]
    if not draft.options(first.options).get(INSTRUCTIONS) or not all(isinstance(part, Text) for part in first.content):
        return None, messages
    return first.text, messages[1:]


def items(request: CompletionRequest, messages: tuple[Message, ...], draft: ResponsesDraft) -> list[Any]:
    """Return the wire's items. Pictures that results may not hold follow them in a user's message of their own."""
    draft.calls = _kinds_of_calls(request, draft)
    found: list[Any] = []
    pending: list[Any] = []
    for message in messages:
        words = _only_words(message)
        if words is not None and not pending:
            found.append({"type": "message", "role": _role(message, draft), "content": words})
            continue
        if pending and not any(isinstance(part, ToolResult) for part in message.content):
            found.append({"type": "message", "role": "user", "content": pending.copy()})
            pending.clear()
        found += _items(message, draft, pending)
    if pending:
        found.append({"type": "message", "role": "user", "content": pending})
    return found


def _items(message: Message, draft: ResponsesDraft, pending: list[Any]) -> list[Any]:
    """Return the items of a message: runs of contents, and between them what is an item by itself."""
    found: list[Any] = []
    run: list[Part] = []
    for part in message.content:
        if isinstance(part, ToolResult):
            found += _run(message, run, draft)
            found.append(result_item(part, draft, pending))
            run = []
        else:
            run.append(part)
    if run or not message.content:
        found += _run(message, run, draft)
    if message.name is not None:
        draft.warn("dropped", "messages.name", "Messages have no name here.")
    options = draft.options(message.options)
    if options and found:
        found[-1] = {**(found[-1] if isinstance(found[-1], dict) else msgspec.json.decode(found[-1])), **options}
    return found


def _run(message: Message, parts: list[Part], draft: ResponsesDraft) -> list[Any]:
    if message.role == "assistant":
        if message.cache is not None:
            draft.warn("dropped", "cache", "The model's own turn cannot carry a cache mark.")
        return Turn(tuple(parts), draft).items
    if not parts and message.content:
        return []
    found: list[Any] = []
    blocks: list[Any] = []
    for part in parts:
        if not draft.native(part):
            block = content_of(part, draft)
            if block is not None:
                blocks.append(block)
        elif not isinstance(part, Unknown) or not left_behind(part, draft):
            item: Object = msgspec.json.decode(part.native)
            if item.get("type") == "message" and item.get("role") == message.role and set(item) == {"type", "role", "content"}:
                blocks += list_of(item.get("content"))
            else:
                found += _message(message, blocks, draft)
                found.append(part.native)
                blocks = []
    if parts and found and not blocks:
        return found
    if parts and not blocks:
        return []  # All of it stays behind, as the warnings say.
    return [*found, *_message(message, blocks, draft, empty=not parts)]


def _message(message: Message, blocks: list[Any], draft: ResponsesDraft, *, empty: bool = False) -> list[Any]:
    if not blocks and not empty:
        return []
    mark = draft.breakpoint(message.cache)
    if mark is not None and blocks:
        blocks[-1] = {**blocks[-1], "prompt_cache_breakpoint": mark}
    content = plain(blocks) if not draft.options(message.options) else blocks  # One with an id or a status has a list.
    return [{"type": "message", "role": _role(message, draft), "content": content if blocks else ""}]


def _role(message: Message, draft: ResponsesDraft) -> str:
    wanted = draft.profile.system_role
    if message.role in ("system", "developer") and wanted:
        if wanted == "user":
            draft.warn("emulated", "messages", f"A {message.role} message is sent as a user's.")
        return wanted
    return "user" if message.role == "tool" else message.role


def _only_words(message: Message) -> str | None:
    """Return the text of a message that is nothing but one plain text: the common case, quickly."""
    if len(message.content) != 1 or message.name is not None or message.options or message.cache is not None:
        return None
    part = message.content[0]
    if type(part) is not Text or part.native or part.citations or part.options or part.cache is not None:
        return None
    return part.text


def _kinds_of_calls(request: CompletionRequest, draft: ResponsesDraft) -> dict[str, str]:
    """Return what kind of item each call was that is not a plain function's: its answer must be of the kind that fits."""
    custom = {tool.name for tool in request.tools if isinstance(tool, Tool) and draft.options(tool.options).get("type") == "custom"}
    found: dict[str, str] = {}
    for message in request.messages:
        if message.role != "assistant":
            continue
        for part in message.content:
            if not isinstance(part, ToolCall | InvalidToolCall | ServerToolCall):
                continue
            if draft.native(part):
                kind = text_of(object_of(msgspec.json.decode(part.native)).get("type"))
                if kind != "function_call":
                    found[part.id] = kind
            elif kind := text_of(draft.options(part.options).get("type")):
                found[part.id] = kind
            elif part.name in custom:
                found[part.id] = "custom_tool_call"
    return found

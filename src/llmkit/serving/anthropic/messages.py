"""The conversation of a client's request into messages."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.anthropic.dialect_profile import NAME
from llmkit.dialects.anthropic.draft import AS_BLOCKS, SEPARATE
from llmkit.serving.anthropic.blocks import parse_content, spelled_as_blocks
from llmkit.serving.anthropic.fields import Fields, malformed
from llmkit.types.messages import Message
from llmkit.types.parts import Part, Role, ToolResult

_ROLES: tuple[Role, ...] = ("user", "assistant", "system")


def parse_messages(system: Any, turns: list[Any]) -> tuple[Message, ...]:
    """Return the messages of a body: its instructions first."""
    messages: list[Message] = []
    if system is not None:
        parts = parse_content(system, "system")
        options = {NAME: {AS_BLOCKS: True}} if spelled_as_blocks(system, parts) else {}
        messages.append(Message(role="system", content=parts, options=options))
    for place, turn in enumerate(turns):
        messages += _turn(turn, f"messages.{place}", after_results=bool(messages) and messages[-1].role == "tool")
    return tuple(messages)


def _turn(turn: Any, path: str, *, after_results: bool) -> list[Message]:
    fields = Fields(turn, path)
    role = fields.need("role", str, "user, assistant or system")
    if role not in _ROLES:
        malformed(fields.at("role"), "user, assistant or system")
    content = fields.need("content", (str, list), "a string or a list of blocks")
    parts = parse_content(content, fields.at("content"))
    if role == "system":
        fields.put("role", "system")  # Here on purpose: it must not move to the top.
    if spelled_as_blocks(content, parts):
        fields.put(AS_BLOCKS, True)
    results = _leading_results(parts) if role == "user" else 0
    if not results:
        if role == "user" and after_results:
            fields.put(SEPARATE, True)
        return [Message(role=role, content=parts, options=fields.rest())]
    separate = {NAME: {SEPARATE: True}} if after_results else {}
    rest = parts[results:]
    if not rest:
        options = {NAME: {**fields.rest().get(NAME, {}), **separate.get(NAME, {})}}
        return [Message(role="tool", content=parts, options=options if options[NAME] else {})]
    return [
        Message(role="tool", content=parts[:results], options=separate),
        Message(role="user", content=rest, options=fields.rest()),
    ]


def _leading_results(parts: tuple[Part, ...]) -> int:
    return next((place for place, part in enumerate(parts) if not isinstance(part, ToolResult)), len(parts))

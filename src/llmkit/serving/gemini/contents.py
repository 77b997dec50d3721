"""The turns of a client's conversation into messages."""

from __future__ import annotations

from typing import Any

from llmkit.serving.gemini.call_log import CallLog
from llmkit.serving.gemini.fields import Fields, malformed
from llmkit.serving.gemini.parts import parse_part
from llmkit.types.messages import Message
from llmkit.types.parts import Part, Role, ToolResult


def parse_conversation(body: Fields) -> tuple[Message, ...]:
    """Take `systemInstruction` and `contents`. Raises `InvalidRequest` where there is no turn."""
    calls = CallLog()
    messages: list[Message] = []
    instruction = body.object("systemInstruction")
    if instruction is not None:
        fields = Fields(instruction, "systemInstruction")
        parts = _parts(fields, calls)
        messages.append(Message(role="system", content=parts, options=fields.options()))
    turns = body.items("contents")
    if not turns:
        malformed("contents", "a list of turns")
    after_results = False
    for place, turn in enumerate(turns):
        message, after_results = _turn(turn, f"contents[{place}]", calls, after_results=after_results)
        messages.append(message)
    return tuple(messages)


def _turn(turn: Any, path: str, calls: CallLog, *, after_results: bool) -> tuple[Message, bool]:
    """Return the message; `after_results`: a turn of tool results stands before it, which encoding would join it to."""
    fields = Fields(turn, path)
    said = fields.text("role")
    stated = "parts" in fields
    parts = _parts(fields, calls)
    if not stated:
        fields.put("parts", None)
    results = bool(parts) and all(isinstance(part, ToolResult) for part in parts)
    role: Role = "assistant" if said == "model" else "tool" if results else "user"
    if said not in ("model", "user") or (results and (after_results or said != "user")):
        fields.put("role", said)
    return Message(role=role, content=parts, options=fields.options()), results and role == "tool"


def _parts(fields: Fields, calls: CallLog) -> tuple[Part, ...]:
    return tuple([parse_part(part, f"{fields.at('parts')}[{place}]", calls) for place, part in enumerate(fields.items("parts"))])

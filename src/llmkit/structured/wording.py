"""What is said to the model in words: the schema, and what was wrong with its answer."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.types.messages import Message
from llmkit.types.parts import InvalidToolCall, Part, Text, ToolCall, ToolResult

TOOL = "Give the answer by calling this tool."


def described(schema: dict[str, Any]) -> str:
    """Return the description of the tool that stands for the answer."""
    own = schema.get("description")
    return f"{TOOL} {own}" if isinstance(own, str) and own else TOOL


def wish(messages: tuple[Message, ...], schema: dict[str, Any]) -> tuple[Message, ...]:
    """Return the conversation with the schema in words, at the end of its instructions: prompts that are cached stay as they are."""
    words = Text(
        text=f"Answer with one JSON object that fits this JSON Schema, and with nothing else:\n{msgspec.json.encode(schema).decode()}"
    )
    if messages and messages[0].role in ("system", "developer"):
        first = messages[0]
        return (first.replace(content=(*first.content, words)), *messages[1:])
    return (Message(role="system", content=(words,)), *messages)


def complaint(problem: str) -> str:
    """Return what the model is told about an answer that does not fit."""
    return f"This answer is not valid: {problem}. Answer again, with JSON that fits the schema."


def as_words(messages: tuple[Message, ...], tool: str) -> tuple[Message, ...]:
    """Return the conversation with calls of the answering tool `tool`, and their results, as text: the tool is not there any more."""
    parts = [part for message in messages for part in message.content]
    calls = {part.id for part in parts if isinstance(part, ToolCall | InvalidToolCall) and part.name == tool}
    if not calls:
        return messages
    return tuple([_spoken(message, tool, calls) for message in messages])


def _spoken(message: Message, tool: str, calls: set[str]) -> Message:
    content: list[Part] = []
    told = False
    for part in message.content:
        if isinstance(part, ToolCall | InvalidToolCall) and part.name == tool:
            words = part.json or (msgspec.json.encode(part.arguments).decode() if isinstance(part, ToolCall) else "")
            content.append(Text(text=words))
        elif isinstance(part, ToolResult) and part.id in calls:
            content.extend(part.content)
            told = True
        else:
            content.append(part)
    whole = told and not any(isinstance(part, ToolResult) for part in content)
    return message.replace(content=tuple(content), role="user") if whole else message.replace(content=tuple(content))

"""Parse a client's request body: Chat Completions under Mistral's names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from llmkit.dialects.mistral.dialect_profile import NAME
from llmkit.dialects.openai_chat.dialect_profile import NAME as THEIRS
from llmkit.serving.openai_chat.request import parse_request as parse_chat
from llmkit.types.messages import Message
from llmkit.types.parts import Part, PartFields, ToolResult
from llmkit.types.requests import CompletionRequest
from llmkit.types.tools import Tool

_Held = TypeVar("_Held", Message, Tool, CompletionRequest)


def parse_request(body: dict[str, Any], *, path: str = "", headers: Mapping[str, str] = {}) -> CompletionRequest:
    """Return the request in `body`. Raises `InvalidRequest` naming the field that is wrong."""
    renamed = {"seed" if name == "random_seed" else name: value for name, value in body.items()} if isinstance(body, dict) else body
    request = parse_chat(renamed, path=path, headers=headers)
    return _ours(request).replace(
        messages=tuple([_message(message) for message in request.messages]),
        tools=tuple([_ours(tool) if isinstance(tool, Tool) else tool for tool in request.tools]),
    )


def _message(message: Message) -> Message:
    return _ours(message).replace(content=tuple([_part(part) for part in message.content]))


def _part(part: Part) -> Part:
    """Return `part` with what it keeps of the wire under this format's name."""
    changes: dict[str, Any] = {}
    if part.origin is not None:
        changes["origin"] = part.origin.replace(dialect=NAME)
    if part.options:
        changes["options"] = _renamed(part)
    if isinstance(part, ToolResult):
        changes["content"] = tuple([_part(inner) for inner in part.content])
    return part.replace(**changes) if changes else part


def _ours(holder: _Held) -> _Held:
    return holder.replace(options=_renamed(holder)) if holder.options else holder


def _renamed(holder: PartFields | Message | Tool | CompletionRequest) -> dict[str, dict[str, Any]]:
    return {NAME if name == THEIRS else name: value for name, value in holder.options.items()}

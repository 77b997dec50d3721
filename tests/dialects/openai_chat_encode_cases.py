"""Requests and what is sent of them, for tests."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from llmkit.dialects import openai_chat
from llmkit.types.dialect import Encoded
from llmkit.types.messages import Message
from llmkit.types.parts import (
    Part,
    ToolCall,
)
from llmkit.types.requests import CompletionRequest
from tests.dialects.openai_chat_cases import ORIGIN

PNG = b"\x89PNG\r\n\x1a\n"


HELLO = (Message.user("Hello"),)


def sent(request: CompletionRequest, *, stream: bool = False, **facts: Any) -> Encoded:
    """Return the encoded request, its body as the server would read it."""
    profile = openai_chat.PROFILE.merged(facts)
    encoded = openai_chat.encode(request, model=request.model, target=ORIGIN, profile=profile, stream=stream)
    encoded.body = json.loads(msgspec.json.encode(encoded.body))
    return encoded


def request(*messages: Message, **settings: Any) -> CompletionRequest:
    return CompletionRequest(model="m", messages=messages or HELLO, **settings)


def wire(*messages: Message, **facts: Any) -> list[Any]:
    """Return the messages that are sent."""
    found: list[Any] = sent(request(*messages), **facts).body["messages"]
    return found


def answered(*parts: Part, **facts: Any) -> dict[str, Any]:
    """Return the one assistant message that says `parts`."""
    (found,) = wire(Message.assistant(*parts), **facts)
    assert isinstance(found, dict)
    return found


def warned(encoded: Encoded) -> list[tuple[str, str]]:
    return [(warning.kind, warning.parameter) for warning in encoded.warnings]


CALL = ToolCall(id="c", name="f", arguments={"a": 1}, json='{ "a": 1 }')

"""What was said, as plain data fit to be kept: cut, redacted, without the bytes of media."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from llmkit.types.messages import Message
from llmkit.types.parts import (
    Audio,
    Document,
    Image,
    InvalidToolCall,
    Part,
    Reasoning,
    Refusal,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
    Video,
)

Redact: TypeAlias = Callable[[str], str]
Object: TypeAlias = dict[str, Any]
OMITTED = "[omitted: the redaction failed]"
LONGEST = 20_000
"""Characters kept of each text."""


def unchanged(text: str) -> str:
    """Return `text`: nothing is to be hidden in it."""
    return text


class Content:
    """Renders messages in the words of the GenAI semantic conventions. A text whose redaction fails is left out."""

    def __init__(self, redact: Redact | None = None) -> None:
        self._redact = redact or unchanged

    def system(self, messages: Iterable[Message]) -> list[Object]:
        """Return the parts of all instructions."""
        return [part for message in messages if message.role in ("system", "developer") for part in self.parts(message.content)]

    def conversation(self, messages: Iterable[Message]) -> list[Object]:
        """Return the turns, without instructions."""
        turns = [message for message in messages if message.role not in ("system", "developer")]
        return [{"role": message.role, "parts": self.parts(message.content)} for message in turns]

    def answer(self, content: tuple[Part, ...], finish: str) -> Object:
        """Return a model's turn."""
        return {"role": "assistant", "parts": self.parts(content), "finish_reason": finish}

    def texts(self, role: str, texts: Iterable[str]) -> list[Object]:
        """Return texts that are no conversation as one turn; nothing where there are none."""
        parts = [{"type": "text", "content": self.text(text)} for text in texts]
        return [{"role": role, "parts": parts}] if parts else []

    def parts(self, content: Iterable[Part]) -> list[Object]:
        """Return each part."""
        return [self._part(part) if part.trust is None else {**self._part(part), "trust": part.trust} for part in content]

    def _part(self, part: Part) -> Object:
        match part:
            case Text():
                return {"type": "text", "content": self.text(part.text)}
            case Reasoning():
                return {"type": "reasoning", "content": self.text(part.text)}
            case Refusal():
                return {"type": "refusal", "content": self.text(part.text)}
            case ToolCall():
                return {"type": "tool_call", "id": part.id, "name": part.name, "arguments": self._json(part.arguments)}
            case InvalidToolCall():
                return {"type": "tool_call", "id": part.id, "name": part.name, "arguments": self.text(part.json)}
            case ToolResult():
                return {"type": "tool_call_response", "id": part.id, "response": self.parts(part.content)}
            case Image() | Audio() | Video() | Document():
                return self._medium(part)
            case Unknown():
                return {"type": part.kind}
            case _:
                return {"type": type(part).__struct_config__.tag}

    def _medium(self, part: Image | Audio | Video | Document) -> Object:
        about: Object = {"modality": type(part).__struct_config__.tag, "mime_type": part.media_type}
        if part.url is not None:
            return {"type": "uri", **about, "uri": self.text(part.url)}
        if part.file_id is not None:
            return {"type": "file", **about, "file_id": part.file_id}
        words = part.text if isinstance(part, Document) and part.text is not None else None
        return {"type": "blob", **about, **({"content": self.text(words)} if words is not None else {"bytes": len(part.data or b"")})}

    def _json(self, value: Any) -> Any:
        """Return the redacted value; as text where redaction left no JSON."""
        text = self.text(json.dumps(value, ensure_ascii=False, default=str))
        try:
            return json.loads(text)
        except ValueError:
            return text

    def text(self, text: str) -> str:
        """Return `text` redacted, then cut: what is cut first could hide a match."""
        try:
            shown = self._redact(text)
        except Exception:  # the user's function; what it could not look at is not shown
            return OMITTED
        if not isinstance(shown, str):
            return OMITTED
        return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"

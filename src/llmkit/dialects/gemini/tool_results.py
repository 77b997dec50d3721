"""What tools answered: function responses, which need the name of the function that was called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from llmkit.dialects.gemini.call_ids import wire_id
from llmkit.dialects.gemini.draft import Block, GeminiDraft, laid_over
from llmkit.dialects.gemini.media import media_block
from llmkit.errors import InvalidRequest
from llmkit.types.messages import Message
from llmkit.types.parts import Audio, Document, Image, InvalidToolCall, Part, Refusal, Text, ToolCall, ToolResult, Unknown, Video


class ToolResults:
    """Knows the calls that were made so far."""

    __slots__ = ("_draft", "_names")

    def __init__(self, draft: GeminiDraft) -> None:
        self._draft = draft
        self._names: dict[str, str] = {}

    def note(self, message: Message) -> None:
        """Remember the calls in `message`."""
        self._names |= {part.id: part.name for part in message.content if isinstance(part, ToolCall | InvalidToolCall)}

    def block(self, part: ToolResult) -> dict[str, Any]:
        """Return the block of `part`. Raises `InvalidRequest` where no call tells the function's name."""
        name = part.name if part.name is not None else self._names.get(part.id)
        if name is None:
            raise InvalidRequest(
                f"The tool result {part.id!r} answers no call of the conversation.", parameter="messages", hint="Give its name."
            )
        response: dict[str, Any] = {}
        if (id_ := wire_id(part.id)) is not None:
            response["id"] = id_
        response["name"] = name
        response["response"] = self._response(part)
        if media := [block for item in part.content if (block := self._media(item)) is not None]:
            response["parts"] = media
        return {"functionResponse": response}

    def _media(self, item: Part) -> Block | None:
        if isinstance(item, Unknown):
            return item.native if item.native and not self._draft.foreign(item) else None
        if isinstance(item, Image | Audio | Video | Document):
            return laid_over(media_block(item, self._draft), self._draft.options(item.options))
        return None

    def _response(self, part: ToolResult) -> dict[str, Any]:
        key = "error" if part.is_error else "output"
        if part.structured is not None:
            return {key: part.structured} if part.is_error and "error" not in part.structured else part.structured
        return {key: "\n".join(self._words(part.content))}

    def _words(self, content: Iterable[Part]) -> Iterable[str]:
        for item in content:
            if isinstance(item, Text | Refusal):
                yield item.text
            elif not isinstance(item, Image | Audio | Video | Document | Unknown) or self._media(item) is None:
                self._draft.warn("dropped", "messages", f"A {type(item).__name__} has no place in a tool result here.")

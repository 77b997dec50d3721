"""The model's own turns as items: its wire blocks as they came, whatever else may be said again translated."""

from __future__ import annotations

from typing import Any, assert_never

import msgspec

from llmkit.dialects.arguments import arguments_json
from llmkit.dialects.openai_chat.wire import Object, text_of
from llmkit.dialects.openai_responses.contents import plain
from llmkit.dialects.openai_responses.draft import ResponsesDraft
from llmkit.dialects.openai_responses.items import contents
from llmkit.dialects.openai_responses.replay import left_behind
from llmkit.types.parts import (
    Audio,
    Citation,
    Compaction,
    Document,
    Image,
    InvalidToolCall,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
    Video,
)

_NAMED = frozenset({"message", "function_call", "custom_tool_call", "reasoning"})
"""Items that may go without their id."""


class Turn:
    """One turn of the model on its way to the wire."""

    __slots__ = ("_bare", "_draft", "_last", "_said", "items")

    def __init__(self, parts: tuple[Part, ...], draft: ResponsesDraft) -> None:
        self.items: list[Any] = []
        self._draft = draft
        self._said: list[Object] = []
        self._last: msgspec.Raw | Object | None = None
        """The item before, where it is a message that its neighbours may belong to."""
        # An id is refused without the reasoning that it followed ("provided without its required 'reasoning' item"), and elsewhere.
        self._bare = any(draft.moved(part) or (isinstance(part, Reasoning) and left_behind(part, draft)) for part in parts)
        for part in parts:
            self._add(part)
        self._flush()
        if self._bare:
            self.items = [_without_id(item) for item in self.items]

    def _add(self, part: Part) -> None:
        draft = self._draft
        if part.cache is not None:
            draft.warn("dropped", "cache", "The model's own turn cannot carry a cache mark.")
        if left_behind(part, draft):
            return
        if draft.native(part):
            self._replay(part)
            return
        block = self._block(part)
        if block is not None:
            self._said.append(block)
            return
        item = self._item(part)
        if item is not None:
            self._put(item)

    def _put(self, item: Any) -> None:
        self._flush()
        self._last = None
        self.items.append(item)

    def _flush(self) -> None:
        """Put the words gathered so far into a message."""
        if self._said:
            self._last = None
            self.items.append({"type": "message", "role": "assistant", "content": plain(self._said)})
            self._said = []

    def _replay(self, part: Part) -> None:
        """Add a wire block: byte for byte unless something of it must differ."""
        self._flush()
        options = self._draft.options(part.options)
        item: msgspec.Raw | Object = part.native
        if isinstance(part, ToolCall | InvalidToolCall) and (identity := self._draft.call_id(part.id)) != part.id:
            options = {"call_id": identity, **options}
        if options:
            item = {**_object(part.native), **options}
        if isinstance(part, Text | Refusal | Unknown):
            if self._joined(item):
                return
            self.items.append(item)
            self._last = item
            return
        self._put(item)

    def _joined(self, item: msgspec.Raw | Object) -> bool:
        """Add a message's content to the item before it where both are one message."""
        if self._last is None:
            return False
        last, more = _object(self._last), _object(item)
        if not last.get("id") or _head(last) != _head(more) or "content" not in last:
            return False
        self._last = self.items[-1] = {**last, "content": [*contents(last), *contents(more)]}
        return True

    def _block(self, part: Part) -> Object | None:
        """Return words as a content of a message, None for what is no words."""
        match part:
            case Text():
                if part.citations:
                    self._draft.warn("lossy", "citations", "Another format's citations are not sent.")
                return {"type": "output_text", "text": part.text, **self._draft.options(part.options)}
            case Refusal():
                return {"type": "refusal", "refusal": part.text}
            case Audio() if part.transcript:
                self._draft.warn("emulated", "audio", "A spoken answer is sent as its transcript.")
                return {"type": "output_text", "text": part.transcript}
            case Compaction() if self._draft.foreign(part) and part.text:
                self._draft.warn("lossy", "compaction", "Another provider's summary is sent as plain text.")
                return {"type": "output_text", "text": part.text}
        return None

    def _item(self, part: Part) -> Object | None:
        draft = self._draft
        match part:
            case ToolCall() | InvalidToolCall():
                return self._call(part)
            case Reasoning():
                return _reasoning(part, draft)
            case Compaction() if part.encrypted is not None and not draft.foreign(part):
                return {"type": "compaction", "encrypted_content": part.encrypted, **draft.options(part.options)}
            case Compaction():
                draft.warn("dropped", "compaction", "Another provider's summary cannot be read.")
            case ServerToolCall() | ServerToolResult():
                draft.warn("dropped", "server_tool", "A provider's own call is sent only as the item it came as.")
            case Image() | Audio() | Video() | Document():
                draft.warn("dropped", "media", "The model's own turn cannot hold media here.")
            case Citation():
                draft.warn("dropped", "citations", "A citation outside a text cannot be sent.")
            case Unknown():
                draft.warn("dropped", part.kind or "content", "A block of another format cannot be sent here.")
            case Text() | Refusal() | ToolResult():
                pass
            case _:
                assert_never(part)
        return None

    def _call(self, part: ToolCall | InvalidToolCall) -> Object:
        draft = self._draft
        if part.signature is not None:
            draft.warn("lossy", "tool_call.signature", "The signature of another format is not sent.")
        options = draft.options(part.options)
        wire: Object = {"type": "function_call", "call_id": draft.call_id(part.id), "name": part.name}
        if options.get("type") == "custom_tool_call" or draft.calls.get(part.id) == "custom_tool_call":
            text = text_of(part.arguments.get("input")) if isinstance(part, ToolCall) else part.json
            return {**wire, "type": "custom_tool_call", "input": text, **options}
        return {**wire, "arguments": arguments_json(part) or "{}", **options}


def _reasoning(part: Reasoning, draft: ResponsesDraft) -> Object:
    words = [{"type": "summary_text" if part.summary else "reasoning_text", "text": part.text}] if part.text else []
    wire: Object = {"type": "reasoning", "summary": words if part.summary else []}
    if words and not part.summary:
        wire["content"] = words
    if part.encrypted is not None:
        wire["encrypted_content"] = part.encrypted
    return {**wire, **draft.options(part.options)}


def _object(item: msgspec.Raw | Object) -> Object:
    """Return the object that `item` is; an empty one where a server put something else among its items."""
    found = item if isinstance(item, dict) else msgspec.json.decode(item)
    return found if isinstance(found, dict) else {}


def _head(item: Object) -> Object:
    return {name: value for name, value in item.items() if name != "content"}


def _without_id(item: Any) -> Any:
    fields = _object(item)
    if "id" not in fields or fields.get("type", "message") not in _NAMED:
        return item
    return {name: value for name, value in fields.items() if name != "id"}

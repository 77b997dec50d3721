"""A block of a stream that is still growing."""

from __future__ import annotations

import msgspec

from llmkit.dialects.anthropic.content import Fields, listed, part_of, string
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import Compaction, InvalidToolCall, Part, Provenance, Reasoning, ServerToolCall, Text, ToolCall

_json = msgspec.json.encode
_WORDS = {"text": "text", "thinking": "thinking"}
"""The field that the pieces of a block make up, where it is a string."""
_CALLS = frozenset({"tool_use", "server_tool_use", "mcp_tool_use"})


class OpenBlock:
    """What came of one block so far; `index` is its place among the parts."""

    __slots__ = ("_fields", "_origin", "citations", "index", "kind", "pieces", "signature")

    def __init__(self, index: int, fields: Fields, origin: Provenance) -> None:
        self.index = index
        self.kind = string(fields, "type") or ""
        self.pieces: list[str] = []
        self.signature = ""
        self.citations: list[msgspec.Raw] = []
        self._fields = fields
        self._origin = origin
        first = string(fields, _WORDS[self.kind]) if self.kind in _WORDS else None
        if first:
            self.pieces.append(first)

    def begun(self) -> Part:
        """Return the part as it begins: empty if it grows, else whole."""
        match self.kind:
            case "text":
                return Text(text="", origin=self._origin)
            case "thinking":
                return Reasoning(origin=self._origin)
            case "tool_use":
                return ToolCall(id=self._string("id"), name=self._string("name"), origin=self._origin)
            case "server_tool_use" | "mcp_tool_use":
                return ServerToolCall(id=self._string("id"), name=self._string("name"), origin=self._origin)
            case "compaction":
                return Compaction(origin=self._origin)
        return self.whole()

    def compacted(self, content: str | None, encrypted: str | None) -> None:
        """Add to a compaction block; its pieces come whole."""
        if content is not None:
            self._fields["content"] = msgspec.Raw(_json(self._string("content") + content))
        if encrypted is not None:
            self._fields["encrypted_content"] = msgspec.Raw(_json(self._string("encrypted_content") + encrypted))

    def whole(self) -> Part:
        """Return the complete part, with the wire block as the API would have sent it in one piece."""
        fields = dict(self._fields)
        if self.kind in _WORDS:
            fields[_WORDS[self.kind]] = msgspec.Raw(_json("".join(self.pieces)))
        elif self.kind in _CALLS and self.pieces:
            fields["input"] = self._input()
        if self.signature:
            fields["signature"] = msgspec.Raw(_json(self._string("signature") + self.signature))
        if self.citations:
            fields["citations"] = msgspec.Raw(_json([*listed(fields, "citations"), *self.citations]))
        part = part_of(fields, msgspec.Raw(_json(fields)), self._origin)
        return part.replace(native=NO_NATIVE) if isinstance(part, InvalidToolCall) else part

    def _input(self) -> msgspec.Raw:
        text = "".join(self.pieces)
        if self.kind != "tool_use":
            try:
                msgspec.json.decode(text)
            except (msgspec.DecodeError, RecursionError):
                text = _json({"INVALID_JSON": text}).decode()
        return msgspec.Raw(text)

    def _string(self, name: str) -> str:
        return string(self._fields, name) or ""

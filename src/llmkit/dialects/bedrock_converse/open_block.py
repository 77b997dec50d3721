"""A block of a stream that is still growing."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from typing import Any

import msgspec

from llmkit.dialects.arguments import tool_call
from llmkit.dialects.bedrock_converse.content import SERVER_USE, decode_block
from llmkit.dialects.bedrock_converse.fields import json
from llmkit.types.parts import Image, Part, Provenance, Reasoning, ServerToolCall, ServerToolResult, Text, ToolCall


class OpenBlock:
    """What came of one block so far; `index` is its place among the parts, `start` what the wire said at its beginning."""

    __slots__ = ("_origin", "citations", "index", "items", "kind", "pieces", "redacted", "signature", "start")

    def __init__(self, index: int, kind: str, start: dict[str, Any], origin: Provenance) -> None:
        self.index = index
        self.kind = kind
        self.start = start
        self.pieces: list[str] = []
        self.signature = ""
        self.redacted: list[str] = []
        self.citations: list[msgspec.Raw] = []
        self.items: list[msgspec.Raw] = []
        self._origin = origin

    def begun(self) -> Part:
        """Return the part as it begins."""
        identity, name = str(self.start.get("toolUseId", "")), str(self.start.get("name", ""))
        match self.kind:
            case "text":
                return Text(text="", origin=self._origin)
            case "reasoningContent":
                return Reasoning(origin=self._origin)
            case "toolUse" if self.start.get("type") == SERVER_USE:
                return ServerToolCall(id=identity, name=name, origin=self._origin)
            case "toolUse":
                return ToolCall(id=identity, name=name, origin=self._origin)
            case "toolResult":
                kind = str(self.start.get("type", ""))
                return ServerToolResult(id=identity, name=kind.removesuffix("_result"), origin=self._origin)
            case "image":
                return Image(origin=self._origin)
        return decode_block(json({self.kind: self.start}), self._origin)

    def whole(self) -> Part:
        """Return the complete part, with the wire block as the API would have sent it in one piece."""
        words = "".join(self.pieces)
        if self.kind == "toolUse" and self.start.get("type") != SERVER_USE and words and not _is_json(words):
            return tool_call(str(self.start.get("toolUseId", "")), str(self.start.get("name", "")), words, origin=self._origin)
        return decode_block(self._block(words), self._origin)

    def _block(self, words: str) -> msgspec.Raw:
        match self.kind:
            case "text" if self.citations:
                content: dict[str, Any] = {"content": [{"text": words}]} if words else {}
                return json({"citationsContent": {**content, "citations": self.citations}})
            case "text":
                return json({"text": words})
            case "reasoningContent":
                return json({"reasoningContent": self._reasoning(words)})
            case "toolUse":
                return json({"toolUse": {**self.start, "input": _input(words)}})
            case "toolResult":
                return json({"toolResult": {**self.start, "content": self.items}})
            case "image":
                return json({"image": {**self.start, "source": {"bytes": _joined(self.redacted)}}})
        return json({self.kind: self.start})

    def _reasoning(self, words: str) -> dict[str, Any]:
        if self.redacted and not words and not self.signature:
            return {"redactedContent": _joined(self.redacted)}
        said: dict[str, Any] = {"text": words}
        if self.signature:
            said["signature"] = self.signature
        whole: dict[str, Any] = {"reasoningText": said}
        return {**whole, "redactedContent": _joined(self.redacted)} if self.redacted else whole


def _input(words: str) -> msgspec.Raw:
    """No words are no arguments; a server's call whose words are no JSON is kept as a string inside an object."""
    if not words or words.isspace():
        return msgspec.Raw(b"{}")
    return msgspec.Raw(words.encode()) if _is_json(words) else json({"INVALID_JSON": words})


def _is_json(words: str) -> bool:
    try:
        msgspec.json.decode(words)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return False
    return True


def _joined(pieces: list[str]) -> str:
    """Return pieces of base64 as one: each was encoded by itself."""
    if len(pieces) == 1:
        return pieces[0]
    try:
        return b64encode(b"".join([b64decode(piece, validate=True) for piece in pieces])).decode()
    except (NotBase64, ValueError):
        return "".join(pieces)

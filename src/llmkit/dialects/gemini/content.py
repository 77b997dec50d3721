"""The parts of an answer: from wire blocks to typed parts."""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64decode
from binascii import Error as NotBase64
from typing import Any

import msgspec

from llmkit.dialects.arguments import tool_call
from llmkit.dialects.gemini.call_ids import made_up
from llmkit.dialects.gemini.dialect_profile import NAME
from llmkit.dialects.gemini.server_tools import CALL_NAMES, CODE
from llmkit.dialects.gemini.wire import Fields, read_any, read_call, read_text, string_of
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import (
    Audio,
    Document,
    Image,
    InvalidToolCall,
    Part,
    Provenance,
    Reasoning,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    Unknown,
    Video,
)

KINDS = (
    "functionCall",
    "inlineData",
    "fileData",
    "executableCode",
    "codeExecutionResult",
    "toolCall",
    "toolResponse",
    "functionResponse",
)
_MEDIA: dict[str, type[Image | Audio | Video]] = {"image": Image, "audio": Audio, "video": Video}


class PartReader:
    """Reads the blocks of one candidate in order. `seed` is the response's id, from which calls without an id get theirs."""

    __slots__ = ("_calls", "_candidate", "_code", "_codes", "_origin", "_seed")

    def __init__(self, origin: Provenance, seed: str, candidate: int = 0) -> None:
        self._origin = origin
        self._seed = seed
        self._candidate = candidate
        self._calls = 0
        self._codes = 0
        self._code = ""

    def read(self, raw: msgspec.Raw) -> Part | None:
        """Return the part in `raw`, None for a block that says nothing (empty words without a signature)."""
        try:
            block = read_text(raw)
        except msgspec.ValidationError:
            return self.other(raw)
        if not block.text and block.thought_signature is None:
            return None
        if block.thought:
            return Reasoning(
                text=block.text, signature=block.thought_signature, summary=True, origin=self._origin, native=msgspec.Raw(bytes(raw))
            )
        return Text(text=block.text, signature=block.thought_signature, origin=self._origin)

    def other(self, raw: msgspec.Raw) -> Part | None:
        """Return the part in a block that is not words alone."""
        found = read_any(raw)
        native = msgspec.Raw(bytes(raw))
        if not isinstance(found, dict):
            return Unknown(kind=type(found).__name__, origin=self._origin, native=native)
        block: Fields = {name: value for name, value in found.items() if value is not None}
        if not block:
            return None
        kind = next((kind for kind in KINDS if kind in block), "")
        value = block.get(kind)
        if kind and isinstance(value, dict):
            beside = {name: field for name, field in block.items() if name not in (kind, "thoughtSignature")}
            match kind:
                case "functionCall" if not value and len(block) == 1:
                    return None  # The end of a call whose pieces came before, where none is open.
                case "functionCall":
                    return self._call(raw, value, block, native if beside else NO_NATIVE)
                case "inlineData" | "fileData":
                    return self._media(kind, value, block, beside) or Unknown(kind=kind, origin=self._origin, native=native)
                case "executableCode" | "codeExecutionResult":
                    return self._code_part(kind, value, native)
                case "toolCall" | "toolResponse":
                    return self._server_tool(kind, value, native)
        return self._words(block, native) or Unknown(kind=kind or next(iter(block)), origin=self._origin, native=native)

    def call_id(self, given: Any, said: str) -> str:
        """Return the id of the next function call; `said` names it where the response itself has no id."""
        number = self._calls
        self._calls += 1
        return string_of(given) or made_up(self._seed or said, number, self._candidate)

    def _words(self, block: Fields, native: msgspec.Raw) -> Part | None:
        text, signature = block.get("text", ""), string_of(block.get("thoughtSignature"))
        if not isinstance(text, str) or ("text" not in block and signature is None):
            return None
        if block.get("thought") is True:
            return Reasoning(text=text, signature=signature, summary=True, origin=self._origin, native=native)
        return Text(text=text, signature=signature, origin=self._origin, native=native)

    def _call(self, raw: msgspec.Raw, call: Fields, block: Fields, native: msgspec.Raw) -> ToolCall | InvalidToolCall:
        wire = read_call(raw).function_call
        text = bytes(wire.args).decode() if wire is not None and call.get("args") is not None else ""
        name = string_of(call.get("name")) or ""
        return tool_call(
            self.call_id(call.get("id"), name + text),
            name,
            text,
            signature=string_of(block.get("thoughtSignature")),
            origin=self._origin,
            native=native,
        )

    def _media(self, kind: str, value: Fields, block: Fields, beside: Fields) -> Part | None:
        media_type = string_of(value.get("mimeType"))
        fields: Fields = {"media_type": media_type, "name": string_of(value.get("displayName")), "origin": self._origin}
        if kind == "inlineData":
            data = bytes_of(value.get("data"))
            if data is None:
                return None
            fields["data"] = data
        else:
            fields |= place_of(str(value.get("fileUri") or ""))
        signature = string_of(block.get("thoughtSignature"))
        made = media_class(media_type)
        if signature is not None:
            if made is Image:
                fields["signature"] = signature
            else:
                beside = {**beside, "thoughtSignature": signature}
        if beside:
            fields["options"] = {NAME: beside}
        return made(**fields)

    def _code_part(self, kind: str, value: Fields, native: msgspec.Raw) -> Part:
        given = string_of(value.get("id"))
        if kind == "executableCode":
            self._code = given or made_up(f"{self._seed}code", self._codes, self._candidate)
            self._codes += 1
            arguments: Fields = {name: value[name] for name in ("language", "code") if name in value}
            return ServerToolCall(id=self._code, name=CODE, arguments=arguments, origin=self._origin, native=native)
        failed = value.get("outcome") not in ("OUTCOME_OK", 1, None)
        return ServerToolResult(id=given or self._code, name=CODE, is_error=failed, origin=self._origin, native=native)

    def _server_tool(self, kind: str, value: Fields, native: msgspec.Raw) -> Part:
        wire = str(value.get("toolType") or "")
        id_, name = string_of(value.get("id")) or "", CALL_NAMES.get(wire, wire)
        if kind == "toolCall":
            arguments = value.get("args")
            return ServerToolCall(
                id=id_, name=name, arguments=arguments if isinstance(arguments, dict) else {}, origin=self._origin, native=native
            )
        return ServerToolResult(id=id_, name=name, origin=self._origin, native=native)


def media_class(media_type: str | None) -> type[Image | Audio | Video | Document]:
    """Return the part that holds media of this type."""
    return _MEDIA.get((media_type or "").partition("/")[0].lower(), Document)


def bytes_of(text: Any) -> bytes | None:
    """Return the bytes of base64 text in either alphabet, None where it is none."""
    if not isinstance(text, str):
        return None
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError):
        pass
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)) if text.replace("-", "").replace("_", "").rstrip("=").isalnum() else None
    except (NotBase64, ValueError):
        return None


def place_of(uri: str) -> dict[str, str]:
    """Return an address as `url`, the name of an uploaded file as `file_id`: only the account that uploaded it can read it."""
    name = uri.partition("://")[2].partition("/")[2] if "://" in uri else uri
    version, _, rest = name.partition("/")
    uploaded = name.startswith("files/") or (version[:2] in ("v1", "v2") and rest.startswith("files/"))
    return {"file_id": uri} if uploaded else {"url": uri}

"""Wire blocks of a client's conversation into parts."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import msgspec

from llmkit.dialects.gemini.content import KINDS, bytes_of, media_class, place_of
from llmkit.dialects.gemini.media import media_type_by_extension
from llmkit.dialects.gemini.server_tools import CALL_NAMES, CODE
from llmkit.serving.gemini.call_log import CallLog
from llmkit.serving.gemini.fields import ORIGIN, Fields, malformed
from llmkit.types.parts import Image, Part, Reasoning, ServerToolCall, ServerToolResult, Text, ToolCall, ToolResult, Unknown, Video

_PLAIN = ("output", "error")


def parse_part(value: Any, path: str, calls: CallLog) -> Part:
    """Return the part that a block says. `calls` knows the calls so far: they give ids to those that have none."""
    fields = Fields(value, path)
    kind = next((kind for kind in KINDS if kind in fields), "")
    match kind:
        case "functionCall":
            return _call(fields, calls)
        case "functionResponse":
            return _result(fields, calls)
        case "inlineData" | "fileData":
            return _media(kind, fields)
        case "executableCode" | "toolCall":
            return _server_call(kind, fields, calls)
        case "codeExecutionResult" | "toolResponse":
            return _server_result(kind, fields, calls)
    if "text" in fields or "thoughtSignature" in fields:
        return _words(fields)
    return Unknown(kind=next(iter(fields.left()), ""), origin=ORIGIN, native=_raw(value))


def _words(fields: Fields) -> Text | Reasoning:
    text, signature = fields.text("text"), fields.text("thoughtSignature")
    if text is None:
        fields.put("text", None)
    if fields.peek("thought") is True:
        fields.drop("thought")
        return Reasoning(text=text or "", signature=signature, summary=True, origin=ORIGIN, options=fields.options())
    origin = None if signature is None else ORIGIN
    return Text(text=text or "", signature=signature, origin=origin, options=fields.options())


def _call(fields: Fields, calls: CallLog) -> ToolCall:
    signature = fields.text("thoughtSignature")
    call = Fields(fields.object("functionCall"), fields.at("functionCall"))
    name, given = call.text("name"), call.text("id")
    arguments = call.object("args")
    if name is None:
        malformed(call.at("name"), "a string")
    if arguments is None:
        call.put("args", None)
    _keep(fields, "functionCall", call)
    return ToolCall(
        id=calls.called(name, given),
        name=name,
        arguments=arguments or {},
        json=msgspec.json.encode(arguments or {}).decode(),
        signature=signature,
        origin=None if signature is None else ORIGIN,
        options=fields.options(),
    )


def _result(fields: Fields, calls: CallLog) -> ToolResult:
    result = Fields(fields.object("functionResponse"), fields.at("functionResponse"))
    name, given = result.text("name"), result.text("id")
    response = result.object("response")
    if name is None:
        malformed(result.at("name"), "a string")
    media = [parse_part(item, f"{result.at('parts')}[{place}]", calls) for place, item in enumerate(result.items("parts"))]
    identity, left_out = calls.answered(name, given)
    if response is None:
        result.put("response", None)
    if left_out:
        result.put("id", None)  # This format takes it so; any other needs the id that its call had.
    _keep(fields, "functionResponse", result)
    words, structured, failed = _said(response or {})
    content: tuple[Part, ...] = (Text(text=words), *media)
    return ToolResult(id=identity, name=name, content=content, structured=structured, is_error=failed, options=fields.options())


def _said(response: dict[str, Any]) -> tuple[str, dict[str, Any] | None, bool]:
    """Return the words of a function's response, the object itself where it is more than words, and whether it failed."""
    failed = list(response) == ["error"]
    for key in _PLAIN:
        if list(response) == [key] and isinstance(response[key], str):
            return response[key], None, failed
    return msgspec.json.encode(response).decode(), response, failed


def _media(kind: str, fields: Fields) -> Part:
    signature = fields.text("thoughtSignature")
    source = Fields(fields.object(kind), fields.at(kind))
    media_type = source.text("mimeType")
    values: dict[str, Any] = {"media_type": media_type}
    if kind == "inlineData":
        values["data"] = _bytes(source)
        made = media_class(media_type)
        if media_type is None:
            source.put("mimeType", None)
            values["media_type"] = "application/octet-stream"
    else:
        uri = source.text("fileUri")
        if uri is None:
            malformed(source.at("fileUri"), "a string")
        values |= place_of(uri)
        guess = media_type or media_type_by_extension(uri)
        made = Video if guess is None and "youtu" in uri else media_class(guess)
        if media_type is None:
            source.put("mimeType", None)
    if signature is not None:
        if made is Image:
            values["signature"] = signature
        else:
            fields.put("thoughtSignature", signature)
        values["origin"] = ORIGIN
    _keep(fields, kind, source)
    return made(**values, options=fields.options())


def _bytes(source: Fields) -> bytes:
    text = source.text("data")
    data = bytes_of(text)
    if data is None:
        malformed(source.at("data"), "base64")
    if b64encode(data).decode() != text:
        source.put("data", text)
    return data


def _server_call(kind: str, fields: Fields, calls: CallLog) -> ServerToolCall:
    call = Fields(fields.object(kind), fields.at(kind))
    if kind == "executableCode":
        arguments = {name: value for name in ("language", "code") if (value := call.text(name)) is not None}
        id_, name = calls.ran(call.text("id")), CODE
    else:
        wire = call.text("toolType") or ""
        id_, name = call.text("id") or "", CALL_NAMES.get(wire, wire)
        if "args" not in call:
            call.put("args", None)
        arguments = call.object("args") or {}
        if not wire:
            call.put("toolType", None)
    _keep(fields, kind, call)
    return ServerToolCall(id=id_, name=name, arguments=arguments, origin=ORIGIN, options=fields.options())


def _server_result(kind: str, fields: Fields, calls: CallLog) -> ServerToolResult:
    block = fields.left()
    result = Fields(block[kind], fields.at(kind))
    given = result.text("id")
    if kind == "toolResponse":
        wire = result.text("toolType") or ""
        return ServerToolResult(id=given or "", name=CALL_NAMES.get(wire, wire), origin=ORIGIN, native=_raw(block))
    failed = result.peek("outcome") not in (None, "OUTCOME_OK", 1)
    return ServerToolResult(id=given or calls.last_run, name=CODE, is_error=failed, origin=ORIGIN, native=_raw(block))


def _keep(fields: Fields, name: str, inner: Fields) -> None:
    """Leave over what is left over inside."""
    if inner.left():
        fields.put(name, inner.left())


def _raw(block: Any) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(block))

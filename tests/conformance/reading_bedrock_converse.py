"""Read Converse and ConverseStream; the binary events are cut by botocore."""

from __future__ import annotations

import json
from typing import Any

from botocore.eventstream import EventStreamBuffer, ParserError

from tests.conformance.reading import FAILED, Reading, arguments, mapping, number, sequence

UNIFIED = {
    "end_turn": {"stop"},
    "stop_sequence": {"stop"},
    "max_tokens": {"length"},
    "tool_use": {"tool_calls"},
    "guardrail_intervened": {"content_filter"},
    "content_filtered": {"content_filter"},
    "malformed_model_output": {"error"},
    "malformed_tool_use": {"error"},
    "model_context_window_exceeded": {"context_exceeded"},
}


def read_body(raw: bytes) -> Reading:
    """Read a whole answer."""
    try:
        body = json.loads(raw)
    except ValueError:
        return FAILED
    message = mapping(mapping(mapping(body).get("output")).get("message"))
    if not isinstance(message.get("content"), list):
        return FAILED
    reading = Reading(finish=body.get("stopReason"), usage=_usage(body.get("usage")))
    _blocks(reading, message["content"])
    _unify(reading)
    return reading


def read_stream(raw: bytes) -> Reading:
    """Read a stream."""
    buffer = EventStreamBuffer()
    buffer.add_data(raw)
    reading = Reading(complete=False)
    blocks: dict[int, dict[str, Any]] = {}
    try:
        for message in buffer:
            if message.headers.get(":message-type") != "event":
                return FAILED
            kind, said = message.headers[":event-type"], json.loads(message.payload)
            if kind == "messageStop":
                reading.finish = said["stopReason"]
            elif kind == "metadata":
                reading.usage, reading.complete = _usage(said.get("usage")), True
            elif kind.startswith("contentBlock"):
                _event(blocks.setdefault(said.get("contentBlockIndex", 0), {}), kind, said)
    except ParserError:
        return FAILED
    _blocks(reading, [blocks[index] for index in sorted(blocks)])
    if not reading.complete:
        reading.finish = None
    _unify(reading)
    return reading


def _event(block: dict[str, Any], kind: str, said: dict[str, Any]) -> None:
    """Add an event to a block, so that it comes to look as in a whole answer."""
    if kind == "contentBlockStart":
        block.update({name: dict(value) for name, value in said["start"].items()})
    if kind != "contentBlockDelta":
        return
    delta = said["delta"]
    if "text" in delta:
        block["text"] = block.get("text", "") + delta["text"]
    elif "toolUse" in delta:
        block["toolUse"]["input"] = block["toolUse"].get("input", "") + delta["toolUse"]["input"]
    elif "citation" in delta:
        block.setdefault("cited", []).append(delta["citation"])
    elif "reasoningContent" in delta:
        thought = block.setdefault("reasoningContent", {})
        for name, value in delta["reasoningContent"].items():
            place = thought if name == "redactedContent" else thought.setdefault("reasoningText", {})
            place[name] = place.get(name, "") + value


def _blocks(reading: Reading, blocks: list[Any]) -> None:
    for block in blocks:
        reading.text += block.get("text", "")
        thought = mapping(block.get("reasoningContent"))
        words = mapping(thought.get("reasoningText"))
        reading.reasoning += words.get("text", "")
        reading.kept += [seal for seal in (words.get("signature"), thought.get("redactedContent")) if seal]
        cited = mapping(block.get("citationsContent"))
        reading.text += "".join(piece.get("text", "") for piece in sequence(cited.get("content")))
        for citation in sequence(cited.get("citations")) + sequence(block.get("cited")):
            _citation(reading, citation)
        call = block.get("toolUse")
        if isinstance(call, dict) and call.get("type") == "server_tool_use":
            reading.kept.append(call["toolUseId"])
        elif isinstance(call, dict):
            reading.calls.append((call["toolUseId"], call["name"], arguments(call.get("input"))))
        if isinstance(block.get("toolResult"), dict):
            reading.kept.append(block["toolResult"]["toolUseId"])
        reading.media += sum(kind in block for kind in ("image", "video", "audio"))


def _citation(reading: Reading, citation: dict[str, Any]) -> None:
    location = mapping(citation.get("location"))
    quoted = "".join(piece.get("text", "") for piece in sequence(citation.get("sourceContent")))
    if quoted:
        reading.quotes.append(quoted)
    if url := mapping(location.get("web")).get("url"):
        reading.citations.append(url)
    if "://" in str(citation.get("source", "")):
        reading.allowed.add(citation["source"])


def _unify(reading: Reading) -> None:
    reading.unified = set(UNIFIED.get(reading.finish, {"other"})) if reading.finish else set()


def _usage(usage: Any) -> dict[str, int] | None:
    """Return the tokens: what was cached stands beside `inputTokens`; thinking is inside `outputTokens`."""
    if not isinstance(usage, dict) or not usage:
        return None
    read, written = number(usage.get("cacheReadInputTokens")), number(usage.get("cacheWriteInputTokens"))
    return {
        "input": number(usage.get("inputTokens")) + read + written,
        "output": number(usage.get("outputTokens")),
        "cache_read": read,
        "cache_write": written,
    }

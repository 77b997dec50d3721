"""Read Messages."""

from __future__ import annotations

import json
from typing import Any

from tests.conformance.reading import FAILED, Reading, arguments, mapping, number, payloads, sequence

UNIFIED = {
    "end_turn": {"stop"},
    "stop_sequence": {"stop"},
    "max_tokens": {"length"},
    "tool_use": {"tool_calls"},
    "pause_turn": {"pause"},
    "refusal": {"refusal"},
    "model_context_window_exceeded": {"context_exceeded"},
    "compaction": {"compaction"},
}


def read_body(raw: bytes) -> Reading:
    """Read a whole answer."""
    try:
        body = json.loads(raw)
    except ValueError:
        return FAILED
    if not isinstance(body, dict) or body.get("type") != "message" or not isinstance(body.get("content"), list):
        return FAILED
    return _read(body)


def read_stream(raw: bytes) -> Reading:
    """Read a stream: put the message together as the documentation says, then read that."""
    message: dict[str, Any] = {}
    blocks: dict[int, dict[str, Any]] = {}
    complete = torn = False
    for _, data in payloads(raw):
        if complete:
            break
        try:
            event = json.loads(data)
        except ValueError:
            return FAILED
        match event.get("type"):
            case "error":
                return FAILED
            case "message_start":
                torn = torn or bool(message)
                message = event["message"]
            case "content_block_start":
                blocks[event["index"]] = dict(event["content_block"])
            case "content_block_delta":
                if event["index"] not in blocks:
                    torn = True  # the recording has lost events
                else:
                    _grow(blocks[event["index"]], event["delta"])
            case "message_delta":
                message.update({name: value for name, value in event["delta"].items() if value is not None})
                message["usage"] = {**message["usage"], **{k: v for k, v in mapping(event.get("usage")).items() if v is not None}}
            case "message_stop":
                complete = True
    if not message:
        return Reading(complete=False)
    for block in blocks.values():
        if partial := block.pop("json", ""):
            block["input"] = arguments(partial)
    message["content"] = [blocks[index] for index in sorted(blocks)]
    reading = _read(message)
    reading.complete, reading.undefined = complete, torn
    return reading


def _grow(block: dict[str, Any], delta: dict[str, Any]) -> None:
    match delta["type"]:
        case "text_delta":
            block["text"] += delta["text"]
        case "thinking_delta":
            block["thinking"] += delta["thinking"]
        case "signature_delta":
            block["signature"] = block.get("signature", "") + delta["signature"]
        case "input_json_delta":
            block["json"] = block.get("json", "") + delta["partial_json"]
        case "citations_delta":
            block["citations"] = [*(block.get("citations") or []), delta["citation"]]
        case "compaction_delta":
            block["content"] = (block.get("content") or "") + (delta.get("content") or "")


def _read(message: dict[str, Any]) -> Reading:
    reading = Reading(model=message.get("model"), finish=message.get("stop_reason"), usage=_usage(mapping(message.get("usage"))))
    reading.unified = set(UNIFIED.get(reading.finish, {"other"})) if reading.finish else set()
    for block in message["content"]:
        match block["type"]:
            case "text":
                reading.text += block["text"]
                for citation in sequence(block.get("citations")):
                    reading.quotes.append(citation["cited_text"])
                    if citation.get("url"):
                        reading.citations.append(citation["url"])
                    elif citation.get("source"):
                        reading.allowed.add(citation["source"])
                    reading.kept += [citation[name] for name in ("encrypted_index",) if citation.get(name)]
            case "thinking":
                reading.reasoning += block["thinking"]
                reading.kept += [block["signature"]] if block.get("signature") else []
            case "redacted_thinking":
                reading.kept.append(block["data"])
            case "tool_use":
                reading.calls.append((block["id"], block["name"], block["input"]))
            case _:
                reading.kept += [block[name] for name in ("id", "tool_use_id") if name in block]
    return reading


def _usage(usage: dict[str, Any]) -> dict[str, int] | None:
    """Return the tokens: what was cached stands beside `input_tokens`."""
    if "input_tokens" not in usage:
        return None
    compactions = [item for item in usage.get("iterations") or () if item.get("type") == "compaction"]
    if compactions:  # their tokens are not in the totals
        rest = [_usage({**item, "output_tokens_details": {}}) or {} for item in compactions]
        own = _usage({**usage, "iterations": []}) or {}
        return {name: count + sum(item[name] for item in rest) for name, count in own.items()}
    read, written = number(usage.get("cache_read_input_tokens")), number(usage.get("cache_creation_input_tokens"))
    return {
        "input": number(usage["input_tokens"]) + read + written,
        "output": number(usage.get("output_tokens")),
        "cache_read": read,
        "cache_write": written,
        "reasoning": number(mapping(usage.get("output_tokens_details")).get("thinking_tokens")),
    }

"""Read Cohere's chat, version 2."""

from __future__ import annotations

import json
from typing import Any

from tests.conformance.reading import FAILED, Reading, arguments, mapping, number, payloads, sequence

UNIFIED = {
    "COMPLETE": {"stop"},
    "STOP_SEQUENCE": {"stop"},
    "MAX_TOKENS": {"length"},
    "TOOL_CALL": {"tool_calls"},
    "ERROR": {"error"},
    "TIMEOUT": {"error"},
}


def read_body(raw: bytes) -> Reading:
    """Read a whole answer."""
    try:
        body = json.loads(raw)
    except ValueError:
        return FAILED
    message = mapping(body).get("message")
    if not isinstance(message, dict):
        return FAILED
    reading = Reading(usage=_usage(body.get("usage")))
    for block in sequence(message.get("content")):
        reading.text += block.get("text") or ""
        reading.reasoning += block.get("thinking") or ""
    reading.reasoning += message.get("tool_plan") or ""
    for call in sequence(message.get("tool_calls")):
        reading.calls.append((call["id"], call["function"]["name"], arguments(call["function"].get("arguments"))))
    for citation in sequence(message.get("citations")):
        _cite(reading, citation)
    _finish(reading, body.get("finish_reason"))
    return reading


def read_stream(raw: bytes) -> Reading:
    """Read a stream."""
    reading = Reading(complete=False)
    calls: list[list[str]] = []
    for _, data in payloads(raw):
        if data.strip() == "[DONE]":
            break
        try:
            event = json.loads(data)
        except ValueError:
            return FAILED
        delta = mapping(event.get("delta"))
        message = mapping(delta.get("message"))
        content = mapping(message.get("content"))
        call = mapping(message.get("tool_calls"))
        match event.get("type"):
            case "content-start" | "content-delta":
                reading.text += content.get("text") or ""
                reading.reasoning += content.get("thinking") or ""
            case "tool-plan-delta":
                reading.reasoning += message.get("tool_plan") or ""
            case "tool-call-start":
                calls.append([call["id"], call["function"]["name"], call["function"].get("arguments") or ""])
            case "tool-call-delta":
                calls[-1][2] += call["function"]["arguments"]
            case "citation-start":
                _cite(reading, mapping(message.get("citations")))
            case "message-end":
                if delta.get("error"):
                    return FAILED
                reading.complete = True
                reading.usage = _usage(delta.get("usage"))
                _finish(reading, delta.get("finish_reason"))
    reading.calls = [(id_, name, arguments(text)) for id_, name, text in calls]
    return reading


def _cite(reading: Reading, citation: dict[str, Any]) -> None:
    reading.kept.append(citation["text"])
    for source in sequence(citation.get("sources")):
        if source.get("id"):
            reading.kept.append(source["id"])
        said = mapping(source.get("document")) or mapping(source.get("tool_output"))
        if isinstance(said.get("url"), str) and said["url"]:
            reading.citations.append(said["url"])


def _finish(reading: Reading, word: Any) -> None:
    reading.finish = word or None
    reading.unified = set(UNIFIED.get(str(word), {"other"}))


def _usage(usage: Any) -> dict[str, int] | None:
    """Cached tokens are a part of what is not billed."""
    tokens = mapping(mapping(usage).get("tokens"))
    billed = mapping(mapping(usage).get("billed_units")) or tokens
    if "input_tokens" not in billed and "output_tokens" not in billed:
        return None
    made = number(billed.get("output_tokens"))
    return {
        "input": number(billed.get("input_tokens")),
        "output": made,
        "cache_read": 0,
        "reasoning": min(made, number(tokens.get("reasoning_tokens"))),
    }

"""Read Ollama's own chat: one JSON object, or one a line."""

from __future__ import annotations

import json
from typing import Any

from tests.conformance.reading import FAILED, Reading, arguments, mapping, number, sequence

UNIFIED = {"stop": {"stop"}, "length": {"length"}}


def read_body(raw: bytes) -> Reading:
    """Read a whole answer."""
    try:
        body = json.loads(raw)
    except ValueError:
        return FAILED
    if not isinstance(body, dict) or body.get("error") or not isinstance(body.get("message"), dict) or body.get("done") is False:
        return FAILED
    reading = Reading(model=body.get("model"))
    _message(reading, body["message"])
    _end(reading, body)
    return reading


def read_stream(raw: bytes) -> Reading:
    """Read a stream."""
    reading = Reading(complete=False)
    for line in raw.decode("utf-8", "replace").splitlines():
        if not line.strip():
            continue
        try:
            body = json.loads(line)
        except ValueError:
            return FAILED
        if body.get("error"):
            return FAILED
        reading.model = reading.model or body.get("model")
        _message(reading, mapping(body.get("message")))
        if body.get("done"):
            reading.complete = True
            _end(reading, body)
            break
    return reading


def _message(reading: Reading, message: dict[str, Any]) -> None:
    reading.text += message.get("content") or ""
    reading.reasoning += message.get("thinking") or ""
    reading.media += len(sequence(message.get("images")))
    for call in sequence(message.get("tool_calls")):
        function = mapping(call.get("function"))
        reading.calls.append((call.get("id") or None, function["name"], arguments(function.get("arguments"))))


def _end(reading: Reading, body: dict[str, Any]) -> None:
    reading.finish = body.get("done_reason")
    reading.unified = set(UNIFIED.get(str(reading.finish), {"other"}))
    if reading.calls:
        reading.unified = {"tool_calls"} if reading.finish in (None, "stop") else reading.unified
    if "prompt_eval_count" in body or "eval_count" in body:
        reading.usage = {
            "input": number(body.get("prompt_eval_count")),
            "output": number(body.get("eval_count")),
            "cache_read": 0,
            "reasoning": 0,
        }

"""Read interactions: whole ones, and streams of their steps."""

from __future__ import annotations

import json
from typing import Any

from tests.conformance.reading import FAILED, Reading, mapping, number, payloads, sequence

_UNIFIED = {
    "completed": {"stop"},
    "requires_action": {"tool_calls"},
    "incomplete": {"length"},
    "in_progress": {"other"},
    "requires_continuation": {"pause"},
}


def read_body(raw: bytes) -> Reading:
    """Read a whole interaction; the preview of the API said `outputs` for `steps`."""
    try:
        body = json.loads(raw)
    except ValueError:
        return FAILED
    if not isinstance(body, dict) or body.get("error") or "status" not in body:
        return FAILED
    reading = Reading()
    for step in sequence(body.get("steps") or body.get("outputs")):
        _step(reading, step)
    return _end(reading, body)


def read_stream(raw: bytes) -> Reading:
    """Read a stream: put its steps together, then read them as those of a whole interaction."""
    steps: dict[int, dict[str, Any]] = {}
    reading = Reading(complete=False)
    seen = False
    for _, data in payloads(raw):
        if data == "[DONE]":
            continue
        try:
            event = json.loads(data)
        except ValueError:
            return FAILED
        kind = event.get("event_type", "")
        if kind == "error" or event.get("error"):
            return FAILED
        seen = True
        if kind in ("step.start", "content.start"):
            steps[event["index"]] = dict(event.get("step") or event.get("content") or {})
        elif kind in ("step.delta", "content.delta"):
            _grow(steps[event["index"]], event["delta"])
        elif kind in ("interaction.created", "interaction.start"):
            reading.model = event["interaction"].get("model")
        elif kind in ("interaction.completed", "interaction.complete"):
            for index in sorted(steps):
                _step(reading, steps[index])
            reading.complete = True
            model = reading.model
            _end(reading, event["interaction"])
            reading.model = model or reading.model
            return reading
    for index in sorted(steps):
        _step(reading, steps[index])
    return reading if seen else FAILED


def _grow(step: dict[str, Any], delta: dict[str, Any]) -> None:
    kind = delta.get("type")
    if kind == "text" and step.get("type") == "text":
        step["text"] = step.get("text", "") + delta["text"]
    elif kind in ("text", "image", "audio", "video", "document"):
        step.setdefault("content", []).append(delta)
    elif kind == "thought_summary":
        step.setdefault("summary", []).append(delta["content"])
    elif kind == "thought_signature":
        step["signature"] = delta.get("signature") or step.get("signature")
    elif kind in ("text_annotation", "text_annotation_delta"):
        blocks = step.get("content")
        (blocks[-1] if blocks else step).setdefault("annotations", []).extend(delta["annotations"])
    elif kind in ("arguments_delta", "arguments"):
        step["arguments"] = (step["arguments"] if isinstance(step.get("arguments"), str) else "") + delta["arguments"]
    else:
        step.update({name: value for name, value in delta.items() if name != "type"})


def _step(reading: Reading, step: dict[str, Any]) -> None:
    if step.get("signature"):
        reading.kept.append(step["signature"])
    match step.get("type"):
        case "thought":
            reading.reasoning += "".join(item.get("text", "") for item in sequence(step.get("summary")))
        case "model_output":
            for block in sequence(step.get("content")):
                _content(reading, block)
        case "function_call":
            arguments = step.get("arguments")
            arguments = json.loads(arguments) if isinstance(arguments, str) and arguments else arguments or {}
            reading.calls.append((step.get("id"), step.get("name", ""), arguments))
        case "text" | "image" | "audio" | "video" | "document":
            _content(reading, step)
        case _:
            reading.kept += [step[name] for name in ("id", "call_id") if step.get(name)]


def _content(reading: Reading, block: dict[str, Any]) -> None:
    if block.get("type") == "text":
        reading.text += block.get("text", "")
        reading.citations += [note["url"] for note in sequence(block.get("annotations")) if note.get("url")]
    else:
        reading.media += 1


def _end(reading: Reading, body: dict[str, Any]) -> Reading:
    reading.model = body.get("model")
    reading.finish = body.get("status")
    reading.unified = set(_UNIFIED.get(body.get("status", ""), {"other"}))
    if reading.calls and "stop" in reading.unified:
        reading.unified = {"tool_calls"}
    usage = mapping(body.get("usage"))
    if any(name.startswith("total_") for name in usage):
        thought = number(usage.get("total_thought_tokens"))
        reading.usage = {
            "input": number(usage.get("total_input_tokens")) + number(usage.get("total_tool_use_tokens")),
            "output": number(usage.get("total_output_tokens")) + thought,
            "cache_read": number(usage.get("total_cached_tokens")),
            "reasoning": thought,
        }
    return reading

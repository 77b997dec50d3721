"""Read Responses, of the vendor and of the hosts that speak its format."""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.conformance.reading import FAILED, Reading, arguments, mapping, number, payloads, sequence

UNIFIED = {
    "completed": {"stop"},
    "complete": {"stop"},
    "queued": {"pause"},
    "in_progress": {"pause"},
    "cancelled": {"interrupted"},
    "max_output_tokens": {"length"},
    "REASON_MAX_LEN": {"length"},
    "content_filter": {"content_filter"},
}
TERMINAL = {"response.completed", "response.incomplete"}


def read_body(raw: bytes) -> Reading:
    """Read a whole answer."""
    try:
        body = json.loads(raw)
    except ValueError:
        return FAILED
    if not isinstance(body, dict) or body.get("error") or body.get("status") == "failed" or not isinstance(body.get("output"), list):
        return FAILED
    reading = Reading(model=body.get("model"))
    for item in body["output"]:
        _item(reading, item)
    _end(reading, body)
    return reading


def read_stream(raw: bytes) -> Reading:
    """Read a stream: what its items say at their end, or the pieces of those that never ended."""
    reading = Reading(complete=False)
    done: dict[int, dict[str, Any]] = {}
    pieces: dict[int, str] = {}
    thoughts: dict[int, str] = {}
    shown = ""
    ids: dict[str, int] = {}
    for _, data in payloads(raw):
        if data.strip() == "[DONE]":
            continue
        try:
            event = json.loads(data)
        except ValueError:
            return FAILED
        place, delta = number(event.get("output_index", ids.get(event.get("item_id", ""), 0))), event.get("delta")
        ids.setdefault(mapping(event.get("item")).get("id", ""), place)
        match event.get("type"):
            case "error" | "response.failed":
                return FAILED
            case "response.created" | "response.in_progress":
                reading.model = reading.model or mapping(event.get("response")).get("model")
            case "response.output_text.delta":
                pieces[place] = pieces.get(place, "") + (delta or "")
                shown += delta or ""
            case "response.reasoning_summary_text.delta" | "response.reasoning_text.delta":
                thoughts[place] = thoughts.get(place, "") + (delta or "")
            case "response.output_item.done":
                done[place] = mapping(event.get("item"))
            case kind if kind in TERMINAL:
                response = mapping(event.get("response"))
                for index, item in enumerate(sequence(response.get("output"))):
                    if len(sequence(response.get("output"))) > len(done):
                        done.setdefault(index, item)
                _items(reading, done, pieces, thoughts)
                reading.reasoning += "".join(text for index, text in thoughts.items() if index not in done)
                _end(reading, response)
                reading.complete = True
                break
    if not reading.complete:
        _items(reading, done, pieces, thoughts)
        reading.reasoning += "".join(text for index, text in thoughts.items() if index not in done)
    if shown and shown != reading.text:
        reading.undefined = True  # the pieces say something else than the whole
    return reading


def _items(reading: Reading, done: dict[int, dict[str, Any]], pieces: dict[int, str], thoughts: dict[int, str]) -> None:
    for place in sorted({*done, *pieces}):
        if place not in done or (pieces.get(place) and not done[place].get("content")):
            reading.text += pieces[place]
        else:
            _item(reading, done[place])
            if done[place].get("type") == "reasoning" and not done[place].get("summary") and not done[place].get("content"):
                reading.reasoning += thoughts.get(place, "")


def _item(reading: Reading, item: dict[str, Any]) -> None:
    if isinstance(item.get("id"), str):
        reading.kept.append(item["id"])
    if isinstance(item.get("encrypted_content"), str):
        reading.kept.append(item["encrypted_content"])
    called = item.get("call_id") or item.get("id")
    match item.get("type"):
        case "message" if item.get("role", "assistant") == "assistant":
            for content in sequence(item.get("content")):
                _content(reading, content)
        case "reasoning":
            told = sequence(item.get("content")) or sequence(item.get("summary"))
            reading.reasoning += "\n\n".join(piece.get("text") or "" for piece in told)
        case "function_call":
            reading.calls.append((called, item.get("name") or "", arguments(item.get("arguments"))))
        case "custom_tool_call":
            reading.calls.append((called, item.get("name") or "", {"input": item.get("input")}))
        case "local_shell_call" | "computer_call":
            reading.calls.append((called, item["type"].removesuffix("_call"), item["action"]))
        case "apply_patch_call":
            reading.calls.append((called, "apply_patch", item["operation"]))
        case "shell_call" if mapping(item.get("environment")).get("type") != "container_reference":
            reading.calls.append((called, "shell", item["action"]))
        case "tool_search_call" if item.get("execution") == "client":
            reading.calls.append((called, "tool_search", arguments(item.get("arguments"))))
        case "image_generation_call":
            reading.media += _is_base64(item.get("result"))


def _content(reading: Reading, content: dict[str, Any]) -> None:
    match content.get("type"):
        case "output_text":
            reading.text += content.get("text") or ""
            notes = sequence(content.get("annotations"))
            reading.citations += [note["url"] for note in notes if note.get("type") == "url_citation" and note.get("url")]
        case "refusal":
            reading.refusal += content.get("refusal") or ""


def _end(reading: Reading, response: dict[str, Any]) -> None:
    reason = mapping(response.get("incomplete_details")).get("reason")
    reading.finish = (reason if response.get("status") in ("incomplete", None) else None) or response.get("status")
    if reading.finish:
        reading.unified = set(UNIFIED.get(reading.finish, {"other"}))
    if reading.unified == {"stop"} and reading.calls:
        reading.unified = {"tool_calls"}
    elif reading.unified == {"stop"} and reading.refusal:
        reading.unified = {"refusal"}
    usage = response.get("usage")
    if isinstance(usage, dict) and isinstance(usage.get("input_tokens"), int):
        reading.usage = _usage(usage)


def _usage(usage: dict[str, Any]) -> dict[str, int]:
    inside, outside = mapping(usage.get("input_tokens_details")), mapping(usage.get("output_tokens_details"))
    made, thought = number(usage.get("output_tokens")), number(outside.get("reasoning_tokens"))
    return {
        "input": number(usage["input_tokens"]),
        "output": made if thought <= made else made + thought,
        "cache_read": number(inside.get("cached_tokens")),
        "cache_write": number(inside.get("cache_write_tokens")),
        "reasoning": thought,
    }


def _is_base64(value: Any) -> bool:
    try:
        return bool(value and base64.b64decode(value, validate=True))
    except ValueError:
        return False

"""Read the completions format: choices that hold a text. Other vendors' older formats were recorded under the same name."""

from __future__ import annotations

import json
from typing import Any

from tests.conformance.reading import FAILED, Reading, number, payloads, sequence
from tests.conformance.reading_openai_chat import read_body as read_chat

_UNIFIED = {"stop": {"stop"}, "length": {"length"}, "eos": {"stop"}, "content_filter": {"content_filter"}}


def read_body(raw: bytes) -> Reading:
    """Read a whole answer."""
    try:
        body = json.loads(raw)
    except ValueError:
        return FAILED
    choices = sequence(body.get("choices")) if isinstance(body, dict) else []
    if not choices or body.get("error"):
        return FAILED
    if "message" in choices[0]:
        return read_chat(raw)
    reading = Reading(model=body.get("model"))
    texts = [choice.get("text", "") for choice in choices]
    reading.text, reading.others = texts[0], texts[1:]
    _finish(reading, choices[0])
    _usage(reading, body)
    return reading


def read_stream(raw: bytes) -> Reading:
    """Read a stream: the texts add up."""
    reading = Reading(complete=False)
    texts: dict[int, str] = {}
    seen = False
    for _, data in payloads(raw):
        if data == "[DONE]":
            reading.complete = True
            break
        try:
            chunk: dict[str, Any] = json.loads(data)
        except ValueError:
            return FAILED
        if chunk.get("error"):
            return FAILED
        seen = seen or "choices" in chunk
        reading.model = reading.model or chunk.get("model")
        _usage(reading, chunk)
        for choice in sequence(chunk.get("choices")):
            index = choice.get("index", 0)
            texts[index] = texts.get(index, "") + (choice.get("text") or "")
            if index == 0:
                _finish(reading, choice)
    if not seen:
        return Reading(undefined=True)  # another vendor's older format
    reading.text = texts.pop(0, "")
    reading.others = [texts[index] for index in sorted(texts)]
    reading.complete = reading.complete or reading.finish is not None
    return reading


def _finish(reading: Reading, choice: dict[str, Any]) -> None:
    if choice.get("finish_reason"):
        reading.finish = choice["finish_reason"]
        reading.unified = set(_UNIFIED.get(choice["finish_reason"], set()))


def _usage(reading: Reading, body: dict[str, Any]) -> None:
    usage = body.get("usage")
    if isinstance(usage, dict) and usage:
        reading.usage = {"input": number(usage.get("prompt_tokens")), "output": number(usage.get("completion_tokens"))}

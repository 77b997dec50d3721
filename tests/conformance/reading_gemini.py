"""Read generateContent and streamGenerateContent."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.conformance.reading import FAILED, Reading, mapping, number, payloads, sequence

_FILTERED = {"SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MODEL_ARMOR", "IMAGE_SAFETY"}

STEPS = re.compile(r"\.([^.\[]+)|\[(\d+)\]")
"""The steps of a JSON path: `.name` or `[index]`."""
NUMBERED = {1: "STOP", 2: "MAX_TOKENS", 3: "SAFETY", 4: "RECITATION", 5: "OTHER"}
"""The enum's numbers, for recordings of clients that write those."""


def read_body(raw: bytes) -> Reading:
    """Read a whole answer."""
    try:
        body = json.loads(raw)
    except ValueError:
        return FAILED
    return _read([body])


def read_stream(raw: bytes) -> Reading:
    """Read a stream: its chunks have the shape of whole answers and add up."""
    chunks = []
    for _, data in payloads(raw):
        try:
            chunks.append(json.loads(data))
        except ValueError:
            return FAILED
    if b"\n{" in raw and b'"error"' in raw[raw.rindex(b"\n{") :]:
        return FAILED  # an error that follows the events as bare JSON
    reading = _read(chunks)
    if not chunks or (reading.failed and not any(mapping(chunk).get("error") for chunk in chunks)):
        return Reading(complete=False)  # nothing that is an answer, and no error either: it never began
    return reading


def _read(chunks: list[Any]) -> Reading:
    if any(not isinstance(chunk, dict) or chunk.get("error") for chunk in chunks):
        return FAILED
    if not any("candidates" in chunk or "promptFeedback" in chunk for chunk in chunks):
        return FAILED
    reading = Reading(complete=False)
    others: dict[int, str] = {}
    for chunk in chunks:
        reading.model = chunk.get("modelVersion") or reading.model
        reading.usage = _usage(chunk.get("usageMetadata")) or reading.usage
        if mapping(chunk.get("promptFeedback")).get("blockReason"):
            reading.complete = reading.either = True
            reading.unified = {"content_filter"}
        for position, candidate in enumerate(sequence(chunk.get("candidates"))):
            index = number(candidate.get("index", position))
            if index:
                others[index] = others.get(index, "") + _words(candidate)
            else:
                _candidate(reading, candidate)
    reading.others = [others[index] for index in sorted(others)]
    if not any(sequence(chunk.get("candidates")) for chunk in chunks):
        reading.either = True
    if reading.calls and "stop" in reading.unified:
        reading.unified |= {"tool_calls"}
    return reading


def _candidate(reading: Reading, candidate: dict[str, Any]) -> None:
    for part in sequence(mapping(candidate.get("content")).get("parts")):
        _part(reading, part)
    reason = candidate.get("finishReason")
    if reason is not None:
        reading.finish = str(reason)
        reading.complete = True
        reading.unified = _unified(NUMBERED.get(reason, reason))
    grounding = mapping(candidate.get("groundingMetadata"))
    chunks = [next(iter(chunk.values()), {}) for chunk in sequence(grounding.get("groundingChunks"))]
    reading.allowed |= {chunk.get("uri") for chunk in chunks if chunk.get("uri")}
    metadata = mapping(candidate.get("citationMetadata"))
    sources = sequence(metadata.get("citationSources")) + sequence(metadata.get("citations"))
    reading.citations += [source["uri"] for source in sources if source.get("uri")]
    for support in sequence(grounding.get("groundingSupports")):
        found = [chunks[index] for index in sequence(support.get("groundingChunkIndices")) if 0 <= index < len(chunks)]
        reading.citations += [chunk["uri"] for chunk in found if chunk.get("uri")]


def _part(reading: Reading, part: dict[str, Any]) -> None:
    if part.get("thoughtSignature"):
        reading.kept.append(part["thoughtSignature"])
    if "text" in part:
        if part.get("thought"):
            reading.reasoning += part["text"]
        else:
            reading.text += part["text"]
    elif "functionCall" in part:
        _call(reading, part["functionCall"])
    elif "inlineData" in part:
        reading.media += 1
    elif "executableCode" in part:
        reading.kept.append(part["executableCode"].get("language", ""))
    elif "toolCall" in part or "toolResponse" in part:
        block = mapping(part.get("toolCall") or part.get("toolResponse"))
        reading.kept.append(block.get("id", ""))


def _call(reading: Reading, call: dict[str, Any]) -> None:
    """Add a call, or a piece of one: a piece without a name belongs to the call before."""
    if not reading.calls or call.get("name"):
        reading.calls.append((call.get("id"), call.get("name", ""), call.get("args") or {}))
    arguments = reading.calls[-1][2]
    for piece in sequence(call.get("partialArgs")):
        value = next((value for name, value in piece.items() if name.endswith("Value")), None)
        _set(arguments, [int(index) if index else name for name, index in STEPS.findall(piece["jsonPath"])], value)


def _set(target: Any, path: list[str | int], value: Any) -> None:
    """Put `value` at `path`, behind the text that stands there; make the objects and lists on the way."""
    *parents, last = path
    for step, following in zip(parents, path[1:], strict=True):
        if isinstance(step, int) and step == len(target):
            target.append([] if isinstance(following, int) else {})
        elif isinstance(step, str):
            target.setdefault(step, [] if isinstance(following, int) else {})
        target = target[step]
    if isinstance(last, int) and last == len(target):
        target.append(value)
    else:
        known = target[last] if isinstance(last, int) else target.get(last)
        target[last] = known + value if isinstance(known, str) else value


def _words(candidate: dict[str, Any]) -> str:
    parts = sequence(mapping(candidate.get("content")).get("parts"))
    return "".join(part.get("text", "") for part in parts if not part.get("thought"))


def _unified(reason: str | None) -> set[str]:
    match reason:
        case "STOP":
            return {"stop"}
        case "MAX_TOKENS":
            return {"length"}
        case _ if reason in _FILTERED:
            return {"content_filter"}
        case (
            "MALFORMED_FUNCTION_CALL" | "UNEXPECTED_TOOL_CALL" | "TOO_MANY_TOOL_CALLS" | "MISSING_THOUGHT_SIGNATURE" | "MALFORMED_RESPONSE"
        ):
            return {"error", "other"}
        case _:
            return {"other"}


def _usage(usage: Any) -> dict[str, int] | None:
    """Return the tokens: the prompt holds what was cached, the candidates leave the thoughts out, tool prompts stand apart."""
    if not isinstance(usage, dict) or not any(name.endswith("TokenCount") for name in usage):
        return None
    thought = number(usage.get("thoughtsTokenCount"))
    made = number(usage.get("candidatesTokenCount")) + thought
    sent = number(usage.get("promptTokenCount")) + number(usage.get("toolUsePromptTokenCount"))
    if "promptTokenCount" not in usage:
        sent = max(number(usage.get("totalTokenCount")) - made, 0)  # seen with media: the total alone tells
    return {
        "input": sent,
        "output": made,
        "cache_read": number(usage.get("cachedContentTokenCount")),
        "reasoning": thought,
    }

"""Read generateContent and streamGenerateContent."""

from __future__ import annotations

import json
from typing import Any

from tests.conformance.reading import FAILED, Reading, mapping, number, payloads, sequence

_FILTERED = {"SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MODEL_ARMOR", "IMAGE_SAFETY"}


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
        reading.unified = _unified(reason)
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
        call = part["functionCall"]
        reading.calls.append((call.get("id"), call.get("name", ""), call.get("args") or {}))
    elif "inlineData" in part:
        reading.media += 1
    elif "executableCode" in part:
        reading.kept.append(part["executableCode"].get("language", ""))
    elif "toolCall" in part or "toolResponse" in part:
        block = mapping(part.get("toolCall") or part.get("toolResponse"))
        reading.kept.append(block.get("id", ""))


def _words(candidate: dict[str, Any]) -> str:
    parts = sequence(mapping(candidate.get("content")).get("parts"))
    return "".join(part.get("text", "") for part in parts if not part.get("thought"))


def _unified(reason: Any) -> set[str]:
    match reason:
        case "STOP":
            return {"stop"}
        case "MAX_TOKENS":
            return {"length"}
        case 1 | 2:
            return {"other", "stop" if reason == 1 else "length"}  # the enum's number, from clients that record it so
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
    if not isinstance(usage, dict) or "promptTokenCount" not in usage:
        return None
    thought = number(usage.get("thoughtsTokenCount"))
    return {
        "input": number(usage["promptTokenCount"]) + number(usage.get("toolUsePromptTokenCount")),
        "output": number(usage.get("candidatesTokenCount")) + thought,
        "cache_read": number(usage.get("cachedContentTokenCount")),
        "reasoning": thought,
    }

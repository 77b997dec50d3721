"""Read Mistral's chat: Chat Completions whose content may be chunks."""

from __future__ import annotations

import json
from typing import Any

from tests.conformance import reading_openai_chat
from tests.conformance.reading import Reading, mapping, number, payloads, sequence


def read_body(raw: bytes) -> Reading:
    """Read a whole answer."""
    reading = reading_openai_chat.read_body(raw)
    if not reading.failed:
        body = json.loads(raw)
        _chunks(reading, [mapping(mapping(choice).get("message")) for choice in body["choices"][:1]])
        _usage(reading, mapping(body.get("usage")))
    return reading


def read_stream(raw: bytes) -> Reading:
    """Read a stream."""
    reading = reading_openai_chat.read_stream(raw)
    if not reading.failed:
        found = [json.loads(data) for _, data in payloads(raw) if data.strip() != "[DONE]"]
        _chunks(reading, [mapping(choice.get("delta")) for chunk in found for choice in sequence(chunk.get("choices"))])
        for chunk in found:
            _usage(reading, mapping(chunk.get("usage")))
    return reading


def _chunks(reading: Reading, messages: list[dict[str, Any]]) -> None:
    """Note the seals of thinking; thinking may hold references, whose ids must not be lost."""
    for message in messages:
        for part in sequence(message.get("content")):
            if isinstance(part.get("signature"), str) and part["signature"]:
                reading.kept.append(part["signature"])
            if part.get("type") == "reference":
                reading.kept += [id_ for id_ in sequence(part.get("reference_ids")) if isinstance(id_, str)]


def _usage(reading: Reading, usage: dict[str, Any]) -> None:
    """An early spelling has the details' name in the singular."""
    if reading.usage is not None and usage:
        details = mapping(usage.get("prompt_tokens_details") or usage.get("prompt_token_details"))
        reading.usage["cache_read"] = number(details.get("cached_tokens")) or number(usage.get("num_cached_tokens"))

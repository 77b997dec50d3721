"""Recorded embeddings."""

from __future__ import annotations

import base64
import struct
from typing import Any

from llmkit.dialects.embeddings import openai
from llmkit.types.embedding import EmbeddingRequest
from tests.recordings.recorded import Reader, Recorded, first, place, told

_OPENAI_FIELDS = {"model", "input", "dimensions", "user", "encoding_format"}


def _openai(recorded: Recorded) -> bool:
    body = recorded.json
    return recorded.path.endswith("/embeddings") and isinstance(body, dict) and isinstance(body.get("data"), list)


def _count(recorded: Recorded) -> int:
    return len(recorded.json["data"])


def _decoded(recorded: Recorded) -> Any:
    request = EmbeddingRequest(model="m", inputs=("x",) * _count(recorded))
    reply = told(openai.steps(request, place(recorded.model)), recorded.answer)
    return (len(reply), reply.dimensions, round(sum(reply.vectors[0]), 3) if len(reply) else None, reply.usage and reply.usage.input)


def _expected(recorded: Recorded) -> Any:
    if isinstance(recorded.sent, dict) and recorded.sent.get("encoding_format", "float") not in ("float", "base64"):
        return None
    items = sorted(recorded.json["data"], key=lambda item: item.get("index", 0))
    first_one = items[0]["embedding"] if items else []
    if isinstance(first_one, str):
        data = base64.b64decode(first_one)
        first_one = struct.unpack(f"<{len(data) // 4}f", data)
    usage = recorded.json.get("usage") or {}
    told_tokens = usage.get("prompt_tokens", usage.get("total_tokens"))
    return (len(items), len(first_one), round(sum(first_one), 3) if items else None, told_tokens)


def _encoded(recorded: Recorded) -> Any:
    wanted = _sent(recorded)
    if wanted is None:
        return None
    request = EmbeddingRequest(model="m", inputs=tuple(wanted["input"]), dimensions=wanted.get("dimensions"), user=wanted.get("user"))
    return first(openai.steps(request, place(wanted["model"]))).body


def _sent(recorded: Recorded) -> Any:
    """Return the recorded body with what means the same said alike: one text as a list, numbers in any encoding."""
    body = recorded.sent
    if not isinstance(body, dict) or set(body) - _OPENAI_FIELDS or "model" not in body:
        return None
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    if not all(isinstance(text, str) for text in texts):
        return None
    return {key: value for key, value in {**body, "input": texts}.items() if key != "encoding_format" and value is not None}


READERS = [
    Reader(
        codec="openai_embeddings", apis=("embeddings",), takes=_openai, decoded=_decoded, expected=_expected, encoded=_encoded, sent=_sent
    ),
]

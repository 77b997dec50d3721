"""What every reading of recorded embeddings needs: our side of it, and a plain reading of vectors."""

from __future__ import annotations

import base64
import struct
from typing import Any

from llmkit.dialects.operations import codec
from llmkit.types.asking import Place
from llmkit.types.embedding import EmbeddingRequest
from tests.recordings.recorded import Recorded, first, told
from tests.rows import ROWS

BY_NAME = {name: row for row in (ROWS.values() if isinstance(ROWS, dict) else ROWS) for name in (row.name, *row.aliases)}
PURPOSES = {
    "search_query": "query",
    "search_document": "document",
    "classification": "classification",
    "clustering": "clustering",
    "RETRIEVAL_QUERY": "query",
    "RETRIEVAL_DOCUMENT": "document",
    "CLASSIFICATION": "classification",
    "CLUSTERING": "clustering",
    "SEMANTIC_SIMILARITY": "similarity",
    "QUESTION_ANSWERING": "question",
    "FACT_VERIFICATION": "fact",
    "query": "query",
    "document": "document",
    "GENERIC_RETRIEVAL": "query",
    "GENERIC_INDEX": "document",
}


def place_of(name: str, recorded: Recorded) -> Place:
    """Return the place as the row says it, where a row has this format for the provider."""
    row = BY_NAME.get(recorded.provider)
    way = None if row is None else row.operations.get("embed")
    model = recorded.model or ""
    options = way.options if way is not None and way.dialect == name else {}
    return Place(provider=recorded.provider, model=model, path="/x", options=options)


def decode(name: str, count: int, recorded: Recorded, format: str | None = None) -> Any:
    spoken = codec(name)
    assert spoken is not None
    request = EmbeddingRequest(model="m", inputs=("x",) * count, format=format)  # type: ignore[arg-type]  # one of the known words
    reply = told(spoken.steps(request, place_of(name, recorded)), recorded.answer)
    return summary([list(vector) for vector in reply.vectors], None if reply.usage is None else reply.usage.input)


def summary(vectors: list[list[float]], tokens: Any) -> Any:
    if not vectors:
        return (0, 0, None, None, tokens)
    return (len(vectors), len(vectors[0]), round(sum(vectors[0]), 3), round(sum(vectors[-1]), 3), tokens)


def numbers(wire: Any, kind: str = "f") -> list[float]:
    if not isinstance(wire, str):
        return [struct.unpack("<f", struct.pack("<f", number))[0] for number in wire] if kind == "f" else list(wire)
    data = base64.b64decode(wire)
    return list(struct.unpack(f"<{len(data) // struct.calcsize(kind)}{kind}", data))


def encode(name: str, recorded: Recorded, **fields: Any) -> Any:
    spoken = codec(name)
    assert spoken is not None
    place = place_of(name, recorded)
    return plain(first(spoken.steps(EmbeddingRequest(model="m", **fields), place)).body)


def plain(body: Any) -> Any:
    """Return a body without what says the same by being left out, and with no word on how the numbers are spelled."""
    if not isinstance(body, dict):
        return body
    return {key: value for key, value in body.items() if value is not None and value != {} and key not in ("encoding_format", "user")}

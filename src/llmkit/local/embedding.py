"""Answer one request for vectors with the embedded model, in the words of the wire."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from llmkit.local.embedder import Embedder
from llmkit.local.refusal import Refusal
from llmkit.local.writers import write_json
from llmkit.transport.inprocess import Cancelled, Pipe
from llmkit.types.vectors import unpacked

KNOWN = frozenset({"model", "input", "encoding_format", "dimensions", "truncate", "user"})
SHORT = "minilm"
"""What the installed model is called for short."""


def embedding(embedder: Embedder, body: dict[str, Any], pipe: Pipe) -> None:
    """Write the answer to the pipe. Raises `Refusal` for what the model cannot do."""
    texts, as_base64 = _texts(body), _as_base64(body)
    vectors: list[str] = []
    tokens = 0
    for portion, took in embedder.embed(texts, truncate=body.get("truncate") is True):
        if pipe.cancelled:
            raise Cancelled
        vectors += portion
        tokens += took
    _check_length(body.get("dimensions"), vectors)
    items = [
        {"object": "embedding", "index": place, "embedding": vector if as_base64 else unpacked(b64decode(vector)).tolist()}
        for place, vector in enumerate(vectors)
    ]
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    write_json(pipe, 200, {"object": "list", "data": items, "model": embedder.model, "usage": usage})


def _texts(body: dict[str, Any]) -> list[str]:
    unknown = sorted(body.keys() - KNOWN)
    if unknown:
        raise Refusal(f"The embedded model knows no {unknown[0]!r}.", parameter=unknown[0])
    given = body.get("input")
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
        raise Refusal("`input` must be a text or a list of texts, none of them empty.", parameter="input")
    return texts


def _as_base64(body: dict[str, Any]) -> bool:
    word = body.get("encoding_format", "float")
    if word not in ("float", "base64"):
        raise Refusal(f"`encoding_format` must be float or base64, not {word!r}.", parameter="encoding_format")
    return bool(word == "base64")


def _check_length(asked: Any, vectors: list[str]) -> None:
    length = len(b64decode(vectors[0])) // 4
    if asked is not None and asked != length:
        raise Refusal(f"The embedded model's vectors have {length} numbers, not {asked!r}.", parameter="dimensions")

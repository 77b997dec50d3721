"""Recorded embeddings."""

from __future__ import annotations

from typing import Any

from llmkit.errors import ProtocolError
from tests.recordings import embeddings_clouds
from tests.recordings.embedding_readings import PURPOSES, decode, encode, numbers, plain, summary
from tests.recordings.recorded import Reader, Recorded

PER_TOKEN = "a vector for each token"

# OpenAI's format


def _items(recorded: Recorded) -> list[Any]:
    return sorted(recorded.json["data"], key=lambda item: item.get("index", 0))


def _openai(recorded: Recorded) -> bool:
    body = recorded.json
    ours = recorded.provider not in ("perplexity", "voyage") and "input" in (recorded.sent or {"input": 1})
    return ours and recorded.path.endswith(("/embeddings", "")) and isinstance(body, dict) and isinstance(body.get("data"), list)


def _openai_expected(recorded: Recorded) -> Any:
    if isinstance(recorded.sent, dict) and recorded.sent.get("encoding_format", "float") not in ("float", "base64"):
        return None
    usage = recorded.json.get("usage") or {}
    tokens = usage.get("prompt_tokens", usage.get("total_tokens"))
    return summary([numbers(item["embedding"]) for item in _items(recorded)], tokens)


def _openai_encoded(recorded: Recorded) -> Any:
    sent = _openai_sent(recorded)
    if sent is None:
        return None
    length = sent.get("dimensions", sent.get("output_dimension"))
    return encode("openai_embeddings", recorded, inputs=tuple(sent["input"]), dimensions=length)


def _openai_sent(recorded: Recorded) -> Any:
    """Return the recorded body with what means the same said alike: one text as a list."""
    body = plain(recorded.sent)
    known = {"model", "input", "dimensions", "output_dimension"}
    if not isinstance(body, dict) or set(body) - known or body.get("model") != recorded.model:
        return None
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    return {**body, "input": texts} if texts and all(isinstance(text, str) and text for text in texts) else None


# Voyage's, which Perplexity's is too


def _voyage(recorded: Recorded) -> bool:
    body = recorded.json
    return recorded.provider in ("perplexity", "voyage") and isinstance(body, dict) and isinstance(body.get("data"), list)


def _voyage_expected(recorded: Recorded) -> Any:
    kind = "f" if recorded.provider == "voyage" else "b"
    usage = recorded.json.get("usage") or {}
    return summary([numbers(item["embedding"], kind) for item in _items(recorded)], usage.get("prompt_tokens", usage.get("total_tokens")))


def _voyage_sent(recorded: Recorded) -> Any:
    body = plain(recorded.sent)
    return {**body, "input": [body["input"]] if isinstance(body["input"], str) else body["input"]} if isinstance(body, dict) else None


def _voyage_encoded(recorded: Recorded) -> Any:
    sent = _voyage_sent(recorded)
    purpose, length = PURPOSES.get(sent.get("input_type", "")), sent.get("output_dimension")
    given = {"inputs": tuple(sent["input"]), "input_type": purpose, "dimensions": length, "truncate": sent.get("truncation")}
    return encode("voyage_embeddings", recorded, **given, format=sent.get("output_dtype"))


# Ollama's, Hugging Face's, TwelveLabs'


def _ollama(recorded: Recorded) -> bool:
    return recorded.provider == "ollama" and isinstance(recorded.json, dict) and "embeddings" in recorded.json


def _ollama_expected(recorded: Recorded) -> Any:
    return summary([numbers(vector) for vector in recorded.json["embeddings"]], recorded.json.get("prompt_eval_count"))


def _ollama_sent(recorded: Recorded) -> Any:
    body = recorded.sent
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    return {"model": body["model"], "input": texts}  # `options` are for generating; the embedding does not change with them


def _features(recorded: Recorded) -> bool:
    return recorded.provider == "huggingface" and isinstance(recorded.json, list) and "feature-extraction" in recorded.path


def _features_decoded(recorded: Recorded) -> Any:
    try:
        return decode("huggingface_features", 1, recorded)
    except ProtocolError as error:
        return PER_TOKEN if PER_TOKEN in str(error) else str(error)


def _features_expected(recorded: Recorded) -> Any:
    found = recorded.json
    if isinstance(found[0], list) and isinstance(found[0][0], list):
        return PER_TOKEN
    return summary([numbers(vector) for vector in (found if isinstance(found[0], list) else [found])], None)


def _features_sent(recorded: Recorded) -> Any:
    texts = recorded.sent.get("inputs")
    return {"inputs": [texts] if isinstance(texts, str) else texts} if not recorded.sent.get("parameters") else None


def _twelvelabs(recorded: Recorded) -> bool:
    return recorded.provider == "twelvelabs" and isinstance(recorded.json, dict) and "text_embedding" in recorded.json


READERS = [
    Reader(
        codec="openai_embeddings",
        apis=("embeddings",),
        takes=_openai,
        decoded=lambda recorded: decode("openai_embeddings", len(recorded.json["data"]), recorded),
        expected=_openai_expected,
        encoded=_openai_encoded,
        sent=_openai_sent,
    ),
    Reader(
        codec="voyage_embeddings",
        apis=("embeddings",),
        takes=_voyage,
        decoded=lambda recorded: decode("voyage_embeddings", len(recorded.json["data"]), recorded),
        expected=_voyage_expected,
        encoded=_voyage_encoded,
        sent=_voyage_sent,
    ),
    Reader(
        codec="ollama_embeddings",
        apis=("embeddings",),
        takes=_ollama,
        decoded=lambda recorded: decode("ollama_embeddings", len(recorded.json["embeddings"]), recorded),
        expected=_ollama_expected,
        encoded=lambda recorded: encode("ollama_embeddings", recorded, inputs=tuple(_ollama_sent(recorded)["input"])),
        sent=_ollama_sent,
    ),
    Reader(
        codec="huggingface_features",
        apis=("embeddings",),
        takes=_features,
        decoded=_features_decoded,
        expected=_features_expected,
        encoded=lambda recorded: encode("huggingface_features", recorded, inputs=tuple(_features_sent(recorded)["inputs"])),
        sent=_features_sent,
    ),
    Reader(
        codec="twelvelabs_embeddings",
        apis=("embeddings",),
        takes=_twelvelabs,
        decoded=lambda recorded: decode("twelvelabs_embeddings", 1, recorded),
        expected=lambda recorded: summary([numbers(recorded.json["text_embedding"]["segments"][0]["float"])], None),
        encoded=lambda recorded: sorted(encode("twelvelabs_embeddings", recorded, inputs=("a cat",)).fields, key=str)[1:],
        sent=lambda recorded: [(part["name"], part["text"]) for part in recorded.sent["multipart"] if part["name"] == "text"],
    ),
    *embeddings_clouds.READERS,
]

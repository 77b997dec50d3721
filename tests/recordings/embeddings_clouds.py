"""Recorded embeddings of Cohere, Google and Amazon."""

from __future__ import annotations

import base64
import re
from typing import Any

from llmkit.types.parts import Audio, Image, Text, Video
from tests.recordings.embedding_readings import PURPOSES, decode, encode, numbers, plain, summary
from tests.recordings.recorded import Reader, Recorded

# Cohere's


def _cohere(recorded: Recorded) -> bool:
    return recorded.provider == "cohere" and isinstance(recorded.json, dict) and bool(recorded.json.get("embeddings"))


def _cohere_vectors(body: Any) -> tuple[str, list[Any]]:
    found = body["embeddings"]
    if isinstance(found, list):
        return "float", found
    return next((kind, vectors) for kind, vectors in found.items() if vectors)


def _cohere_decoded(recorded: Recorded) -> Any:
    kind, vectors = _cohere_vectors(recorded.json)
    return decode("cohere_embeddings", len(vectors), recorded, kind)


def _cohere_expected(recorded: Recorded) -> Any:
    kind, vectors = _cohere_vectors(recorded.json)
    billed = (recorded.json.get("meta") or {}).get("billed_units") or {}
    tokens = billed.get("input_tokens")
    tokens = None if tokens is None else tokens + billed.get("image_tokens", 0)
    return summary([numbers(vector, "f" if kind == "float" else "b") for vector in vectors], tokens)


def _cohere_sent(recorded: Recorded) -> Any:
    body = plain(recorded.sent)
    if not isinstance(body, dict) or set(body) - {
        "model",
        "texts",
        "images",
        "input_type",
        "output_dimension",
        "embedding_types",
        "truncate",
    }:
        return None
    if "v2.0" in recorded.model or len(body.get("embedding_types", [1])) != 1 or body.get("truncate") == "START":
        return None
    return {"embedding_types": ["float"], **body}


def _cohere_encoded(recorded: Recorded) -> Any:
    sent = _cohere_sent(recorded)
    if sent is None:
        return None
    pictures = [(Image(url=url),) for url in sent.get("images", ())]
    truncate = {None: None, "NONE": False, "END": True}[sent.get("truncate")]
    given = {"inputs": tuple(sent.get("texts") or pictures), "input_type": PURPOSES.get(sent["input_type"]), "truncate": truncate}
    return encode("cohere_embeddings", recorded, **given, dimensions=sent.get("output_dimension"), format=sent["embedding_types"][0])


# Google's two


def _gemini(recorded: Recorded) -> bool:
    return recorded.provider == "google" and recorded.status == 200 and isinstance(recorded.json, dict)


def _gemini_vectors(recorded: Recorded) -> list[Any]:
    body = recorded.json
    return [item["values"] for item in (body["embeddings"] if "embeddings" in body else [body["embedding"]])]


def _gemini_expected(recorded: Recorded) -> Any:
    tokens = (recorded.json.get("usageMetadata") or {}).get("promptTokenCount")
    return summary([numbers(vector) for vector in _gemini_vectors(recorded)], tokens)


def _gemini_sent(recorded: Recorded) -> Any:
    """Return the batch that the recorded request is, in the batch's own form."""
    body = recorded.sent
    if not isinstance(body, dict):
        return None
    asked = body.get("requests") or [body]
    return {"requests": [_gemini_one(_camel(one), recorded.model) for one in asked]}


def _camel(value: Any) -> Any:
    """The API takes both spellings of a name."""
    if isinstance(value, list):
        return [_camel(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {re.sub("_([a-z])", lambda found: found[1].upper(), key): _camel(item) for key, item in value.items()}


def _gemini_one(one: dict[str, Any], model: str) -> dict[str, Any]:
    rest = {key: value for key, value in one.items() if key not in ("content", "model")}
    return {"model": f"models/{model}", "content": {"parts": one["content"]["parts"]}, **rest}


def _gemini_encoded(recorded: Recorded) -> Any:
    sent = _gemini_sent(recorded)
    if sent is None:
        return None
    one = sent["requests"][0]
    parts = [tuple([_gemini_part(part) for part in request["content"]["parts"]]) for request in sent["requests"]]
    given = {"inputs": tuple(parts), "input_type": PURPOSES.get(one.get("taskType", "")), "title": one.get("title")}
    return encode("gemini_embeddings", recorded, **given, dimensions=one.get("outputDimensionality"))


def _gemini_part(part: dict[str, Any]) -> Any:
    if "text" in part:
        return Text(text=part["text"])
    inline = part["inlineData"]
    kind = Audio if inline["mimeType"].startswith("audio") else Video if inline["mimeType"].startswith("video") else Image
    return kind(data=base64.b64decode(inline["data"]), media_type=inline["mimeType"])


def _vertex(recorded: Recorded) -> bool:
    return recorded.provider == "vertex" and isinstance(recorded.json, dict) and "predictions" in recorded.json


def _vertex_expected(recorded: Recorded) -> Any:
    found = [item["embeddings"] for item in recorded.json["predictions"]]
    return summary([numbers(item["values"]) for item in found], sum(item["statistics"]["token_count"] for item in found))


def _vertex_encoded(recorded: Recorded) -> Any:
    sent = recorded.sent
    texts, one = tuple(item["content"] for item in sent["instances"]), sent["instances"][0]
    length = (sent.get("parameters") or {}).get("outputDimensionality")
    purpose = PURPOSES.get(one.get("task_type", ""))
    return encode("vertex_embeddings", recorded, inputs=texts, input_type=purpose, title=one.get("title"), dimensions=length)


# Bedrock's vendors


def _bedrock(recorded: Recorded) -> bool:
    return "embed" in recorded.url and recorded.status == 200 and isinstance(recorded.json, dict)


def _bedrock_vectors(body: Any) -> list[Any]:
    if "embedding" in body:
        return [body["embedding"]]
    if "data" in body:
        return [item["embedding"] for item in body["data"]]
    found = body["embeddings"]
    found = found["float"] if isinstance(found, dict) else found
    return [item["embedding"] if isinstance(item, dict) else item for item in found]


def _bedrock_expected(recorded: Recorded) -> Any:
    told_by_header = {name.lower(): value for name, value in recorded.headers.items()}.get("x-amzn-bedrock-input-token-count")
    tokens = recorded.json.get("inputTextTokenCount", None if told_by_header is None else int(told_by_header))
    return summary([numbers(vector) for vector in _bedrock_vectors(recorded.json)], tokens)


def _bedrock_sent(recorded: Recorded) -> Any:
    body = recorded.sent
    if not isinstance(body, dict) or "max_tokens" in body or body.get("normalize") is False:
        return None
    if "inputText" in body:
        return {key: value for key, value in body.items() if key != "normalize"}  # they are normalised by themselves
    if "texts" in body:
        return {"embedding_types": ["float"], **body}
    inside = body["singleEmbeddingParams"]
    return body if inside["embeddingPurpose"] in PURPOSES and "s3Location" not in str(inside) else None


def _bedrock_encoded(recorded: Recorded) -> Any:
    sent = _bedrock_sent(recorded)
    if sent is None:
        return None
    if "inputText" in sent:
        return encode("bedrock_embeddings", recorded, inputs=(sent["inputText"],), dimensions=sent.get("dimensions"))
    if "texts" in sent:
        truncate = {None: None, "NONE": False, "END": True}[sent.get("truncate")]
        given = {"inputs": tuple(sent["texts"]), "input_type": PURPOSES[sent["input_type"]], "truncate": truncate}
        return encode("bedrock_embeddings", recorded, **given)
    inside = sent["singleEmbeddingParams"]
    noun = next(name for name in ("text", "image", "audio", "video") if name in inside)
    given = {"dimensions": inside.get("embeddingDimension"), "input_type": PURPOSES.get(inside["embeddingPurpose"])}
    if noun == "text":
        cut = {"END": True, "NONE": None}[inside["text"]["truncationMode"]]
        return encode("bedrock_embeddings", recorded, **given, truncate=cut, inputs=(inside["text"]["value"],))
    kind = {"image": Image, "audio": Audio, "video": Video}[noun]
    part = kind(data=base64.b64decode(inside[noun]["source"]["bytes"]), media_type=_MEDIA[noun, inside[noun]["format"]])
    return encode("bedrock_embeddings", recorded, **given, inputs=((part,),))


_MEDIA = {("image", "png"): "image/png", ("image", "jpeg"): "image/jpeg", ("audio", "mp3"): "audio/mpeg", ("audio", "wav"): "audio/wav"}
_MEDIA |= {("video", "mp4"): "video/mp4", ("image", "webp"): "image/webp", ("image", "gif"): "image/gif"}

READERS = [
    Reader(
        codec="cohere_embeddings",
        apis=("embeddings",),
        takes=_cohere,
        decoded=_cohere_decoded,
        expected=_cohere_expected,
        encoded=_cohere_encoded,
        sent=_cohere_sent,
    ),
    Reader(
        codec="gemini_embeddings",
        apis=("embeddings",),
        takes=_gemini,
        decoded=lambda recorded: decode("gemini_embeddings", len(_gemini_vectors(recorded)), recorded),
        expected=_gemini_expected,
        encoded=_gemini_encoded,
        sent=_gemini_sent,
    ),
    Reader(
        codec="vertex_embeddings",
        apis=("embeddings",),
        takes=_vertex,
        decoded=lambda recorded: decode("vertex_embeddings", len(recorded.json["predictions"]), recorded),
        expected=_vertex_expected,
        encoded=_vertex_encoded,
        sent=lambda recorded: plain(recorded.sent),
    ),
    Reader(
        codec="bedrock_embeddings",
        apis=("invoke",),
        takes=_bedrock,
        decoded=lambda recorded: decode("bedrock_embeddings", len(_bedrock_vectors(recorded.json)), recorded),
        expected=_bedrock_expected,
        encoded=_bedrock_encoded,
        sent=_bedrock_sent,
    ),
]

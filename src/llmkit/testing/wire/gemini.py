"""generateContent and streamGenerateContent, as their documentation of 2026 has them."""

from __future__ import annotations

import json
import re
from typing import Any

from llmkit.testing.answers import Answer, pieces, words
from llmkit.testing.received import Received
from llmkit.testing.wire import Failure

NAME = "gemini"
PREFIX = "/v1beta"
KEY = "AIzaFake0123456789"

_PATH = re.compile(r"/v1(?:beta|alpha)?/(?:models|tunedModels)/([^/:]+):(generateContent|streamGenerateContent)")
_FAILURES: dict[str, tuple[int, str, str]] = {
    "bad_request": (400, "INVALID_ARGUMENT", "Request contains an invalid argument."),
    "context_length": (400, "INVALID_ARGUMENT", "The input token count (2000000) exceeds the maximum number of tokens allowed (1048576)."),
    # A wrong key is answered with 400 and not 401 (recorded 2025-04).
    "unauthorized": (400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
    "content_filter": (400, "INVALID_ARGUMENT", "The request was blocked by the safety policy."),
    "forbidden": (403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers (callers without established identity)."),
    "not_found": (404, "NOT_FOUND", "The model is not found for API version v1beta, or is not supported for generateContent."),
    "too_large": (413, "INVALID_ARGUMENT", "Request payload size exceeds the limit."),
    "rate_limited": (429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
    "quota": (429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan and billing details."),
    "server": (500, "INTERNAL", "An internal error has occurred."),
    "overloaded": (503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
}


def refuse(request: Received, key: str) -> Failure | None:
    """Return why the real thing would refuse `request`."""
    given = request.headers.get("x-goog-api-key", request.query.get("key"))
    if given is None:
        return Failure(kind="forbidden")
    if given != key:
        return Failure(kind="unauthorized")
    if request.method == "GET":
        return None
    if request.method != "POST" or not _PATH.fullmatch(request.path):
        return Failure(kind="not_found")
    body = request.json
    if not isinstance(body, dict):
        return Failure(kind="bad_request", message="Invalid JSON payload received.")
    if not isinstance(body.get("contents"), list) or not body["contents"]:
        return Failure(kind="bad_request", message="* GenerateContentRequest.contents: contents is not specified\n")
    return None


def streams(request: Received) -> bool:
    """Say whether `request` asks for a stream."""
    return request.path.endswith(":streamGenerateContent")


def content_type(request: Received) -> str:
    """Return the media type of a stream: events only where asked for with `alt=sse`."""
    return "text/event-stream" if request.query.get("alt") == "sse" else "application/json; charset=UTF-8"


def body(answer: Answer, request: Received) -> dict[str, Any]:
    """Return the whole answer."""
    return _chunk(_parts(answer, [answer.text] if answer.text else [], [answer.reasoning]), answer, request, last=True)


def events(answer: Answer, request: Received) -> list[bytes]:
    """Return the answer as a stream: one part a chunk, the last with the finish."""
    parts = _parts(answer, pieces(answer), words(answer.reasoning or ""))
    groups: list[list[dict[str, Any]]] = [[part] for part in parts] or [[]]
    chunks = [_chunk(group, answer, request, last=group is groups[-1]) for group in groups]
    texts = [json.dumps(chunk, ensure_ascii=False) for chunk in chunks]
    if request.query.get("alt") == "sse":
        return [f"data: {text}\r\n\r\n".encode() for text in texts]
    return [("[" if index == 0 else ",\r\n").encode() + text.encode() for index, text in enumerate(texts)] + [b"]"]


def failure(failure: Failure) -> tuple[int, dict[str, Any]]:
    """Return the status and the body of an error."""
    kind = failure.kind or _kind(failure.status)
    status, name, message = _FAILURES[kind]
    error: dict[str, Any] = {"code": failure.status or status, "message": failure.message or message, "status": name}
    if kind == "unauthorized":
        error["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"}]
    return error["code"], {"error": error}


def failure_event(failure_: Failure) -> bytes:
    """Return an error as an event of a stream."""
    return f"data: {json.dumps(failure(failure_)[1])}\r\n\r\n".encode()


def listing(models: tuple[str, ...]) -> dict[str, Any]:
    """Return the list of models."""
    methods = ["generateContent", "countTokens"]
    return {"models": [{"name": f"models/{model}", "displayName": model, "supportedGenerationMethods": methods} for model in models]}


def _kind(status: int) -> str:
    known = {row[0]: kind for kind, row in reversed(_FAILURES.items())}
    return known.get(status, "server" if status >= 500 else "bad_request")


def _parts(answer: Answer, texts: list[str], thoughts: list[Any]) -> list[dict[str, Any]]:
    """Return the parts; the signature stands on the first call, or else on the last part, as newer models place it."""
    parts: list[dict[str, Any]] = [{"text": text, "thought": True} for text in thoughts if text]
    parts += [{"text": text} for text in texts]
    calls: list[dict[str, Any]] = [
        {"functionCall": {"id": id_, "name": name, "args": arguments}} for id_, name, arguments in answer.tool_calls
    ]
    parts += calls
    if answer.signature is not None:
        if not parts:
            parts.append({"text": ""})
        target = calls[0] if calls else parts[-1]
        target["thoughtSignature"] = answer.signature
    return parts


def _chunk(parts: list[dict[str, Any]], answer: Answer, request: Received, *, last: bool) -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"parts": parts, "role": "model"} if parts else {"role": "model"}, "index": 0}
    if last:
        candidate["finishReason"] = answer.finish or ("SAFETY" if answer.refusal is not None else "STOP")
        if answer.citations:
            candidate["groundingMetadata"] = _grounding(answer)
    found = _PATH.fullmatch(request.path)
    model = answer.model or (found.group(1) if found else "")
    usage = _usage(answer, last=last)
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": model, "responseId": answer.id or "fake"}


def _grounding(answer: Answer) -> dict[str, Any]:
    """Return the sources; segments count UTF-8 bytes."""
    chunks = [{"web": {"uri": url, "title": title}} for url, title in answer.citations]
    segment = {"startIndex": 0, "endIndex": len(answer.text.encode()), "text": answer.text}
    support = {"segment": segment, "groundingChunkIndices": list(range(len(chunks)))}
    return {"groundingChunks": chunks, "groundingSupports": [support], "webSearchQueries": []}


def _usage(answer: Answer, *, last: bool) -> dict[str, Any]:
    """Return the usage: candidates leave the thoughts out, the prompt holds the cached tokens."""
    sent, made = answer.usage
    usage: dict[str, Any] = {"promptTokenCount": sent}
    if last:
        usage["candidatesTokenCount"] = made - answer.thought
    usage["totalTokenCount"] = sent + made if last else sent
    usage["promptTokensDetails"] = [{"modality": "TEXT", "tokenCount": sent}]
    if answer.cached:
        usage["cachedContentTokenCount"] = answer.cached
    if answer.thought:
        usage["thoughtsTokenCount"] = answer.thought
    return usage

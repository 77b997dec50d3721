"""The older completions format, as its documentation has it."""

from __future__ import annotations

import json
from typing import Any

from llmkit.testing.answers import Answer, pieces
from llmkit.testing.received import Received
from llmkit.testing.wire import Failure, openai_chat

NAME = "completions"
PREFIX = "/v1"
KEY = "sk-fake-0123456789"

failure = openai_chat.failure
failure_event = openai_chat.failure_event
listing = openai_chat.listing


def refuse(request: Received, key: str) -> Failure | None:
    """Return why the real thing would refuse `request`."""
    if request.headers.get("authorization") != f"Bearer {key}":
        return Failure(kind="unauthorized")
    if request.method == "GET":
        return None
    if request.method != "POST" or request.path != "/v1/completions":
        return Failure(kind="not_found")
    body = request.json
    if not isinstance(body, dict) or "messages" in body or "prompt" not in body:
        return Failure(kind="bad_request")
    return None


def streams(request: Received) -> bool:
    """Say whether `request` asks for a stream."""
    return bool((request.json or {}).get("stream"))


def content_type(request: Received) -> str:
    """Return the media type of a stream."""
    return "text/event-stream"


def body(answer: Answer, request: Received) -> dict[str, Any]:
    """Return the whole answer."""
    return {**_head(answer, request), "choices": [_choice(_text(answer, request), _finish(answer))], "usage": _usage(answer)}


def events(answer: Answer, request: Received) -> list[bytes]:
    """Return the answer in pieces of text, then the finish, then the usage where it is asked for."""
    head = _head(answer, request)
    echo = [request.json["prompt"]] if request.json.get("echo") else []
    chunks: list[dict[str, Any]] = [{**head, "choices": [_choice(text, None)]} for text in [*echo, *pieces(answer)]]
    chunks.append({**head, "choices": [_choice("", _finish(answer))]})
    if (request.json.get("stream_options") or {}).get("include_usage"):
        chunks.append({**head, "choices": [], "usage": _usage(answer)})
    return [*[f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode() for chunk in chunks], b"data: [DONE]\n\n"]


def _head(answer: Answer, request: Received) -> dict[str, Any]:
    model = answer.model or request.json.get("model", "")
    return {"id": answer.id or "cmpl-fake", "object": "text_completion", "created": 1_700_000_000, "model": model}


def _text(answer: Answer, request: Received) -> str:
    return (request.json["prompt"] if request.json.get("echo") else "") + answer.text


def _choice(text: str, finish: str | None) -> dict[str, Any]:
    return {"text": text, "index": 0, "logprobs": None, "finish_reason": finish}


def _finish(answer: Answer) -> str:
    return answer.finish or "stop"


def _usage(answer: Answer) -> dict[str, Any]:
    sent, made = answer.usage
    return {"prompt_tokens": sent, "completion_tokens": made, "total_tokens": sent + made}

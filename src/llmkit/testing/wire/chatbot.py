"""The chatbot format, as its vendor's own client speaks it."""

from __future__ import annotations

import re
from typing import Any

from llmkit.testing.answers import Answer
from llmkit.testing.received import Received
from llmkit.testing.wire import Failure

NAME = "chatbot"
PREFIX = "/v1/gpu"
KEY = "fake-0123456789"
_PATH = re.compile(r"/v1/gpu/[^/]+/chatbot")
_FAILURES: dict[str, tuple[int, str]] = {
    "bad_request": (400, "The request is not valid."),
    "context_length": (400, "The input exceeds the maximum context length of the model."),
    "content_filter": (400, "The input was blocked by the content policy."),
    "unauthorized": (401, "Authentication credentials were not provided."),
    "quota": (402, "Your quota is used up: insufficient_quota."),
    "forbidden": (403, "You may not use this model."),
    "not_found": (404, "Not found."),
    "too_large": (413, "The request is too large."),
    "rate_limited": (429, "Too many requests."),
    "server": (500, "Internal server error."),
    "overloaded": (503, "The model is overloaded."),
}


def refuse(request: Received, key: str) -> Failure | None:
    """Return why the real thing would refuse `request`."""
    if request.headers.get("authorization") != f"Token {key}":
        return Failure(kind="unauthorized")
    if request.method == "GET":
        return None
    if request.method != "POST" or not _PATH.fullmatch(request.path):
        return Failure(kind="not_found")
    if not isinstance(request.json, dict) or not isinstance(request.json.get("input"), str):
        return Failure(kind="bad_request")
    pairs = request.json.get("history") or []
    return None if all(pair.keys() == {"input", "response"} for pair in pairs) else Failure(kind="bad_request")


def streams(request: Received) -> bool:
    """Say whether `request` asks for a stream: there is none."""
    return False


def content_type(request: Received) -> str:
    """Return the media type of an answer."""
    return "application/json"


def body(answer: Answer, request: Received) -> dict[str, Any]:
    """Return the whole answer: what was said, and the history with it."""
    asked = request.json
    history = [*(asked.get("history") or []), {"input": asked["input"], "response": answer.text}]
    return {"response": answer.text, "history": history}


def events(answer: Answer, request: Received) -> list[bytes]:
    """Return nothing: there is no stream."""
    return []


def failure(failure: Failure) -> tuple[int, dict[str, Any]]:
    """Return the status and the body of an error."""
    status, message = _FAILURES[failure.kind or "server"]
    return failure.status or status, {"detail": failure.message or message}


def failure_event(failure: Failure) -> bytes:
    """Return nothing: there is no stream."""
    return b""


def listing(models: tuple[str, ...]) -> dict[str, Any]:
    """Return the list of models."""
    return {"models": list(models)}

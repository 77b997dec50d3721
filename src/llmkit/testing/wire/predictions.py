"""Predictions that are jobs: made by POST, asked for by GET, streamed from an address of their own; as documented in 2026.

An answer's `finish` is the status of the prediction: a script of `starting`, `processing` and an answer without a finish is a job
that is asked for twice.
"""

from __future__ import annotations

import json
import re
from typing import Any

from llmkit.testing.answers import Answer, pieces
from llmkit.testing.received import Received
from llmkit.testing.wire import Failure

NAME = "predictions"
PREFIX = "/v1"
KEY = "r8_fake0123456789"

_PATH = re.compile(r"/v1/(models/[^/]+/[^/]+/)?predictions")
_STREAM = "/stream/"
_FAILURES: dict[str, tuple[int, str, str]] = {
    "bad_request": (422, "Input validation failed", "- input: prompt is required"),
    "unauthorized": (401, "Unauthenticated", "You did not pass a valid authentication token"),
    "payment": (402, "Insufficient credit", "You have insufficient credit to run this model."),
    "not_found": (404, "Not found", "The requested resource could not be found."),
    "rate_limited": (429, "Too many requests", "Request was throttled."),
    "server": (500, "Internal server error", "An unexpected error occurred."),
    "overloaded": (503, "Service unavailable", "Service is temporarily unavailable."),
}


def refuse(request: Received, key: str) -> Failure | None:
    """Return why the real thing would refuse `request`; the address of a stream needs no key."""
    if request.path.startswith(_STREAM):
        return None
    if request.headers.get("authorization") != f"Bearer {key}":
        return Failure(kind="unauthorized")
    if request.method == "GET":
        return None
    if request.method != "POST" or not _PATH.fullmatch(request.path):
        return Failure(kind="not_found")
    body = request.json
    if not isinstance(body, dict) or not isinstance(body.get("input"), dict):
        return Failure(kind="bad_request")
    if request.path == "/v1/predictions" and not body.get("version"):
        return Failure(kind="bad_request", message="- version is required")
    return None


def follows(request: Received) -> bool:
    """Say whether a GET asks for a prediction or its stream."""
    return request.path.startswith((_STREAM, "/v1/predictions/"))


def streams(request: Received) -> bool:
    """Say whether `request` asks for the stream itself."""
    return request.path.startswith(_STREAM)


def content_type(request: Received) -> str:
    """Return the media type of a stream."""
    return "text/event-stream"


def body(answer: Answer, request: Received) -> dict[str, Any]:
    """Return the prediction: just begun where a stream is asked for, else as the answer's finish says."""
    asked = request.json or {}
    status = "starting" if asked.get("stream") else answer.finish or "succeeded"
    id_, place = answer.id or "fake1", f"http://{request.headers.get('host')}"
    found: dict[str, Any] = {
        "id": id_,
        "model": answer.model or "owner/name",
        "version": "hidden",
        "input": asked.get("input", {}),
        "logs": "",
        "output": None,
        "error": None,
        "status": status,
        "created_at": "2026-11-01T00:00:00.000Z",
        "urls": {"get": f"{place}/v1/predictions/{id_}", "cancel": f"{place}/v1/predictions/{id_}/cancel"},
    }
    if asked.get("stream"):
        found["urls"]["stream"] = f"{place}{_STREAM}{id_}"
    if status == "failed":
        found["error"] = answer.refusal or "The model failed."
    elif status == "succeeded":
        sent, made = answer.usage
        found["output"] = pieces(answer)
        found["metrics"] = {"predict_time": 0.5, "input_token_count": sent, "output_token_count": made}
    return found


def events(answer: Answer, request: Received) -> list[bytes]:
    """Return the words as `output` events and the end as `done`."""
    ids = (f"1700000000:{number}" for number in range(1 << 20))
    found = [b": hi\n\n", *[_event("output", text, next(ids)) for text in pieces(answer)]]
    reason = {} if answer.finish is None else {"reason": answer.finish}
    return [*found, _event("done", json.dumps(reason), next(ids))]


def failure(failure: Failure) -> tuple[int, dict[str, Any]]:
    """Return the status and the body of an error."""
    known = {row[0]: kind for kind, row in reversed(_FAILURES.items())}
    kind = failure.kind or known.get(failure.status, "server" if failure.status >= 500 else "bad_request")
    kind = kind if kind in _FAILURES else "bad_request"
    status, title, message = _FAILURES[kind]
    status = failure.status or status
    return status, {"title": title, "detail": failure.message or message, "status": status}


def failure_event(failure_: Failure) -> bytes:
    """Return an error as an event inside a stream."""
    return _event("error", json.dumps({"detail": failure(failure_)[1]["detail"]}), "1700000000:9")


def listing(models: tuple[str, ...]) -> dict[str, Any]:
    """Return the list of models."""
    return {"next": None, "previous": None, "results": [{"owner": "owner", "name": model} for model in models]}


def _event(name: str, text: str, id_: str) -> bytes:
    lines = "".join(f"data: {line}\n" for line in text.split("\n"))
    return f"event: {name}\nid: {id_}\n{lines}\n".encode()

"""Ollama's own chat (`/api/chat`), as its documentation and its SDK's types of 2026 have it."""

from __future__ import annotations

import json
from typing import Any

from llmkit.testing.answers import Answer, pieces, words
from llmkit.testing.received import Received
from llmkit.testing.wire import Failure

NAME = "ollama"
PREFIX = ""
KEY = "fake-ollama-0123456789"

_CREATED = "2026-11-20T12:00:00.123456789Z"
_FAILURES: dict[str, tuple[int, str]] = {
    "bad_request": (400, "invalid request"),
    "context_length": (400, "the input length exceeds the context length"),
    "content_filter": (400, "the request was flagged by the safety system"),
    "unauthorized": (401, "unauthorized"),
    "quota": (402, "insufficient credits"),
    "forbidden": (403, "forbidden"),
    "not_found": (404, "model 'fake' not found, try pulling it first"),
    "too_large": (413, "request body too large"),
    "rate_limited": (429, "too many requests"),
    "server": (500, "llama runner process has terminated"),
    "overloaded": (503, "server busy, please try again.  maximum pending requests exceeded"),
}


def refuse(request: Received, key: str) -> Failure | None:
    """Return why the real thing would refuse `request`: a local server asks for no key, a hosted one for the right one."""
    if request.headers.get("authorization") not in (None, f"Bearer {key}"):
        return Failure(kind="unauthorized")
    if request.method == "GET":
        return None
    if request.method != "POST" or request.path != "/api/chat":
        return Failure(kind="not_found", message="404 page not found")
    body = request.json
    if not isinstance(body, dict):
        return Failure(kind="bad_request", message="unexpected EOF")
    if not body.get("model"):
        return Failure(kind="bad_request", message="model is required")
    for message in body.get("messages") or ():
        problem = _problem(message)
        if problem:
            return Failure(kind="bad_request", message=problem)
    if isinstance(body.get("think"), str) and body["think"] not in ("low", "medium", "high"):
        return Failure(
            kind="bad_request", message=f'invalid think value: {body["think"]!r} (must be "high", "medium", "low", true, or false)'
        )
    return None


def _problem(message: dict[str, Any]) -> str:
    """Return what the server's decoder cannot read."""
    if not isinstance(message.get("content", ""), str):
        return "json: cannot unmarshal array into Go struct field ChatRequest.messages.content of type string"
    for call in message.get("tool_calls") or ():
        if not isinstance(call["function"].get("arguments"), dict):
            return "json: cannot unmarshal string into Go struct field .messages.tool_calls.function.arguments"
    return ""


def streams(request: Received) -> bool:
    """Say whether `request` asks for a stream: unless it says otherwise."""
    return request.json.get("stream") is not False


def content_type(request: Received) -> str:
    """Return the media type of a stream."""
    return "application/x-ndjson"


def body(answer: Answer, request: Received) -> dict[str, Any]:
    """Return the whole answer."""
    message: dict[str, Any] = {"role": "assistant", "content": answer.text + (answer.refusal or "")}
    if answer.reasoning:
        message["thinking"] = answer.reasoning
    if answer.tool_calls:
        message["tool_calls"] = [_call(index, call) for index, call in enumerate(answer.tool_calls)]
    return {**_head(answer, request), "message": message, **_end(answer)}


def events(answer: Answer, request: Received) -> list[bytes]:
    """Return the answer as a stream."""
    said: list[dict[str, Any]] = [{"content": "", "thinking": word} for word in words(answer.reasoning or "")]
    said += [{"content": piece} for piece in [*pieces(answer), *words(answer.refusal or "")]]
    said += [{"content": "", "tool_calls": [_call(index, call)]} for index, call in enumerate(answer.tool_calls)]
    head = _head(answer, request)
    lines = [{**head, "message": {"role": "assistant", **piece}, "done": False} for piece in said]
    return [_line(line) for line in [*lines, {**head, "message": {"role": "assistant", "content": ""}, **_end(answer)}]]


def failure(failure: Failure) -> tuple[int, dict[str, Any]]:
    """Return the status and the body of an error."""
    status, message = _FAILURES[failure.kind or _kind(failure.status)]
    return failure.status or status, {"error": failure.message or message}


def failure_event(failure_: Failure) -> bytes:
    """Return an error as a line of a stream."""
    return _line(failure(failure_)[1])


def listing(models: tuple[str, ...]) -> dict[str, Any]:
    """Return the list of models, as `/v1/models` has it."""
    return {
        "object": "list",
        "data": [{"id": model, "object": "model", "created": 1_790_000_000, "owned_by": "library"} for model in models],
    }


def _kind(status: int) -> str:
    known = {row[0]: kind for kind, row in reversed(_FAILURES.items())}
    return known.get(status, "server" if status >= 500 else "bad_request")


def _head(answer: Answer, request: Received) -> dict[str, Any]:
    return {"model": answer.model or request.json["model"], "created_at": _CREATED}


def _call(index: int, call: tuple[str, str, dict[str, Any]]) -> dict[str, Any]:
    """Return a call; servers before version 0.13 give it no id."""
    id_, name, arguments = call
    return {**({"id": id_} if id_ else {}), "function": {"index": index, "name": name, "arguments": arguments}}


def _end(answer: Answer) -> dict[str, Any]:
    sent, made = answer.usage
    return {
        "done": True,
        "done_reason": answer.finish or "stop",
        "total_duration": 4_883_583_458,
        "load_duration": 1_334_875,
        "prompt_eval_count": sent,
        "prompt_eval_duration": 342_546_000,
        "eval_count": made,
        "eval_duration": 4_535_599_000,
    }


def _line(data: dict[str, Any]) -> bytes:
    return f"{json.dumps(data, ensure_ascii=False)}\n".encode()

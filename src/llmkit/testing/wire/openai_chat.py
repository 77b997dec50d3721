"""Chat Completions, as its documentation of 2026 has it; `reasoning_content` is the compatible hosts' addition."""

from __future__ import annotations

import json
from typing import Any

from llmkit.testing.answers import Answer, pieces, words
from llmkit.testing.received import Received
from llmkit.testing.wire import Failure

NAME = "openai_chat"
PREFIX = "/v1"
KEY = "sk-fake-0123456789"

_CREATED = 1_790_000_000
_FAILURES: dict[str, tuple[int, str, str | None, str]] = {
    "bad_request": (400, "invalid_request_error", None, "Invalid request."),
    "context_length": (
        400,
        "invalid_request_error",
        "context_length_exceeded",
        "This model's maximum context length is 128000 tokens. However, your messages resulted in 250000 tokens.",
    ),
    "content_filter": (400, "invalid_request_error", "content_policy_violation", "Your request was rejected by our safety system."),
    "unauthorized": (401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    "forbidden": (403, "invalid_request_error", None, "You are not allowed to use this model."),
    "not_found": (404, "invalid_request_error", "model_not_found", "The model does not exist or you do not have access to it."),
    "too_large": (413, "invalid_request_error", None, "Request too large."),
    "rate_limited": (429, "requests", "rate_limit_exceeded", "Rate limit reached. Please try again later."),
    "quota": (
        429,
        "insufficient_quota",
        "insufficient_quota",
        "You exceeded your current quota, please check your plan and billing details.",
    ),
    "server": (500, "server_error", None, "The server had an error while processing your request."),
    "overloaded": (503, "server_error", None, "The engine is currently overloaded, please try again later."),
}


def refuse(request: Received, key: str) -> Failure | None:
    """Return why the real thing would refuse `request`."""
    given = request.headers.get("authorization")
    if given is None:
        return Failure(kind="unauthorized", message="You didn't provide an API key.")
    if given != f"Bearer {key}":
        return Failure(kind="unauthorized")
    if request.method == "GET":
        return None
    if request.method != "POST" or request.path != f"{PREFIX}/chat/completions":
        return Failure(kind="not_found", message=f"Invalid URL ({request.method} {request.path})")
    body = request.json
    if not isinstance(body, dict):
        return Failure(kind="bad_request", message="We could not parse the JSON body of your request.")
    if not isinstance(body.get("model"), str) or not body["model"]:
        return Failure(kind="bad_request", message="you must provide a model parameter")
    if not isinstance(body.get("messages"), list) or not body["messages"]:
        return Failure(kind="bad_request", message="Missing required parameter: 'messages'.")
    return None


def streams(request: Received) -> bool:
    """Say whether `request` asks for a stream."""
    return request.json.get("stream") is True


def content_type(request: Received) -> str:
    """Return the media type of a stream."""
    return "text/event-stream; charset=utf-8"


def body(answer: Answer, request: Received) -> dict[str, Any]:
    """Return the whole answer."""
    message: dict[str, Any] = {
        "role": "assistant",
        "content": answer.text or None,
        "refusal": answer.refusal,
        "annotations": _annotations(answer),
    }
    if answer.reasoning is not None:
        message["reasoning_content"] = answer.reasoning
    if answer.tool_calls:
        message["tool_calls"] = [_call(id_, name, _text(arguments)) for id_, name, arguments in answer.tool_calls]
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(answer)}
    return {**_head(answer, request, "chat.completion"), "choices": [choice], "usage": _usage(answer)}


def events(answer: Answer, request: Received) -> list[bytes]:
    """Return the answer as a stream."""
    options = request.json.get("stream_options") or {}
    with_usage = options.get("include_usage") is True
    head = _head(answer, request, "chat.completion.chunk")
    chunks = [_chunk(head, delta, None, with_usage) for delta in _deltas(answer)]
    chunks.append(_chunk(head, {}, _finish(answer), with_usage))
    if with_usage:
        chunks.append({**head, "choices": [], "usage": _usage(answer)})
    return [_event(json.dumps(chunk, ensure_ascii=False)) for chunk in chunks] + [_event("[DONE]")]


def failure(failure: Failure) -> tuple[int, dict[str, Any]]:
    """Return the status and the body of an error."""
    status, type_, code, message = _FAILURES[failure.kind or _kind(failure.status)]
    return failure.status or status, {"error": {"message": failure.message or message, "type": type_, "param": None, "code": code}}


def failure_event(failure_: Failure) -> bytes:
    """Return an error as an event of a stream."""
    return _event(json.dumps(failure(failure_)[1]))


def listing(models: tuple[str, ...]) -> dict[str, Any]:
    """Return the list of models."""
    return {"object": "list", "data": [{"id": model, "object": "model", "created": _CREATED, "owned_by": "fake"} for model in models]}


def _kind(status: int) -> str:
    known = {row[0]: kind for kind, row in reversed(_FAILURES.items())}
    return known.get(status, "server" if status >= 500 else "bad_request")


def _head(answer: Answer, request: Received, kind: str) -> dict[str, Any]:
    return {
        "id": answer.id or "chatcmpl-fake",
        "object": kind,
        "created": _CREATED,
        "model": answer.model or request.json["model"],
        "service_tier": "default",
        "system_fingerprint": None,
    }


def _deltas(answer: Answer) -> list[dict[str, Any]]:
    first: dict[str, Any] = {"role": "assistant", "content": "", "refusal": None}
    deltas: list[dict[str, Any]] = [{"reasoning_content": word} for word in words(answer.reasoning or "")]
    deltas += [{"content": piece} for piece in pieces(answer)]
    deltas += [{"refusal": word} for word in words(answer.refusal or "")]
    if answer.citations:
        deltas.append({"annotations": _annotations(answer)})
    for index, (id_, name, arguments) in enumerate(answer.tool_calls):
        text = _text(arguments)
        half = len(text) // 2
        deltas.append({"tool_calls": [{"index": index, **_call(id_, name, "")}]})
        deltas += [{"tool_calls": [{"index": index, "function": {"arguments": part}}]} for part in (text[:half], text[half:])]
    return [first, *deltas]


def _chunk(head: dict[str, Any], delta: dict[str, Any], finish: str | None, with_usage: bool) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {**head, "choices": [choice], **({"usage": None} if with_usage else {})}


def _call(id_: str, name: str, arguments: str) -> dict[str, Any]:
    return {"id": id_, "type": "function", "function": {"name": name, "arguments": arguments}}


def _text(arguments: dict[str, Any]) -> str:
    return json.dumps(arguments, ensure_ascii=False)


def _finish(answer: Answer) -> str:
    return answer.finish or ("tool_calls" if answer.tool_calls else "stop")


def _annotations(answer: Answer) -> list[dict[str, Any]]:
    end = len(answer.text)
    return [
        {"type": "url_citation", "url_citation": {"start_index": 0, "end_index": end, "url": url, "title": title}}
        for url, title in answer.citations
    ]


def _usage(answer: Answer) -> dict[str, Any]:
    sent, made = answer.usage
    return {
        "prompt_tokens": sent,
        "completion_tokens": made,
        "total_tokens": sent + made,
        "prompt_tokens_details": {"cached_tokens": answer.cached, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": answer.thought,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def _event(data: str) -> bytes:
    return f"data: {data}\n\n".encode()

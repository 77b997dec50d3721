"""Mistral's chat, as its documentation and its SDK's types of 2026 have it: close to Chat Completions, and stricter."""

from __future__ import annotations

import json
import re
from typing import Any

from llmkit.testing.answers import Answer, pieces, words
from llmkit.testing.received import Received
from llmkit.testing.wire import Failure

NAME = "mistral"
PREFIX = "/v1"
KEY = "fake0123456789abcdefFAKE"

_CREATED = 1_790_000_000
_FAILURES: dict[str, tuple[int, str, str | None, str]] = {
    "bad_request": (400, "invalid_request_error", None, "Invalid request."),
    "context_length": (
        400,
        "invalid_request_invalid_args",
        "3051",
        "Prompt contains 150004 tokens and 0 draft tokens, too large for model with 131072 maximum context length",
    ),
    "content_filter": (400, "invalid_request_error", None, "The request was flagged by the safety system."),
    "unauthorized": (401, "unauthorized", None, "Unauthorized"),
    "quota": (402, "payment_required", None, "Insufficient credits: add a payment method."),
    "forbidden": (403, "forbidden", None, "You are not allowed to use this model."),
    "not_found": (400, "invalid_model", "1500", "Invalid model: fake"),
    "too_large": (413, "request_too_large", None, "Request body too large."),
    "unprocessable": (422, "invalid_request_error", None, "Extra inputs are not permitted"),
    "rate_limited": (429, "rate_limited", "1300", "Rate limit exceeded"),
    "server": (500, "internal_server_error", "1000", "Service unavailable."),
    "overloaded": (503, "service_unavailable", None, "The model is overloaded, please try again later."),
}
_FIELDS = frozenset(
    [
        "model",
        "messages",
        "temperature",
        "top_p",
        "max_tokens",
        "stream",
        "stop",
        "random_seed",
        "metadata",
        "response_format",
        "tools",
        "tool_choice",
        "presence_penalty",
        "frequency_penalty",
        "min_tokens",
        "repetition_penalty",
        "top_k",
        "logprobs",
        "top_logprobs",
        "prompt_logprobs",
        "top_prompt_logprobs",
        "n",
        "prediction",
        "parallel_tool_calls",
        "reasoning_effort",
        "prompt_mode",
        "guardrails",
        "prompt_cache_key",
        "service_tier",
        "safe_prompt",
    ]
)
_CALL_ID = re.compile(r"[A-Za-z0-9]{9}")


def refuse(request: Received, key: str) -> Failure | None:
    """Return why the real thing would refuse `request`."""
    if request.headers.get("authorization") != f"Bearer {key}":
        return Failure(kind="unauthorized")
    if request.method == "GET":
        return None
    if request.method != "POST" or request.path != f"{PREFIX}/chat/completions":
        return Failure(kind="bad_request", status=404, message="no Route matched with those values")
    body = request.json
    if not isinstance(body, dict) or not isinstance(body.get("messages"), list) or not body["messages"] or not body.get("model"):
        return Failure(kind="unprocessable", message="Field required")
    extra = body.keys() - _FIELDS
    if extra:
        return Failure(kind="unprocessable", message=f"{min(extra)}: Extra inputs are not permitted")
    return _refuse_messages(body["messages"])


def _refuse_messages(messages: list[dict[str, Any]]) -> Failure | None:
    for message in messages:
        ids = [call["id"] for call in message.get("tool_calls") or ()]
        ids += [message["tool_call_id"]] if message["role"] == "tool" else []
        for id_ in ids:
            if not _CALL_ID.fullmatch(id_):
                return Failure(
                    kind="bad_request", message=f"Tool call id was {id_} but must be a-z, A-Z, 0-9, with a length of 9.", status=400
                )
    last = messages[-1]
    if last["role"] == "assistant" and not last.get("prefix"):
        problem = "Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant"
        return Failure(kind="bad_request", message=problem)
    return None


def streams(request: Received) -> bool:
    """Say whether `request` asks for a stream."""
    return request.json.get("stream") is True


def content_type(request: Received) -> str:
    """Return the media type of a stream."""
    return "text/event-stream; charset=utf-8"


def body(answer: Answer, request: Received) -> dict[str, Any]:
    """Return the whole answer."""
    chunks = _chunks(answer)
    message: dict[str, Any] = {"role": "assistant", "tool_calls": None, "content": _plain(chunks)}
    if answer.tool_calls:
        message["tool_calls"] = [_call(index, call) for index, call in enumerate(answer.tool_calls)]
    choice = {"index": 0, "finish_reason": _finish(answer), "message": message}
    return {**_head(answer, request, "chat.completion"), "choices": [choice], "usage": _usage(answer)}


def events(answer: Answer, request: Received) -> list[bytes]:
    """Return the answer as a stream: calls come whole, usage with the last chunk."""
    head = _head(answer, request, "chat.completion.chunk")
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    thoughts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": word}], "closed": False} for word in words(answer.reasoning or "")
    ]
    deltas += [{"content": [thought]} for thought in thoughts]
    if answer.reasoning:
        deltas.append({"content": [{"type": "thinking", "thinking": [], "closed": True, **_signature(answer)}]})
    deltas += [{"content": piece} for piece in pieces(answer)] if answer.text else []
    deltas += [{"content": word} for word in words(answer.refusal or "")]
    last: dict[str, Any] = {"content": ""}
    if answer.tool_calls:
        last["tool_calls"] = [_call(index, call) for index, call in enumerate(answer.tool_calls)]
    found = [_event({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}) for delta in deltas]
    end = {"index": 0, "delta": last, "finish_reason": _finish(answer)}
    return [*found, _event({**head, "choices": [end], "usage": _usage(answer)}), b"data: [DONE]\n\n"]


def failure(failure: Failure) -> tuple[int, dict[str, Any]]:
    """Return the status and the body of an error."""
    status, type_, code, message = _FAILURES[failure.kind or _kind(failure.status)]
    return failure.status or status, {
        "object": "error",
        "message": failure.message or message,
        "type": type_,
        "param": None,
        "code": code,
    }


def failure_event(failure_: Failure) -> bytes:
    """Return an error as an event of a stream."""
    return _event(failure(failure_)[1])


def listing(models: tuple[str, ...]) -> dict[str, Any]:
    """Return the list of models."""
    return {"object": "list", "data": [{"id": model, "object": "model", "created": _CREATED, "owned_by": "mistralai"} for model in models]}


def _kind(status: int) -> str:
    known = {row[0]: kind for kind, row in reversed(_FAILURES.items())}
    return known.get(status, "server" if status >= 500 else "bad_request")


def _head(answer: Answer, request: Received, kind: str) -> dict[str, Any]:
    model = answer.model or request.json["model"]
    return {"id": answer.id or "fake0123456789", "object": kind, "created": _CREATED, "model": model}


def _chunks(answer: Answer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if answer.reasoning:
        thinking = [{"type": "text", "text": answer.reasoning}]
        found.append({"type": "thinking", "thinking": thinking, "closed": True, **_signature(answer)})
    said = answer.text + (answer.refusal or "")
    if said:
        found.append({"type": "text", "text": said})
    return found


def _plain(chunks: list[dict[str, Any]]) -> Any:
    if not chunks:
        return ""
    return chunks[0]["text"] if len(chunks) == 1 and chunks[0]["type"] == "text" else chunks


def _signature(answer: Answer) -> dict[str, Any]:
    return {"signature": answer.signature} if answer.signature is not None else {}


def _call(index: int, call: tuple[str, str, dict[str, Any]]) -> dict[str, Any]:
    id_, name, arguments = call
    return {
        "id": id_,
        "type": "function",
        "function": {"name": name, "arguments": json.dumps(arguments, ensure_ascii=False)},
        "index": index,
    }


def _finish(answer: Answer) -> str:
    return answer.finish or ("tool_calls" if answer.tool_calls else "stop")


def _usage(answer: Answer) -> dict[str, Any]:
    sent, made = answer.usage
    usage: dict[str, Any] = {"prompt_tokens": sent, "completion_tokens": made, "total_tokens": sent + made}
    if answer.cached:
        usage["prompt_tokens_details"] = {"cached_tokens": answer.cached}
    return usage


def _event(data: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()

"""Messages, as its documentation of 2026 has it."""

from __future__ import annotations

import json
from typing import Any

from llmkit.testing.answers import Answer, pieces, words
from llmkit.testing.received import Received
from llmkit.testing.wire import Failure

NAME = "anthropic"
PREFIX = "/v1"
KEY = "sk-ant-fake-0123456789"

_FAILURES: dict[str, tuple[int, str, str]] = {
    "bad_request": (400, "invalid_request_error", "Invalid request."),
    "context_length": (400, "invalid_request_error", "prompt is too long: 250000 tokens > 200000 maximum"),
    "content_filter": (400, "invalid_request_error", "Output blocked by content filtering policy"),
    "unauthorized": (401, "authentication_error", "invalid x-api-key"),
    "quota": (402, "billing_error", "Your credit balance is too low to access the API."),
    "forbidden": (403, "permission_error", "Your API key does not have permission to use the specified resource."),
    "not_found": (404, "not_found_error", "model: unknown"),
    "too_large": (413, "request_too_large", "Request exceeds the maximum size"),
    "rate_limited": (429, "rate_limit_error", "This request would exceed your organization's rate limit."),
    "server": (500, "api_error", "Internal server error"),
    "overloaded": (529, "overloaded_error", "Overloaded"),
}


def refuse(request: Received, key: str) -> Failure | None:
    """Return why the real thing would refuse `request`."""
    given = request.headers.get("x-api-key")
    bearer = request.headers.get("authorization")
    if given is None and bearer is None:
        return Failure(kind="unauthorized", message="x-api-key header is required")
    if (given if given is not None else (bearer or "").removeprefix("Bearer ")) != key:
        return Failure(kind="unauthorized")
    if "anthropic-version" not in request.headers:
        return Failure(kind="bad_request", message="anthropic-version: header is required")
    if request.method == "GET":
        return None
    if request.method != "POST" or request.path != f"{PREFIX}/messages":
        return Failure(kind="not_found", message="Not found")
    body = request.json
    if not isinstance(body, dict):
        return Failure(kind="bad_request", message="The request body is not valid JSON")
    missing = [name for name in ("model", "max_tokens", "messages") if body.get(name) is None]
    if missing:
        return Failure(kind="bad_request", message=f"{missing[0]}: Field required")
    if not body["messages"]:
        return Failure(kind="bad_request", message="messages: at least one message is required")
    return None


def streams(request: Received) -> bool:
    """Say whether `request` asks for a stream."""
    return request.json.get("stream") is True


def content_type(request: Received) -> str:
    """Return the media type of a stream."""
    return "text/event-stream; charset=utf-8"


def body(answer: Answer, request: Received) -> dict[str, Any]:
    """Return the whole answer."""
    return {**_message(answer, request), "content": _blocks(answer), **_stop(answer), "usage": _usage(answer)}


def events(answer: Answer, request: Received) -> list[bytes]:
    """Return the answer as a stream."""
    begun = {**_usage(answer), "output_tokens": 1}
    begun.pop("output_tokens_details", None)
    message = {**_message(answer, request), "content": [], "stop_reason": None, "stop_sequence": None, "stop_details": None, "usage": begun}
    found = [_event({"type": "message_start", "message": message})]
    for index, block in enumerate(_blocks(answer)):
        found.append(_event({"type": "content_block_start", "index": index, "content_block": _opening(block)}))
        if index == 0:
            found.append(_event({"type": "ping"}))
        deltas = _deltas(block, answer)
        found += [_event({"type": "content_block_delta", "index": index, "delta": delta}) for delta in deltas]
        found.append(_event({"type": "content_block_stop", "index": index}))
    found.append(_event({"type": "message_delta", "delta": _stop(answer), "usage": _final(answer)}))
    found.append(_event({"type": "message_stop"}))
    return found


def failure(failure: Failure) -> tuple[int, dict[str, Any]]:
    """Return the status and the body of an error."""
    status, type_, message = _FAILURES[failure.kind or _kind(failure.status)]
    error = {"type": type_, "message": failure.message or message}
    return failure.status or status, {"type": "error", "error": error, "request_id": "req_fake"}


def failure_event(failure_: Failure) -> bytes:
    """Return an error as an event of a stream."""
    return _event(failure(failure_)[1])


def listing(models: tuple[str, ...]) -> dict[str, Any]:
    """Return the list of models."""
    data = [{"type": "model", "id": model, "display_name": model, "created_at": "2026-01-01T00:00:00Z"} for model in models]
    return {"data": data, "has_more": False, "first_id": models[0] if models else None, "last_id": models[-1] if models else None}


def _kind(status: int) -> str:
    known = {row[0]: kind for kind, row in reversed(_FAILURES.items())}
    return known.get(status, "server" if status >= 500 else "bad_request")


def _message(answer: Answer, request: Received) -> dict[str, Any]:
    return {"model": answer.model or request.json["model"], "id": answer.id or "msg_fake", "type": "message", "role": "assistant"}


def _blocks(answer: Answer) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    if answer.reasoning is not None or answer.signature is not None:
        blocks.append({"type": "thinking", "thinking": answer.reasoning or "", "signature": answer.signature or "c2lnbmF0dXJl"})
    if answer.redacted is not None:
        blocks.append({"type": "redacted_thinking", "data": answer.redacted})
    if answer.text or answer.refusal or answer.citations:
        text: dict[str, Any] = {"type": "text", "text": answer.text or answer.refusal or ""}
        blocks.append({**text, "citations": _citations(answer)} if answer.citations else text)
    for id_, name, arguments in answer.tool_calls:
        blocks.append({"type": "tool_use", "id": id_, "name": name, "input": arguments, "caller": {"type": "direct"}})
    return blocks


def _opening(block: dict[str, Any]) -> dict[str, Any]:
    match block["type"]:
        case "thinking":
            return {**block, "thinking": "", "signature": ""}
        case "text":
            return {**block, "text": "", **({"citations": []} if "citations" in block else {})}
        case "tool_use":
            return {**block, "input": {}}
        case _:
            return block


def _deltas(block: dict[str, Any], answer: Answer) -> list[dict[str, Any]]:
    match block["type"]:
        case "thinking":
            thoughts = [{"type": "thinking_delta", "thinking": word} for word in words(block["thinking"])]
            return [*thoughts, {"type": "signature_delta", "signature": block["signature"]}]
        case "text":
            said = pieces(answer) if answer.text else words(block["text"])
            cited = [{"type": "citations_delta", "citation": citation} for citation in block.get("citations", ())]
            return cited + [{"type": "text_delta", "text": piece} for piece in said]
        case "tool_use":
            text = json.dumps(block["input"], ensure_ascii=False) if block["input"] else ""
            half = len(text) // 2
            return [{"type": "input_json_delta", "partial_json": part} for part in ("", text[:half], text[half:])]
        case _:
            return []


def _stop(answer: Answer) -> dict[str, Any]:
    reason = answer.finish or ("tool_use" if answer.tool_calls else "refusal" if answer.refusal else "end_turn")
    return {"stop_reason": reason, "stop_sequence": None, "stop_details": None}


def _citations(answer: Answer) -> list[dict[str, Any]]:
    return [
        {"type": "web_search_result_location", "cited_text": answer.text[:150], "url": url, "title": title, "encrypted_index": "ZmFrZQ=="}
        for url, title in answer.citations
    ]


def _usage(answer: Answer) -> dict[str, Any]:
    """Return the usage: cached tokens stand beside `input_tokens`, not inside."""
    sent, made = answer.usage
    usage: dict[str, Any] = {
        "input_tokens": sent - answer.cached,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": answer.cached,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "output_tokens": made,
        "service_tier": "standard",
    }
    return {**usage, "output_tokens_details": {"thinking_tokens": answer.thought}} if answer.thought else usage


def _final(answer: Answer) -> dict[str, Any]:
    usage = _usage(answer)
    return {name: value for name, value in usage.items() if name not in ("cache_creation", "service_tier")}


def _event(data: dict[str, Any]) -> bytes:
    return f"event: {data['type']}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()

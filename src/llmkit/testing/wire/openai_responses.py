"""Responses, as its documentation of 2026 has it."""

from __future__ import annotations

import json
from typing import Any

from llmkit.testing.answers import Answer, pieces, words
from llmkit.testing.received import Received
from llmkit.testing.wire import Failure

NAME = "openai_responses"
PREFIX = "/v1"
KEY = "sk-fake-0123456789"

_FAILURES: dict[str, tuple[int, str, str | None, str]] = {
    "bad_request": (400, "invalid_request_error", None, "Invalid request."),
    "context_length": (400, "invalid_request_error", "context_length_exceeded", "Your input exceeds the context window of this model."),
    "content_filter": (400, "invalid_request_error", "content_policy_violation", "Your request was rejected by our safety system."),
    "unauthorized": (401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    "forbidden": (403, "invalid_request_error", "unsupported_country_region_territory", "Country, region, or territory not supported"),
    "not_found": (404, "invalid_request_error", "model_not_found", "The model does not exist or you do not have access to it."),
    "too_large": (413, "invalid_request_error", None, "Request too large."),
    "quota": (429, "insufficient_quota", "insufficient_quota", "You exceeded your current quota."),
    "rate_limited": (429, "requests", "rate_limit_exceeded", "Rate limit reached."),
    "server": (500, "server_error", "server_error", "The server had an error while processing your request."),
    "overloaded": (503, "server_error", "server_is_overloaded", "The model is currently overloaded. Please try again later."),
}
_FIELDS = frozenset(
    {
        "access_programs",
        "background",
        "background_options",
        "context_management",
        "conversation",
        "image",
        "include",
        "input",
        "instructions",
        "max_output_tokens",
        "max_tool_calls",
        "metadata",
        "model",
        "moderation",
        "parallel_tool_calls",
        "previous_response_id",
        "prompt",
        "prompt_cache_key",
        "prompt_cache_options",
        "prompt_cache_retention",
        "reasoning",
        "safety_identifier",
        "service_tier",
        "store",
        "stream",
        "stream_options",
        "temperature",
        "text",
        "tool_choice",
        "tools",
        "top_logprobs",
        "top_p",
        "truncation",
        "user",
    }
)
_INCOMPLETE = ("max_output_tokens", "content_filter", "max_messages", "steered")


def refuse(request: Received, key: str) -> Failure | None:
    """Return why the real thing would refuse `request`."""
    if request.headers.get("authorization") != f"Bearer {key}":
        return Failure(kind="unauthorized")
    if request.method == "GET":
        after = request.query.get("starting_after", "0")
        return None if after.isdecimal() else Failure(kind="bad_request", message="Invalid 'starting_after'.")
    if request.method != "POST" or request.path != f"{PREFIX}/responses":
        return Failure(kind="not_found", message=f"Invalid URL ({request.method} {request.path})")
    body = request.json
    if not isinstance(body, dict):
        return Failure(kind="bad_request", message="We could not parse the JSON body of your request.")
    if not body.get("model"):
        return Failure(kind="bad_request", message="Missing required parameter: 'model'.")
    unknown = [name for name in body if name not in _FIELDS]
    if unknown:
        return Failure(kind="bad_request", message=f"Unknown parameter: '{unknown[0]}'.")
    if not body.get("input") and not body.keys() & {"prompt", "conversation", "previous_response_id"}:
        return Failure(kind="bad_request", message="Missing required parameter: 'input'.")
    for place, item in enumerate(body["input"]) if isinstance(body.get("input"), list) else ():
        wrong = _wrong(item, f"input[{place}]", stored=body.get("store") is not False)
        if wrong is not None:
            return wrong
    return None


def follows(request: Received) -> bool:
    """Say whether a GET asks for a stored response."""
    return request.path.startswith(f"{PREFIX}/responses/")


def _wrong(item: dict[str, Any], path: str, *, stored: bool) -> Failure | None:
    kind = item.get("type", "message")
    needed = {
        "message": ("role", "content"),
        "function_call": ("call_id", "name", "arguments"),
        "function_call_output": ("call_id", "output"),
        "reasoning": ("summary",),
    }.get(kind, ())
    missing = [name for name in needed if item.get(name) is None]
    if missing:
        return Failure(kind="bad_request", message=f"Missing required parameter: '{path}.{missing[0]}'.")
    if len(str(item.get("call_id", ""))) > 64:
        return Failure(kind="bad_request", message=f"Invalid '{path}.call_id': string too long. Expected at most 64 characters.")
    if kind == "reasoning" and not stored and not item.get("encrypted_content"):
        message = f"Item with id '{item.get('id')}' not found. Items are not persisted when `store` is set to false."
        return Failure(kind="not_found", message=message)
    return None


def streams(request: Received) -> bool:
    """Say whether `request` asks for a stream."""
    return (request.json or {}).get("stream") is True or request.query.get("stream") == "true"


def content_type(request: Received) -> str:
    """Return the media type of a stream."""
    return "text/event-stream; charset=utf-8"


def body(answer: Answer, request: Received) -> dict[str, Any]:
    """Return the whole answer."""
    return {**_response(answer, request), **_end(answer), "output": _items(answer), "usage": _usage(answer)}


def events(answer: Answer, request: Received) -> list[bytes]:
    """Return the answer as a stream."""
    begun = {**_response(answer, request), "status": "in_progress", "output": [], "usage": None}
    told: list[dict[str, Any]] = [{"type": "response.created", "response": begun}, {"type": "response.in_progress", "response": begun}]
    for place, item in enumerate(_items(answer)):
        opening = {**item, **_BLANK[item["type"]], **({"status": "in_progress"} if "status" in item else {})}
        told.append({"type": "response.output_item.added", "output_index": place, "item": opening})
        told += [{**event, "item_id": item["id"], "output_index": place} for event in _GROWTH[item["type"]](item, answer)]
        told.append({"type": "response.output_item.done", "output_index": place, "item": item})
    whole = body(answer, request)
    told.append({"type": "response.incomplete" if whole["status"] == "incomplete" else "response.completed", "response": whole})
    first = int(request.query.get("starting_after", -1)) + 1
    return [_event({**event, "sequence_number": number}) for number, event in enumerate(told)][first:]


def failure(failure: Failure) -> tuple[int, dict[str, Any]]:
    """Return the status and the body of an error."""
    status, type_, code, message = _FAILURES[failure.kind or _kind(failure.status)]
    return failure.status or status, {"error": {"message": failure.message or message, "type": type_, "param": None, "code": code}}


def failure_event(failure_: Failure) -> bytes:
    """Return an error as an event of a stream."""
    error = failure(failure_)[1]["error"]
    return _event({"type": "error", "error": error, "sequence_number": 9})


def listing(models: tuple[str, ...]) -> dict[str, Any]:
    """Return the list of models."""
    return {"object": "list", "data": [{"id": model, "object": "model", "created": 1767225600, "owned_by": "fake"} for model in models]}


def _kind(status: int) -> str:
    known = {row[0]: kind for kind, row in reversed(_FAILURES.items())}
    return known.get(status, "server" if status >= 500 else "bad_request")


def _response(answer: Answer, request: Received) -> dict[str, Any]:
    asked = request.json or {}
    return {
        "id": answer.id or "resp_fake",
        "object": "response",
        "created_at": 1767225600,
        "background": bool(asked.get("background")),
        "error": None,
        "incomplete_details": None,
        "instructions": asked.get("instructions"),
        "metadata": asked.get("metadata") or {},
        "model": answer.model or asked.get("model", "stored"),
        "parallel_tool_calls": asked.get("parallel_tool_calls", True),
        "store": asked.get("store", True),
        "temperature": asked.get("temperature", 1.0),
        "text": {"format": {"type": "text"}, **(asked.get("text") or {})},
        "tool_choice": asked.get("tool_choice", "auto"),
        "tools": [{"strict": True, **tool} for tool in asked.get("tools") or []],
        "top_p": asked.get("top_p", 1.0),
        "truncation": "disabled",
        "service_tier": "default",
    }


def _end(answer: Answer) -> dict[str, Any]:
    reason = "max_output_tokens" if answer.finish == "length" else answer.finish
    if reason in _INCOMPLETE:
        return {"status": "incomplete", "incomplete_details": {"reason": reason}}
    return {"status": reason if reason in ("queued", "in_progress", "cancelled") else "completed", "incomplete_details": None}


def _items(answer: Answer) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    if answer.reasoning is not None or answer.signature is not None or answer.redacted is not None:
        summary = [{"type": "summary_text", "text": answer.reasoning}] if answer.reasoning else []
        sealed = answer.redacted or answer.signature or "ZmFrZQ=="
        items.append({"id": "rs_fake", "type": "reasoning", "summary": summary, "encrypted_content": sealed})
    if answer.text or answer.refusal or answer.citations:
        content = (
            {"type": "refusal", "refusal": answer.refusal}
            if answer.refusal and not answer.text
            else {"type": "output_text", "annotations": _annotations(answer), "logprobs": [], "text": answer.text}
        )
        items.append(
            {
                "id": "msg_fake",
                "type": "message",
                "status": "completed",
                "content": [content],
                "role": "assistant",
                "phase": "commentary" if answer.tool_calls else "final_answer",
            }
        )
    for place, (id_, name, arguments) in enumerate(answer.tool_calls):
        text = json.dumps(arguments, ensure_ascii=False)
        call = {"id": f"fc_fake_{place}", "type": "function_call", "status": "completed", "arguments": text, "call_id": id_, "name": name}
        items.append(call)
    return items


def _annotations(answer: Answer) -> list[dict[str, Any]]:
    return [
        {"type": "url_citation", "start_index": 0, "end_index": len(answer.text), "title": title, "url": url}
        for url, title in answer.citations
    ]


def _thinking(item: dict[str, Any], answer: Answer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for index, part in enumerate(item["summary"]):
        at = {"summary_index": index}
        found.append({"type": "response.reasoning_summary_part.added", **at, "part": {"type": "summary_text", "text": ""}})
        found += [{"type": "response.reasoning_summary_text.delta", **at, "delta": word} for word in words(part["text"])]
        found.append({"type": "response.reasoning_summary_text.done", **at, "text": part["text"]})
        found.append({"type": "response.reasoning_summary_part.done", **at, "part": part})
    return found


def _saying(item: dict[str, Any], answer: Answer) -> list[dict[str, Any]]:
    content = item["content"][0]
    at = {"content_index": 0}
    if content["type"] == "refusal":
        blank: dict[str, Any] = {"type": "refusal", "refusal": ""}
        deltas = [{"type": "response.refusal.delta", **at, "delta": word} for word in words(content["refusal"])]
        done = {"type": "response.refusal.done", **at, "refusal": content["refusal"]}
    else:
        blank = {"type": "output_text", "annotations": [], "logprobs": [], "text": ""}
        deltas = [{"type": "response.output_text.delta", **at, "delta": piece, "logprobs": []} for piece in pieces(answer)]
        for index, note in enumerate(content["annotations"]):
            deltas.append({"type": "response.output_text.annotation.added", **at, "annotation_index": index, "annotation": note})
        done = {"type": "response.output_text.done", **at, "text": content["text"], "logprobs": []}
    added = {"type": "response.content_part.added", **at, "part": blank}
    return [added, *deltas, done, {"type": "response.content_part.done", **at, "part": content}]


def _calling(item: dict[str, Any], answer: Answer) -> list[dict[str, Any]]:
    text = item["arguments"]
    half = len(text) // 2
    deltas = [{"type": "response.function_call_arguments.delta", "delta": part} for part in (text[:half], text[half:])]
    return [*deltas, {"type": "response.function_call_arguments.done", "arguments": text, "name": item["name"]}]


_BLANK: dict[str, dict[str, Any]] = {"reasoning": {"summary": []}, "message": {"content": []}, "function_call": {"arguments": ""}}
_GROWTH = {"reasoning": _thinking, "message": _saying, "function_call": _calling}


def _usage(answer: Answer) -> dict[str, Any]:
    """Return the usage: cached tokens are part of the input, thinking is part of the output."""
    sent, made = answer.usage
    return {
        "input_tokens": sent,
        "input_tokens_details": {"cached_tokens": answer.cached, "cache_write_tokens": 0},
        "output_tokens": made,
        "output_tokens_details": {"reasoning_tokens": answer.thought},
        "total_tokens": sent + made,
    }


def _event(data: dict[str, Any]) -> bytes:
    return f"event: {data['type']}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()

"""Cohere's chat, version 2, as its documentation and its SDK's types of 2026 have it."""

from __future__ import annotations

import json
from typing import Any

from llmkit.testing.answers import Answer, pieces, words
from llmkit.testing.received import Received
from llmkit.testing.wire import Failure

NAME = "cohere"
PREFIX = "/v2"
KEY = "fakeCohere0123456789"

_FAILURES: dict[str, tuple[int, str]] = {
    "bad_request": (400, "invalid request"),
    "context_length": (400, "too many tokens: size limit exceeded by 189876 tokens. Try using shorter or fewer inputs."),
    "content_filter": (400, "blocked output: please try again with a different input, it was flagged by our content policy"),
    "unauthorized": (401, "invalid api token"),
    "quota": (402, "Please add or update your payment method: insufficient credits."),
    "forbidden": (403, "your account does not have access to this model"),
    "not_found": (404, "model 'fake' not found, make sure the correct model ID was used and that you have access to the model."),
    "too_large": (413, "request too large"),
    "unprocessable": (422, "unknown field"),
    "rate_limited": (429, "You are using a Trial key, which is limited to 20 API calls / minute."),
    "server": (500, "internal server error"),
    "overloaded": (503, "service unavailable"),
}
_FIELDS = frozenset(
    [
        "model",
        "messages",
        "stream",
        "tools",
        "strict_tools",
        "documents",
        "citation_options",
        "response_format",
        "safety_mode",
        "max_tokens",
        "stop_sequences",
        "temperature",
        "seed",
        "frequency_penalty",
        "presence_penalty",
        "k",
        "p",
        "logprobs",
        "tool_choice",
        "thinking",
        "priority",
    ]
)
_TYPES = {"user": ("text", "image_url"), "system": ("text",), "assistant": ("text", "thinking"), "tool": ("text", "document")}


def refuse(request: Received, key: str) -> Failure | None:
    """Return why the real thing would refuse `request`."""
    if request.headers.get("authorization") != f"Bearer {key}":
        return Failure(kind="unauthorized")
    if request.method == "GET":
        return None
    if request.method != "POST" or request.path != f"{PREFIX}/chat":
        return Failure(kind="not_found", message="404 page not found")
    body = request.json
    if not isinstance(body, dict) or not body.get("model") or not body.get("messages"):
        return Failure(kind="bad_request", message="invalid request: model and messages are required")
    extra = body.keys() - _FIELDS
    if extra:
        return Failure(kind="unprocessable", message=f"unknown field: parameter '{min(extra)}' is not a valid field.")
    form = body.get("response_format") or {}
    if form.get("type") == "json_object" and (body.get("tools") or body.get("documents")):
        return Failure(kind="bad_request", message="invalid request: response_format is not supported with tools or documents")
    return next((found for message in body["messages"] if (found := _refuse_message(message)) is not None), None)


def _refuse_message(message: dict[str, Any]) -> Failure | None:
    content = message.get("content")
    kinds = [block.get("type") for block in content] if isinstance(content, list) else []
    wrong = [kind for kind in kinds if kind not in _TYPES.get(message["role"], ())]
    if wrong or message["role"] not in _TYPES:
        return Failure(kind="bad_request", message=f"invalid request: {wrong or message['role']} in messages")
    if message["role"] == "tool" and not message.get("tool_call_id"):
        return Failure(kind="bad_request", message="invalid request: tool_call_id is required")
    return None


def streams(request: Received) -> bool:
    """Say whether `request` asks for a stream."""
    return request.json.get("stream") is True


def content_type(request: Received) -> str:
    """Return the media type of a stream."""
    return "text/event-stream"


def body(answer: Answer, request: Received) -> dict[str, Any]:
    """Return the whole answer. What it means to do before it calls tools is a plan."""
    message: dict[str, Any] = {"role": "assistant"}
    plan = _plan(answer)
    if plan:
        message["tool_plan"] = plan
    if answer.tool_calls:
        message["tool_calls"] = [_call(call) for call in answer.tool_calls]
    blocks = _blocks(answer)
    if blocks:
        message["content"] = blocks
    if answer.citations:
        message["citations"] = _citations(answer)
    return {"id": _id(answer), "message": message, "finish_reason": _finish(answer), "usage": _usage(answer)}


def events(answer: Answer, request: Received) -> list[bytes]:
    """Return the answer as a stream."""
    begin = {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []}
    found: list[dict[str, Any]] = [{"type": "message-start", "id": _id(answer), "delta": {"message": begin}}]
    for index, block in enumerate(_blocks(answer)):
        word = block["type"]
        said = pieces(answer) if word == "text" and answer.text else words(block[word])
        found.append(_content("content-start", index, {"type": word, word: ""}))
        found += [_content("content-delta", index, {word: piece}) for piece in said]
        found.append({"type": "content-end", "index": index})
    for number, citation in enumerate(_citations(answer)):
        found.append({"type": "citation-start", "index": number, "delta": {"message": {"citations": citation}}})
        found.append({"type": "citation-end", "index": number})
    found += [{"type": "tool-plan-delta", "delta": {"message": {"tool_plan": word}}} for word in words(_plan(answer))]
    for index, call in enumerate(answer.tool_calls):
        found += _call_events(index, _call(call))
    found.append({"type": "message-end", "delta": {"finish_reason": _finish(answer), "usage": _usage(answer)}})
    return [*(_event(event) for event in found), b"data: [DONE]\n\n"]


def failure(failure: Failure) -> tuple[int, dict[str, Any]]:
    """Return the status and the body of an error."""
    status, message = _FAILURES[failure.kind or _kind(failure.status)]
    return failure.status or status, {"id": "fake-error", "message": failure.message or message}


def failure_event(failure_: Failure) -> bytes:
    """Return an error as the end of a stream."""
    delta = {"finish_reason": "ERROR", "usage": {}, "error": failure(failure_)[1]["message"]}
    return _event({"type": "message-end", "delta": delta})


def listing(models: tuple[str, ...]) -> dict[str, Any]:
    """Return the list of models."""
    return {"models": [{"name": model, "endpoints": ["chat"], "context_length": 256_000} for model in models]}


def _kind(status: int) -> str:
    known = {row[0]: kind for kind, row in reversed(_FAILURES.items())}
    return known.get(status, "server" if status >= 500 else "bad_request")


def _id(answer: Answer) -> str:
    return answer.id or "5d1d0d4c-0000-4000-8000-00000000fa4e"


def _plan(answer: Answer) -> str:
    return (answer.reasoning or "") if answer.tool_calls else ""


def _blocks(answer: Answer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if answer.reasoning and not answer.tool_calls:
        found.append({"type": "thinking", "thinking": answer.reasoning})
    said = answer.text + (answer.refusal or "")
    if said:
        found.append({"type": "text", "text": said})
    return found


def _citations(answer: Answer) -> list[dict[str, Any]]:
    place = next((index for index, block in enumerate(_blocks(answer)) if block["type"] == "text"), 0)
    return [
        {
            "start": 0,
            "end": len(answer.text),
            "text": answer.text,
            "sources": [{"type": "document", "id": f"doc:{number}", "document": {"id": f"doc:{number}", "url": url, "title": title}}],
            "content_index": place,
            "type": "TEXT_CONTENT",
        }
        for number, (url, title) in enumerate(answer.citations)
    ]


def _call(call: tuple[str, str, dict[str, Any]]) -> dict[str, Any]:
    id_, name, arguments = call
    return {"id": id_, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments, ensure_ascii=False)}}


def _call_events(index: int, call: dict[str, Any]) -> list[dict[str, Any]]:
    text = call["function"]["arguments"]
    opening = {**call, "function": {"name": call["function"]["name"], "arguments": ""}}
    half = len(text) // 2
    deltas = [{"tool_calls": {"function": {"arguments": part}}} for part in (text[:half], text[half:])]
    return [
        {"type": "tool-call-start", "index": index, "delta": {"message": {"tool_calls": opening}}},
        *({"type": "tool-call-delta", "index": index, "delta": {"message": delta}} for delta in deltas),
        {"type": "tool-call-end", "index": index},
    ]


def _content(kind: str, index: int, content: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "index": index, "delta": {"message": {"content": content}}}


def _finish(answer: Answer) -> str:
    return answer.finish or ("TOOL_CALL" if answer.tool_calls else "COMPLETE")


def _usage(answer: Answer) -> dict[str, Any]:
    """Return the usage: what is billed, and beside it what the server counts with its own instructions."""
    sent, made = answer.usage
    tokens: dict[str, Any] = {"input_tokens": sent + 500, "output_tokens": made + 4}
    if answer.thought:
        tokens["reasoning_tokens"] = answer.thought
    return {"billed_units": {"input_tokens": sent, "output_tokens": made}, "tokens": tokens, "cached_tokens": answer.cached}


def _event(data: dict[str, Any]) -> bytes:
    return f"event: {data['type']}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()

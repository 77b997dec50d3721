"""What the server answers: the good answers of the common wire formats, and every kind of answer that repeats the key."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from tests.security.canary.needle import Needle, canary
from tests.security.canary.server import Answering, Received, response

TEXT = "All is well."
TOKEN = canary("tk-")
"""What a key is exchanged for, where that is the way: looked for like the key itself."""
Telling = Callable[[Received, str], bytes]
"""Makes the answer to a request from it and the key."""


def wire_of(request: Received) -> str:
    """Return the format that a request is in, by its address."""
    path = request.path.partition("?")[0]
    if "enerateContent" in path:
        return "gemini"
    if "/converse" in path or path.endswith("/invoke"):
        return "bedrock"
    endings = {"/messages": "anthropic", "/responses": "responses", "/v2/chat": "cohere", "/api/chat": "ollama", "/token": "token"}
    return next((wire for ending, wire in endings.items() if path.endswith(ending)), "openai")


def streamed(request: Received) -> bool:
    """Tell whether a request asks for a stream."""
    return "streamGenerateContent" in request.path or b'"stream":true' in request.body.replace(b" ", b"")


def good(request: Received, text: str = TEXT) -> bytes:
    """Return an answer as the real service gives it; who asks for a token gets `TOKEN`."""
    wire = wire_of(request)
    if wire == "token":
        return response(200, json.dumps({"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600}))
    if streamed(request):
        return events(*_STREAMS.get(wire, _STREAMS["openai"])(text))
    return response(200, json.dumps(_WHOLE.get(wire, _WHOLE["openai"])(text)))


def events(*frames: tuple[str, Any]) -> bytes:
    """Return a stream of server-sent events."""
    told = "".join(
        (f"event: {name}\n" if name else "") + f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n" for name, data in frames
    )
    return response(200, told, "text/event-stream")


def _openai(text: str) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop", "logprobs": None}
    usage = {"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 8}
    return {"id": "c1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}


def _openai_stream(text: str) -> list[tuple[str, Any]]:
    base = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    first = {**base, "choices": [{"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}]}
    last = {**base, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    return [("", first), ("", last), ("", "[DONE]")]


def _anthropic(text: str) -> dict[str, Any]:
    usage = {"input_tokens": 5, "output_tokens": 3}
    content = [{"type": "text", "text": text}]
    base = {"id": "m1", "type": "message", "role": "assistant", "model": "m", "content": content}
    return {**base, "stop_reason": "end_turn", "stop_sequence": None, "usage": usage}


def _anthropic_stream(text: str) -> list[tuple[str, Any]]:
    told: list[dict[str, Any]] = [
        {"type": "message_start", "message": {**_anthropic(text), "content": [], "stop_reason": None}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 3}},
        {"type": "message_stop"},
    ]
    return [(event["type"], event) for event in told]


def _gemini(text: str) -> dict[str, Any]:
    candidate = {"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": "STOP", "index": 0}
    usage = {"promptTokenCount": 5, "candidatesTokenCount": 3, "totalTokenCount": 8}
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "m"}


def _bedrock(text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": [{"text": text}]}
    usage = {"inputTokens": 5, "outputTokens": 3, "totalTokens": 8}
    return {"output": {"message": message}, "stopReason": "end_turn", "usage": usage, "metrics": {"latencyMs": 1}}


def _cohere(text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": [{"type": "text", "text": text}]}
    return {"id": "c1", "finish_reason": "COMPLETE", "message": message, "usage": {"tokens": {"input_tokens": 5, "output_tokens": 3}}}


_WHOLE: dict[str, Callable[[str], dict[str, Any]]] = {
    "openai": _openai,
    "anthropic": _anthropic,
    "gemini": _gemini,
    "bedrock": _bedrock,
    "cohere": _cohere,
}
_STREAMS: dict[str, Callable[[str], list[tuple[str, Any]]]] = {
    "openai": _openai_stream,
    "anthropic": _anthropic_stream,
    "gemini": lambda text: [("", _gemini(text))],
}


def refusal(request: Received, message: str, status: int = 401) -> bytes:
    """Return an error as the services word it."""
    return response(status, json.dumps(_error(wire_of(request), message, "invalid_api_key" if status == 401 else "other")))


def _error(wire: str, message: str, code: str = "other") -> dict[str, Any]:
    if wire == "anthropic":
        return {"type": "error", "error": {"type": code, "message": message}}
    if wire == "gemini":
        return {"error": {"code": 401, "message": message, "status": "UNAUTHENTICATED"}}
    if wire in ("bedrock", "cohere"):
        return {"message": message}
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}}


def masked(key: str) -> str:
    """Return the key as OpenAI's servers show one: its beginning and its last four letters (seen 2026-11)."""
    return f"{key[:8]}{'*' * 20}{key[-4:]}"


def error_event(request: Received, key: str) -> bytes:
    """Return a stream that begins well and ends in an error event that repeats the key."""
    wire = wire_of(request)
    begun = _STREAMS.get(wire, _STREAMS["openai"])("All")[: 3 if wire == "anthropic" else 1]
    name = "error" if wire == "anthropic" else ""
    return events(*begun, (name, _error(wire, f"Overloaded; the key was {key}.")))


def _headers_told(request: Received, key: str) -> bytes:
    told = "; ".join(f"{name}: {value}" for name, value in request.headers)
    return refusal(request, f"Cannot serve {request.method} {request.path} with {told} (key {key}).", 400)


def _page(request: Received, key: str) -> bytes:
    return response(502, f"<html><body><h1>502</h1><pre>Authorization: Bearer {key}</pre></body></html>", "text/html")


ECHOES: dict[str, Telling] = {
    "401 with the key": lambda request, key: refusal(request, f"Incorrect API key provided: {key}."),
    "401 with the key masked": lambda request, key: refusal(request, f"Incorrect API key provided: {masked(key)}. See the docs."),
    "401 with the key quoted": lambda request, key: refusal(request, f"Bad key {quote(key, safe='')}."),
    "401 with the key in base64": lambda request, key: refusal(request, "Bad login " + base64.b64encode(f"me:{key}".encode()).decode()),
    "401 with the key in a header": lambda request, key: response(
        401, json.dumps(_error(wire_of(request), "no")), "application/json", ("x-echo", key), ("x-request-id", f"id-{key}")
    ),
    "401 with the key in WWW-Authenticate": lambda request, key: response(
        401, "", "text/plain", ("www-authenticate", f'Bearer realm="{key}", error="invalid_token"')
    ),
    "400 with all headers": _headers_told,
    "403 in plain text": lambda request, key: response(403, f"Key {key} is not allowed here.", "text/plain"),
    "404 with the key": lambda request, key: refusal(request, f"No model for {key}.", 404),
    "429 with the key": lambda request, key: refusal(request, f"The key {key} asks too often.", 429),
    "500 with the key": lambda request, key: refusal(request, f"Trace: login({key!r})", 500),
    "502 page with the key": _page,
    "503 with nested JSON": lambda request, key: response(
        503, json.dumps({"error": json.dumps({"message": f"key {key}"}), "detail": [{"input": {"api_key": key}}]})
    ),
    "redirect with the key": lambda request, key: response(302, "", "text/plain", ("location", f"http://127.0.0.1:1/login?key={key}")),
    "200 with an error": lambda request, key: response(200, json.dumps(_error(wire_of(request), f"Bad key {key}."))),
    "200 that is no JSON": lambda request, key: response(200, f"<html>Log in with {key}</html>", "text/html"),
    "200 of another shape": lambda request, key: response(
        200, json.dumps({"choices": {"key": key}, "content": key, "candidates": key, "output": key})
    ),
    "a stream that ends in an error": error_event,
    "a stream that is no JSON": lambda request, key: events(("", f"{{broken {key}")),
    "an answer that breaks off": lambda request, key: response(200, json.dumps(_openai(key)))[:-25],
    "a status line that is none": lambda request, key: f"HTTP/1.1 {key} Wrong\r\n\r\n".encode(),
    "a header that is none": lambda request, key: f"HTTP/1.1 200 OK\r\nbad header {key}\r\n\r\n".encode(),
}


def echo(name: str, key: str) -> Answering:
    """Return the answer `name`, which repeats `key`."""
    telling, needles = ECHOES[name], {secret: Needle(secret) for secret in (key, TOKEN)}

    def answering(request: Received) -> bytes:
        if wire_of(request) == "token":
            return good(request)
        # A server can repeat only what it was sent: the token, where the key was exchanged for one; nothing, where the key only signs.
        return telling(request, next((secret for secret, needle in needles.items() if needle.found(request.raw)), "nothing"))

    return answering


def echo_of_exchange(name: str, key: str) -> Answering:
    """Return the same where a token is asked for; a program that asks for none gets good answers."""
    telling = ECHOES[name]
    return lambda request: telling(request, key) if wire_of(request) == "token" else good(request)


def redirecting(status: int, to: str) -> Answering:
    """Return an answer that sends the client to the server `to`, with the same path."""
    return lambda request: (
        good(request) if wire_of(request) == "token" else response(status, "", "text/plain", ("location", to + request.path))
    )

"""A bare HTTP client for the fakes: what a test sees is what stood on the wire."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPResponse
from typing import Any

from llmkit.testing import FakeProvider

BODIES: dict[str, dict[str, Any]] = {
    "openai_chat": {"model": "m", "messages": [{"role": "user", "content": "Hi"}]},
    "anthropic": {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]},
    "gemini": {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]},
}
DIALECTS = tuple(BODIES)


def headers(fake: FakeProvider) -> dict[str, str]:
    """Return the headers that the dialect wants."""
    match fake.dialect:
        case "openai_chat":
            return {"Authorization": f"Bearer {fake.key}"}
        case "anthropic":
            return {"x-api-key": fake.key, "anthropic-version": "2023-06-01"}
        case _:
            return {"x-goog-api-key": fake.key}


def target(dialect: str, *, stream: bool) -> tuple[str, dict[str, Any]]:
    """Return path and body of a request."""
    body = BODIES[dialect]
    match dialect:
        case "openai_chat":
            return "/v1/chat/completions", {**body, "stream": True, "stream_options": {"include_usage": True}} if stream else body
        case "anthropic":
            return "/v1/messages", {**body, "stream": True} if stream else body
        case _:
            return f"/v1beta/models/m:{'streamGenerateContent?alt=sse' if stream else 'generateContent'}", body


def connect(fake: FakeProvider) -> HTTPConnection:
    """Return a connection that is not yet open."""
    return HTTPConnection(fake.origin.removeprefix("http://"), timeout=10)


def begin(fake: FakeProvider, *, stream: bool = False, connection: HTTPConnection | None = None) -> HTTPResponse:
    """Send a valid request and return the response, its body unread."""
    path, body = target(fake.dialect, stream=stream)
    link = connection or connect(fake)
    link.request("POST", path, json.dumps(body), headers(fake))
    return link.getresponse()


def ask(fake: FakeProvider, *, stream: bool = False) -> tuple[int, bytes]:
    """Send a valid request and return status and body."""
    response = begin(fake, stream=stream)
    return response.status, response.read()

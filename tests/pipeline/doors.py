"""A transport that answers by the key a request comes with: what the fake provider, which has one key, cannot play."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.types.http import Headers, HttpRequest, HttpResponse

SAID = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "gpt-4.1-mini",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}


class Whole:
    """A body that came at once."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    async def read(self, deadline: float | None = None, phase: str = "idle") -> bytes:
        data, self.data = self.data, b""
        return data

    async def read_all(self, deadline: float | None = None, limit: int = 0) -> bytes:
        return await self.read()

    async def aclose(self) -> None:
        self.data = b""


class Doors:
    """Answers `refusals[key]` (status, headers) to a request with that key, else `answer`; `keys` lists the keys that came."""

    def __init__(self, refusals: dict[str, tuple[int, dict[str, str]]] | None = None, answer: Any = SAID) -> None:
        self.refusals = refusals or {}
        self.answer = answer
        self.keys: list[str] = []
        self.requests: list[HttpRequest] = []

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        assert request.credential is not None
        key = dict(request.credential.headers(request))["Authorization"].removeprefix("Bearer ")
        self.keys.append(key)
        self.requests.append(request)
        status, headers = self.refusals.get(key, (200, {}))
        content = self.answer if status == 200 else {"error": {"message": f"Not with {key}.", "type": "error", "code": None}}
        fields = Headers([("content-type", "application/json"), *headers.items()])
        return HttpResponse(status=status, headers=fields, body=Whole(msgspec.json.encode(content)))

    async def aclose(self) -> None:
        """Nothing is open."""

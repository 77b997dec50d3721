"""Fake hosts that keep batches, and a batch from its beginning to its results through both clients."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from llmkit import AsyncLLMKit, LLMKit
from llmkit.testing import FakeHost, Received
from llmkit.testing.host import bytes_reply, form_of
from tests.operations.faces import client_for


def answered(line: dict[str, Any]) -> dict[str, Any]:
    """Answer a request with its words in capitals."""
    body = line["body"]
    if "input" in body and "messages" not in body:
        data = [{"index": place, "embedding": [float(len(text)), 1.0]} for place, text in enumerate(body["input"])]
        return {"object": "list", "data": data, "model": body["model"], "usage": {"prompt_tokens": 8, "total_tokens": 8}}
    words = body["messages"][-1]["content"].upper()
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": body.get("model", "m"),
        "choices": [{"index": 0, "message": {"role": "assistant", "content": words}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100},
    }


class OpenAIHost(FakeHost):
    """Keeps one batch in memory: uploaded, queued, running, completed; its results come in the reverse order."""

    def __init__(self, provider: str = "openai", results: Callable[[dict[str, Any]], Any] | None = None) -> None:
        super().__init__()
        self.provider = provider
        self.lines: list[dict[str, Any]] = []
        self.begin: Any = None
        self.contents: list[Any] = []
        self.wire = "/v1/chat/completions"
        self.statuses = ["validating", "in_progress", "completed"]
        self._result = results or self.result
        self.on("POST /files", self._upload)
        self.on("POST /batches", lambda request: self.begin or self._batch(request))
        self.on("GET /batches/batch_1", self._batch)
        self.on("POST /batches/batch_1/cancel", self._cancelled)
        self.on("GET /files/file-out/content", self._content)

    @property
    def client(self) -> dict[str, Any]:
        """Return the client's arguments."""
        return client_for(self.provider, self.url)

    def _upload(self, request: Received) -> Any:
        self.lines = [json.loads(line) for line in form_of(request)[-1][3].split(b"\n")]
        return {"id": "file-1", "object": "file"}

    def _batch(self, request: Received) -> Any:
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        done = len(self.lines) if status == "completed" else 0
        return {
            "id": "batch_1",
            "status": status,
            "endpoint": request.json["endpoint"] if request.method == "POST" else self.wire,
            "request_counts": {"total": len(self.lines), "completed": done, "failed": 0},
            "output_file_id": "file-out" if done else None,
            "created_at": 1787150613,
        }

    def _cancelled(self, request: Received) -> Any:
        self.statuses = ["cancelled"]
        return {"id": "batch_1", "status": "cancelling"}

    def _content(self, request: Received) -> Any:
        if self.contents:
            return self.contents.pop(0)
        return bytes_reply(b"\n".join([json.dumps(self._result(line)).encode() for line in self.lines[::-1]]), "application/octet-stream")

    @staticmethod
    def result(line: dict[str, Any]) -> dict[str, Any]:
        """Return a line of results."""
        return {"id": "r", "custom_id": line["custom_id"], "response": {"status_code": 200, "body": answered(line)}, "error": None}


def made(face: str, client: dict[str, Any], model: str, requests: Any, options: dict[str, Any]) -> tuple[str, Any]:
    """Make a batch, and return its id and what `create` could not say."""
    if face == "async":

        async def make() -> tuple[str, Any]:
            async with AsyncLLMKit(**client) as kit:
                batch = await kit.batches.create(model, requests, **options)
                return batch.id, batch.warnings

        return asyncio.run(make())
    with LLMKit(**client) as kit:
        batch = kit.batches.create(model, requests, **options)
        return batch.id, batch.warnings


def taken(face: str, client: dict[str, Any], id: str, ordered: Any = False, progress: Any = None) -> list[Any]:
    """Take up a batch in a fresh client, wait for it, and return its results."""
    if face == "async":

        async def take() -> list[Any]:
            async with AsyncLLMKit(**client) as kit:
                batch = await kit.batch(id).wait(every=0, progress=progress)
                return [item async for item in batch.results(ordered)]

        return asyncio.run(take())
    with LLMKit(**client) as kit:
        return list(kit.batch(id).wait(every=0, progress=progress).results(ordered))


def collect(face: str, client: dict[str, Any], model: str, requests: Any, options: dict[str, Any], ordered: Any = False) -> list[Any]:
    """Return the results of a batch that one client makes and another takes up."""
    return taken(face, client, made(face, client, model, requests, options)[0], ordered)

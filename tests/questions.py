"""The two questions beside conversations, through both faces, and a server that answers them with any bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from llmkit import AsyncLLMKit, LLMKit
from llmkit.questions import list_models
from llmkit.runtime.step import run
from llmkit.testing.connection import Gate
from llmkit.testing.received import Received
from llmkit.testing.replies import Reply
from llmkit.testing.server import Server
from llmkit.types.model_info import ModelInfo

FACES = ("sync", "async")
KEY = "sk-questions-0123456789"


def count(face: str, client: dict[str, Any], model: Any, messages: Any, **options: Any) -> int:
    """Ask the provider for a number of tokens."""
    if face == "sync":
        with LLMKit(**client) as kit:
            return kit.count_tokens(model, messages, source="provider", **options).tokens

    async def asked() -> int:
        async with AsyncLLMKit(**client) as kit:
            return (await kit.count_tokens(model, messages, source="provider", **options)).tokens

    return asyncio.run(asked())


def models(face: str, client: dict[str, Any], provider: str) -> list[ModelInfo]:
    """Ask the provider for its models: what it tells, before anything is added from elsewhere."""
    if face == "sync":
        with LLMKit(**client) as kit:
            core = kit._core
            return run(list_models(core.endpoints, core.providers.get(provider), core.runtime, core.timeouts))

    async def asked() -> list[ModelInfo]:
        async with AsyncLLMKit(**client) as kit:
            core = kit._core
            return await list_models(core.endpoints, core.providers.get(provider), core.runtime, core.timeouts)

    return asyncio.run(asked())


@contextmanager
def server(answer: Callable[[Received], Reply]) -> Iterator[tuple[str, list[Received]]]:
    """Yield the address of a server that answers as told, and what it received."""
    received: list[Received] = []
    gates: list[Gate] = []

    def handle(request: Received) -> Reply:
        received.append(request)
        request.gate = Gate()
        gates.append(request.gate)
        return answer(request)

    running = Server(handle)
    try:
        yield f"http://127.0.0.1:{running.port}", received
    finally:
        for gate in gates:
            gate.open()
        running.close()

"""The four ways to run the tool loop, so that each claim is tested through all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from llmkit import AsyncLLMKit, LLMKit, RunResult
from llmkit.tools import RunEvent
from tests.faces import DIALECTS as ALL

DIALECTS = {
    **ALL,
    "cohere": ("cohere", "cohere/command-a-03-2025"),
    "mistral": ("mistral", "mistral/mistral-large-latest"),
    "ollama": ("ollama", "ollama/llama3.2"),
}
"""Every format that a fake speaks, with a model of its vendor."""
Seen = tuple[RunResult, list[RunEvent]]


def client_of(fake: Any, **more: Any) -> dict[str, Any]:
    """Return the client arguments that point the fake's provider at it."""
    provider = DIALECTS[fake.dialect][0]
    return {"keys": {provider: fake.key}, "base_urls": {provider: fake.base_url}, **more}


def play(face: str, client: dict[str, Any], model: Any, messages: Any = None, **options: Any) -> RunResult:
    """Run through `face` with a fresh client of the arguments `client`."""
    return seen(face, client, model, messages, **options)[0]


def seen(
    face: str, client: dict[str, Any], model: Any, messages: Any = None, *, watch: Callable[[Any], None] = repr, **options: Any
) -> Seen:
    """Run like `play`; also return the events of a stream, each of which `watch` sees when it comes."""
    if face.startswith("async"):
        return asyncio.run(_async(face, client, model, messages, watch, options))
    with LLMKit(**client) as kit:
        if face == "sync":
            return kit.run(model, messages, **options), []
        with kit.run_stream(model, messages, **options) as stream:
            events = [(watch(event), event)[1] for event in stream]
            return stream.result(), events


async def _async(face: str, client: dict[str, Any], model: Any, messages: Any, watch: Any, options: dict[str, Any]) -> Seen:
    async with AsyncLLMKit(**client) as kit:
        if face == "async":
            return await kit.run(model, messages, **options), []
        async with kit.run_stream(model, messages, **options) as stream:
            events = [(watch(event), event)[1] async for event in stream]
            return await stream.result(), events

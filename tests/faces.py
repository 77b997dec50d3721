"""The four ways to ask, so that each claim is tested through all of them."""

from __future__ import annotations

import asyncio
from typing import Any

from llmkit import AsyncLLMKit, CompletionResponse, LLMKit

FACES = ("sync", "async", "sync stream", "async stream")
DIALECTS = {
    "bedrock_converse": ("bedrock", "bedrock/us.amazon.nova-lite-v1:0"),
    "openai_responses": ("openai", "openai/gpt-5.3-codex"),
    "openai_chat": ("openai", "openai/gpt-4.1-mini"),
    "anthropic": ("anthropic", "anthropic/claude-sonnet-4-5"),
    "gemini": ("google", "google/gemini-2.5-flash"),
    "cohere": ("cohere", "cohere/command-a-03-2025"),
    "mistral": ("mistral", "mistral/mistral-small-latest"),
    "ollama": ("ollama", "ollama/qwen3"),
}


def ask(face: str, client: dict[str, Any], model: Any, messages: Any, **options: Any) -> CompletionResponse:
    """Ask through `face` with a fresh client of the arguments `client`."""
    if face.startswith("async"):
        return asyncio.run(_ask_async(face, client, model, messages, options))
    with LLMKit(**client) as kit:
        if face == "sync":
            return kit.complete(model, messages, **options)
        with kit.stream(model, messages, **options) as stream:
            for _ in stream:
                pass
            return stream.response()


async def _ask_async(face: str, client: dict[str, Any], model: Any, messages: Any, options: dict[str, Any]) -> CompletionResponse:
    async with AsyncLLMKit(**client) as kit:
        if face == "async":
            return await kit.complete(model, messages, **options)
        async with kit.stream(model, messages, **options) as stream:
            async for _ in stream:
                pass
            return await stream.response()


def client_of(fake: Any, **more: Any) -> dict[str, Any]:
    """Return the client arguments that point the fake's provider at it."""
    provider = DIALECTS[fake.dialect][0]
    return {"keys": {provider: fake.key}, "base_urls": {provider: fake.base_url}, **more}


def edits(reply: CompletionResponse) -> tuple[Any, ...]:
    """Return the warnings about what was sent and came; that a price is not known is another matter."""
    return tuple([warning for warning in reply.warnings if warning.parameter != "cost"])

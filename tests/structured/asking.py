"""Ask for a value through each of the four faces."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from llmkit import AsyncLLMKit, LLMKit, Parsed, Provider
from llmkit.providers.registry import Providers
from llmkit.testing import Answer, FakeProvider
from tests.faces import DIALECTS

MODES = ("native", "tool", "json_object", "prompt")


def parsed(face: str, client: dict[str, Any], model: Any, messages: Any, kind: Any, **options: Any) -> Parsed[Any]:
    """Ask through `face` with a fresh client of the arguments `client`."""
    if face.startswith("async"):
        return asyncio.run(_parsed_async(face, client, model, messages, kind, options))
    with LLMKit(**client) as kit:
        if face == "sync":
            return kit.parsed(model, messages, kind, **options)
        with kit.parse_stream(model, messages, kind, **options) as stream:
            for _ in stream:
                pass
            return stream.parsed()


async def _parsed_async(face: str, client: dict[str, Any], model: Any, messages: Any, kind: Any, options: dict[str, Any]) -> Parsed[Any]:
    async with AsyncLLMKit(**client) as kit:
        if face == "async":
            return await kit.parsed(model, messages, kind, **options)
        async with kit.parse_stream(model, messages, kind, **options) as stream:
            async for _ in stream:
                pass
            return await stream.parsed()


def answer(mode: str, value: Any, *, name: str = "output", **more: Any) -> Answer:
    """Return what a model says that answers `value` when asked in the way `mode`."""
    if mode == "tool":
        return Answer(tool_calls=[("call12345", name, value)], **more)
    return Answer(text=json.dumps(value), **more)


def row(name: str, fake: FakeProvider, **profile: Any) -> Provider:
    """Return a provider of your own at `fake`, with these facts about what it takes."""
    like = {
        **{dialect: known for dialect, (known, _) in DIALECTS.items()},
        "gemini_interactions": DIALECTS["gemini"][0],
        "chatbot": "nlpcloud",
    }
    known = Providers().get(like.get(fake.dialect, DIALECTS["openai_chat"][0]))
    return known.replace(name=name, base_url=fake.base_url, dialect=fake.dialect, routes=(), profile=profile, aliases=(), prefixes=())

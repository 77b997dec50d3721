"""LLMKit itself against the fakes: what was scripted is what the caller gets, plain and streamed, sync and async."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from llmkit import AsyncLLMKit, LLMKit
from llmkit.testing import Answer, FakeProvider, Fault, write_config
from llmkit.types.responses import CompletionResponse

MODELS = {"openai_chat": "openai/gpt-5", "anthropic": "anthropic/claude-sonnet-4-5", "gemini": "google/gemini-3-pro"}
ANSWER = Answer(
    text="Grüße aus 東京.",
    reasoning="Let me think about it.",
    signature="c2ln",
    tool_calls=[("call_1", "get_weather", {"city": "Zürich"}), ("call_2", "now", {})],
    citations=[("https://a.example/", "A")],
    usage=(30, 12),
    cached=4,
    thought=5,
)


def _seen(reply: CompletionResponse) -> dict[str, Any]:
    usage = reply.usage
    assert usage is not None
    return {
        "text": reply.text,
        "reasoning": reply.reasoning,
        "calls": [(call.id, call.name, call.arguments) for call in reply.tool_calls],
        "citations": [(citation.url, citation.title) for citation in reply.citations],
        "usage": (usage.input, usage.output, usage.cache_read, usage.reasoning),
        "finish": reply.finish.unified,
    }


SCRIPTED = {
    "text": ANSWER.text,
    "reasoning": ANSWER.reasoning,
    "calls": list(ANSWER.tool_calls),
    "citations": list(ANSWER.citations),
    "usage": (30, 12, 4, 5),
    "finish": "tool_calls",
}


def _config(fake: FakeProvider, folder: Path) -> Path:
    return write_config(folder / "llmkit.toml", {MODELS[fake.dialect].partition("/")[0]: fake})


@pytest.mark.parametrize("dialect", MODELS)
def test_the_sync_client_gets_what_was_scripted(dialect: str, tmp_path: Path) -> None:
    with FakeProvider(dialect) as fake, LLMKit(config=_config(fake, tmp_path)) as kit:
        fake.add(ANSWER, ANSWER, Fault.split(1, answer=ANSWER))

        replies = [kit.complete(MODELS[dialect], "Hi")]
        for _ in range(2):
            with kit.stream(MODELS[dialect], "Hi") as stream:
                assert ANSWER.text == "".join(event.text for event in stream)
                replies.append(stream.response())

    assert [SCRIPTED] * 3 == [_seen(reply) for reply in replies]
    assert replies[0].to_dict()["content"] == replies[1].to_dict()["content"] == replies[2].to_dict()["content"]


@pytest.mark.parametrize("dialect", MODELS)
def test_the_async_client_gets_what_was_scripted(dialect: str, tmp_path: Path) -> None:
    async def talk(fake: FakeProvider) -> list[CompletionResponse]:
        async with AsyncLLMKit(config=_config(fake, tmp_path)) as kit:
            plain = await kit.complete(MODELS[dialect], "Hi")
            async with kit.stream(MODELS[dialect], "Hi") as stream:
                assert ANSWER.text == "".join([event.text async for event in stream])
                return [plain, await stream.response()]

    with FakeProvider(dialect) as fake:
        fake.add(ANSWER, ANSWER)
        replies = asyncio.run(talk(fake))

    assert [SCRIPTED] * 2 == [_seen(reply) for reply in replies]

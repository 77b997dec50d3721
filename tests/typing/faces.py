"""What type checkers must see of the public faces; checked by pyright, never run."""

from __future__ import annotations

from typing import assert_type

from llmkit import AsyncLLMKit, CompletionResponse, LLMKit, Message, Timeouts, Tool
from llmkit.streams import AsyncStream, Stream
from llmkit.types.events import Event


def sync_face() -> None:
    kit = LLMKit(keys={"openai": "sk-x"}, timeout=Timeouts(idle=5.0), retries=1)
    assert_type(kit.complete("openai/gpt-5", "hi", temperature=0.5, tools=[Tool(name="f")]), CompletionResponse)
    assert_type(kit.complete(["a/b", "c/d"], [Message.user("hi")], reasoning="high"), CompletionResponse)
    with kit.stream("openai/gpt-5", "hi", max_tokens=5) as stream:
        assert_type(stream, Stream)
        for event in stream:
            assert_type(event.text, str)
        assert_type(stream.response(), CompletionResponse)
    kit.complete("openai/gpt-5", "hi", temprature=1)  # pyright: ignore[reportCallIssue]
    kit.complete("openai/gpt-5", "hi", reasoning="enormous")  # pyright: ignore[reportArgumentType]


async def async_face() -> None:
    async with AsyncLLMKit() as kit:
        assert_type(await kit.complete("openai/gpt-5", "hi"), CompletionResponse)
        async with kit.stream("openai/gpt-5", "hi") as stream:
            assert_type(stream, AsyncStream)
            async for event in stream:
                _: Event = event
        assert_type(await kit.stream("openai/gpt-5", "hi"), AsyncStream)

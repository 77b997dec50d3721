"""Mistakes that a user's type checker must find: pyright complains about an `ignore` that hides nothing."""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from llmkit import AsyncLLMKit, CompletionResponse, LLMKit, Message, Timeouts


def wrong_options(kit: LLMKit) -> None:
    kit.complete("openai/gpt-5", "Hi", temprature=0.2)  # pyright: ignore[reportCallIssue]
    kit.complete("openai/gpt-5", "Hi", max_tokens="many")  # pyright: ignore[reportArgumentType]
    kit.stream("openai/gpt-5", "Hi", reasoning="huge")  # pyright: ignore[reportArgumentType]
    kit.complete(5, "Hi")  # pyright: ignore[reportArgumentType]
    LLMKit(keys=["key"])  # pyright: ignore[reportArgumentType]


def wrong_values(message: Message, reply: CompletionResponse) -> None:
    message.role = "system"  # pyright: ignore[reportAttributeAccessIssue]
    Message("user")  # pyright: ignore[reportCallIssue]
    Timeouts(conect=1.0)  # pyright: ignore[reportCallIssue]
    print(reply.usage.input)  # pyright: ignore[reportOptionalMemberAccess]


async def forgotten_await(kit: AsyncLLMKit) -> str:
    return kit.complete("openai/gpt-5", "Hi").text  # pyright: ignore

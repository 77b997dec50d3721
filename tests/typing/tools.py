"""What type checkers must see of tools and runs; checked by pyright, never run."""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_type

from llmkit import AsyncLLMKit, FunctionTool, LLMKit, McpServer, RunResult, ServerTool, Tool, ToolContext, ToolPolicy, tool
from llmkit.run.stream import AsyncRunStream, RunStream
from llmkit.tools import HeldCall, RunEvent, Step, ToolHeld, server
from llmkit.tools.policy import anything, mail, said
from llmkit.types.parts import ToolCall


@tool
def add(a: int, b: int = 2) -> int:
    return a + b


@tool(name="find", strict=True, timeout=3)
async def search(words: str, context: ToolContext) -> list[str]:
    return [words]


def plain(city: str) -> str:
    return city


def enough(steps: Sequence[Step]) -> bool:
    return len(steps) > 1


async def ask_user(call: ToolCall) -> bool:
    return call.name == "add"


@tool(effects=("reads", "sends"), untrusted=True)
def fetch(url: str) -> str:
    return url


def ask_why(call: ToolCall) -> bool | None:
    match call:
        case HeldCall(why=why):
            assert_type(why, str)
            return None
        case _:
            return True


def a_policy(kit: LLMKit) -> None:
    policy = ToolPolicy(
        arguments={"mail": {"to": mail("example.com"), "text": anything(), "copies": lambda value: value == 1}, "pay": {"iban": said()}},
        allow=["mail"],
        rule="two",
    )
    assert_type(kit.run("openai/gpt-5", "hi", tools=[fetch], policy=policy, approve=ask_why), RunResult)
    with kit.run_stream("openai/gpt-5", "hi", policy=ToolPolicy()) as stream:
        for event in stream:
            if isinstance(event, ToolHeld):
                assert_type(event.why, str)
    kit.run("openai/gpt-5", "hi", policy="strict")  # pyright: ignore[reportArgumentType]
    ToolPolicy(rule="three")  # pyright: ignore[reportArgumentType]
    tool(effects="writes")  # pyright: ignore[reportArgumentType]


def a_tool_keeps_the_types_of_its_function() -> None:
    assert_type(add(1, b=3), int)
    assert_type(add.tool, Tool)
    assert_type(server.web_search(max_uses=3), ServerTool)
    add("1")  # pyright: ignore[reportArgumentType]
    add(1, c=3)  # pyright: ignore[reportCallIssue]
    tool(add.function, nme="x")  # pyright: ignore[reportCallIssue]


def sync_face(kit: LLMKit, files: McpServer, other: FunctionTool[..., object]) -> None:
    tools = [add, search, plain, files, other, Tool(name="x"), server.code_execution(), {"name": "y"}]
    assert_type(kit.run("openai/gpt-5", "hi", tools=tools, max_steps=3, stop_when=enough, tool_timeout=5), RunResult)
    with kit.run_stream("openai/gpt-5", "hi", tools=[add], temperature=0.5) as stream:
        assert_type(stream, RunStream)
        for event in stream:
            _: RunEvent = event
            assert_type(event.text, str)
        assert_type(stream.result(), RunResult)
    kit.complete("openai/gpt-5", "hi", tools=[add, Tool(name="x")])
    kit.run("openai/gpt-5", "hi", max_step=3)  # pyright: ignore[reportCallIssue]
    kit.run("openai/gpt-5", "hi", max_steps="3")  # pyright: ignore[reportArgumentType]
    kit.run("openai/gpt-5", "hi", temprature=3)  # pyright: ignore[reportCallIssue]


async def async_face(kit: AsyncLLMKit) -> None:
    assert_type(await kit.run("openai/gpt-5", "hi", tools=[add], approve=ask_user), RunResult)
    async with kit.run_stream("openai/gpt-5", "hi", tools=[search]) as stream:
        assert_type(stream, AsyncRunStream)
        async for event in stream:
            _: RunEvent = event
        assert_type(await stream.result(), RunResult)

"""What type checkers must see of `parse`; checked by pyright, never run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, assert_type

from pydantic import BaseModel

from llmkit import AsyncLLMKit, LLMKit, Parsed
from llmkit.parsing import AsyncParseStream, ParseStream


@dataclass
class Order:
    id: int


class Invoice(BaseModel):
    total: float


def sync_face(kit: LLMKit) -> None:
    assert_type(kit.parse("openai/gpt-5", "hi", Order), Order)
    assert_type(kit.parse("openai/gpt-5", "hi", Invoice, tries=3, temperature=0.5).total, float)
    assert_type(kit.parse(["a/b", "c/d"], "hi", list[Order]), list[Order])
    assert_type(kit.parse("openai/gpt-5", "hi", int), int)
    assert_type(kit.parsed("openai/gpt-5", "hi", Invoice, mode="tool"), Parsed[Invoice])
    assert_type(kit.parsed("openai/gpt-5", "hi", Invoice).value, Invoice)
    schema: dict[str, Any] = {"type": "object"}
    kit.parse("openai/gpt-5", "hi", schema)["name"]
    with kit.parse_stream("openai/gpt-5", "hi", Invoice) as stream:
        assert_type(stream, ParseStream[Invoice])
        for _ in stream:
            pass
        assert_type(stream.value(), Invoice)
        assert_type(stream.parsed(), Parsed[Invoice])
    kit.parse("openai/gpt-5", "hi", Order, temprature=1)  # pyright: ignore[reportCallIssue]
    kit.parse("openai/gpt-5", "hi", Order, mode="magic")  # pyright: ignore[reportCallIssue, reportArgumentType]
    kit.parse("openai/gpt-5", "hi")  # pyright: ignore[reportCallIssue]


async def async_face(kit: AsyncLLMKit) -> None:
    assert_type(await kit.parse("openai/gpt-5", "hi", Order), Order)
    assert_type(await kit.parsed("openai/gpt-5", "hi", list[Invoice]), Parsed[list[Invoice]])
    async with kit.parse_stream("openai/gpt-5", "hi", Invoice) as stream:
        assert_type(stream, AsyncParseStream[Invoice])
        async for _ in stream:
            pass
        assert_type(await stream.value(), Invoice)
    assert_type(await kit.parse_stream("openai/gpt-5", "hi", Order), AsyncParseStream[Order])

"""Instructions, turns, results and cache marks."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit.dialects import anthropic
from llmkit.types.messages import Message
from llmkit.types.parts import CacheMark, Text, ToolCall, ToolResult
from tests.dialects.anthropic_cases import HELLO, encoded, request

SYSTEMS: list[tuple[tuple[Message, ...], Any]] = [
    ((Message.system("a"),), "a"),
    (
        (Message.system("a"), Message(role="developer", content=(Text(text="b"),))),
        [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}],
    ),
    ((Message.system(Text(text="a", cache=CacheMark())),), [{"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}]),
    (
        (Message(role="system", content=(Text(text="a"),), cache=CacheMark(ttl="1h")),),
        [{"type": "text", "text": "a", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
    ),
    ((Message(role="system", content=(Text(text="a"),), options={"anthropic": {"as_blocks": True}}),), [{"type": "text", "text": "a"}]),
]


@pytest.mark.parametrize(("messages", "expected"), SYSTEMS, ids=lambda value: str(value)[:60])
def test_instructions_move_to_the_top(messages: tuple[Message, ...], expected: Any) -> None:
    body, warnings, _ = encoded(request(*messages, *HELLO))

    assert (expected, [{"role": "user", "content": "Hello"}]) == (body["system"], body["messages"])
    assert [] == warnings


def test_a_later_instruction_is_wrapped_unless_the_model_takes_it() -> None:
    asked = request(Message.user("a"), Message.assistant("b"), Message.system("c"), Message.user("d"))

    wrapped, warnings, _ = encoded(asked)
    inline, quiet, _ = encoded(asked, profile=anthropic.PROFILE.replace(system_role="system"))

    words = [{"type": "text", "text": "<system>\nc\n</system>"}, {"type": "text", "text": "d"}]
    assert {"role": "user", "content": words} == wrapped["messages"][-1]
    assert ["emulated messages"] == warnings
    assert {"role": "system", "content": "c"} == inline["messages"][2]
    assert [] == quiet


def test_tool_results_and_what_follows_are_one_turn_with_the_results_first() -> None:
    """A result anywhere else than first in the turn after its call is refused."""
    calls = (ToolCall(id="1", name="f"), ToolCall(id="2", name="f"))
    one, two = (ToolResult(id=id_, content=(Text(text=id_),)) for id_ in "12")
    asked = request(
        Message.user("a"),
        Message.assistant(*calls),
        Message.system("s"),
        Message.tool(one),
        Message.tool(two),
        Message.user("b"),
        Message.user("c"),
    )

    body, _, _ = encoded(asked)

    kinds = [block["type"] for block in body["messages"][2]["content"]]
    assert ["tool_result", "tool_result", "text", "text"] == kinds
    assert {"role": "user", "content": "c"} == body["messages"][3]


def test_turns_of_one_role_stay_apart() -> None:
    body, _, _ = encoded(request(Message.user("a"), Message.user("b")))

    assert ["a", "b"] == [turn["content"] for turn in body["messages"]]


def test_only_four_cache_marks_go_out_and_the_last_stay() -> None:
    marked = [Message.user(Text(text=str(n), cache=CacheMark())) for n in range(5)]

    body, warnings, _ = encoded(request(Message.system(Text(text="s", cache=CacheMark())), *marked))

    assert [False, False, True, True, True] == ["cache_control" in turn["content"][0] for turn in body["messages"]]
    assert "cache_control" in body["system"][0]
    assert ["clamped cache"] == warnings


def test_a_longer_mark_after_a_shorter_one_becomes_short() -> None:
    asked = request(Message.user(Text(text="a", cache=CacheMark()), Text(text="b", cache=CacheMark(ttl="1h"))))

    body, warnings, _ = encoded(asked)

    assert [{"type": "ephemeral"}] * 2 == [block["cache_control"] for block in body["messages"][0]["content"]]
    assert ["clamped cache"] == warnings

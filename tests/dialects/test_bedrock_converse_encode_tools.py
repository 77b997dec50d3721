"""Tools, choices among them, and cache points."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit.types.messages import Message
from llmkit.types.parts import (
    CacheMark,
    Text,
    ToolResult,
)
from llmkit.types.tools import ServerTool, ToolChoice
from tests.dialects.bedrock_converse_cases import HELLO, encoded, request
from tests.dialects.bedrock_converse_encode_cases import CALL, MARK, POINT, PROFILE, SPEC, WEATHER


@pytest.mark.parametrize(
    ("role", "expected", "warnings"),
    [
        ("", {"role": "user", "content": [{"text": "<system>\nBe brief\n</system>"}, {"text": "Hi"}]}, ["emulated messages"]),
        ("system", {"role": "system", "content": [{"text": "Be brief"}]}, []),
    ],
)
def test_an_instruction_inside_the_conversation_stays_in_its_place(role: str, expected: dict[str, Any], warnings: list[str]) -> None:
    messages = (*HELLO, Message.assistant("ok"), Message.system("Be brief"), Message.user("Hi"))

    body, said = encoded(request(*messages), profile=PROFILE.replace(system_role=role))

    assert (expected, warnings) == (body["messages"][2], said)


@pytest.mark.parametrize(
    ("choice", "wire", "warnings"),
    [
        (None, None, []),
        (ToolChoice(), {"auto": {}}, []),
        (ToolChoice(mode="required"), {"any": {}}, []),
        (ToolChoice(mode="required", names=("weather",)), {"tool": {"name": "weather"}}, []),
    ],
)
def test_how_the_model_must_choose(choice: ToolChoice | None, wire: Any, warnings: list[str]) -> None:
    body, said = encoded(request(tools=(WEATHER,), tool_choice=choice))

    assert ({"tools": [SPEC], **({"toolChoice": wire} if wire else {})}, warnings) == (body["toolConfig"], said)


def test_a_model_that_must_not_call_gets_no_tools_unless_the_conversation_needs_them() -> None:
    """There is no choice `none`; and a conversation with calls is refused without its tools."""
    none = ToolChoice(mode="none")
    plain, first = encoded(request(tools=(WEATHER,), tool_choice=none))
    used, second = encoded(request(*HELLO, Message.assistant(CALL), Message.tool(ToolResult(id="t1")), tools=(WEATHER,), tool_choice=none))

    assert ("toolConfig" in plain, first) == (False, ["emulated tool_choice"])
    assert (used["toolConfig"], second) == ({"tools": [SPEC]}, ["dropped tool_choice"])


def test_only_some_tools_and_a_model_that_cannot_be_made_to_call() -> None:
    other = WEATHER.replace(name="other")
    some, said = encoded(request(tools=(WEATHER, other), tool_choice=ToolChoice(names=("weather",))))
    weak, also = encoded(
        request(tools=(WEATHER,), tool_choice=ToolChoice(mode="required")), profile=PROFILE.replace(forced_tools=False, strict_tools=False)
    )

    assert (["weather"], ["emulated tool_choice"]) == ([tool["toolSpec"]["name"] for tool in some["toolConfig"]["tools"]], said)
    assert ({"auto": {}}, ["dropped tools.strict", "dropped tool_choice"]) == (weak["toolConfig"]["toolChoice"], also)


def test_the_providers_tools_and_the_models_own() -> None:
    own = {"type": "computer_20250124", "name": "computer"}
    asked = request(tools=(ServerTool(name="web_search"), ServerTool(name="my_tool"), ServerTool(name="computer", config=own)))

    body, warnings = encoded(asked)

    assert [{"systemTool": {"name": "nova_grounding"}}, {"systemTool": {"name": "my_tool"}}] == body["toolConfig"]["tools"]
    assert ({"tools": [own]}, []) == (body["additionalModelRequestFields"], warnings)


def test_cache_points_stand_behind_what_is_cached() -> None:
    system = Message(role="system", content=(Text(text="S", cache=MARK),))
    turn = Message(role="user", content=(Text(text="a", cache=CacheMark()), Text(text="b")), cache=CacheMark(ttl="2h"))

    body, warnings = encoded(request(system, turn, tools=(WEATHER.replace(cache=MARK),)))

    assert [SPEC, POINT] == body["toolConfig"]["tools"]
    assert [{"text": "S"}, POINT] == body["system"]
    assert [{"text": "a"}, {"cachePoint": {"type": "default"}}, {"text": "b"}, POINT] == body["messages"][0]["content"]
    assert ["clamped cache"] == warnings


def test_no_more_than_four_cache_points_are_sent() -> None:
    turn = Message.user(*[Text(text=str(number), cache=CacheMark()) for number in range(6)])

    body, warnings = encoded(request(Message.system(Text(text="S", cache=CacheMark())), turn))

    kept = [place for place, block in enumerate(body["messages"][0]["content"]) if "cachePoint" in block]
    assert ([4, 6, 8], ["clamped cache"]) == (kept, warnings)

"""What an earlier answer held goes back: thinking, seals, calls as they came."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from llmkit.dialects import openai_chat
from llmkit.types.messages import Message
from llmkit.types.parts import (
    Audio,
    Citation,
    Document,
    Image,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    Text,
    ToolCall,
    Unknown,
)
from tests.dialects.openai_chat_cases import ELSEWHERE, FOREIGN, ORIGIN, decoded
from tests.dialects.openai_chat_encode_cases import CALL, PNG, answered, request, sent, warned, wire

DETAILS = {"reasoning": "ab", "reasoning_details": [{"type": "reasoning.text", "text": "ab", "signature": "S", "index": 0}]}


def thought(message: dict[str, Any]) -> Message:
    return decoded({"content": "Yes", **message}).message


def test_thinking_goes_back_to_its_provider_as_it_came() -> None:
    for message in (DETAILS, {"reasoning_content": "ab"}, {"reasoning": "ab"}):
        assert [{"role": "assistant", **message, "content": "Yes"}] == wire(thought(message))


def test_blocks_of_thinking_keep_their_place() -> None:
    blocks = [{"type": "thinking", "thinking": [{"type": "text", "text": "ab"}], "signature": "S"}, {"type": "text", "text": "Yes"}]

    assert [{"role": "assistant", "content": blocks}] == wire(decoded({"content": blocks}).message)


def test_sealed_thinking_in_several_parts_keeps_its_order() -> None:
    first, second = ({"reasoning_details": [{"type": "reasoning.encrypted", "data": data}]} for data in "AB")
    parts = (*thought(first).content, *thought(second).content)

    found = answered(*parts)

    assert ["A", "B"] == [detail["data"] for detail in found["reasoning_details"]]


def test_seals_of_another_account_are_stripped_and_their_words_kept() -> None:
    target = ORIGIN.replace(account="b")
    message = {"reasoning_details": [*DETAILS["reasoning_details"], {"type": "reasoning.encrypted", "data": "E", "index": 1}]}

    encoded = openai_chat.encode(request(thought(message)), model="m", target=target, profile=openai_chat.PROFILE, stream=False)

    found = json.loads(msgspec.json.encode(encoded.body))["messages"][0]
    assert [{"type": "reasoning.text", "text": "ab", "index": 0}] == found["reasoning_details"]
    assert [("lossy", "messages")] == warned(encoded)


@pytest.mark.parametrize("origin", [ELSEWHERE, FOREIGN])
def test_thinking_of_others_is_dropped_with_a_warning(origin: Any) -> None:
    part = Reasoning(text="ab", origin=origin, native=msgspec.Raw(b'{"reasoning":"ab"}'))
    encoded = sent(request(Message.assistant(part, "Yes")))

    assert [{"role": "assistant", "content": "Yes"}] == encoded.body["messages"]
    assert [("dropped", "messages")] == warned(encoded)


POLICIES: list[tuple[str, tuple[Part, ...], dict[str, Any]]] = [
    ("always", (Reasoning(text="ab"), Text(text="x")), {"thoughts": "ab"}),
    ("always", (Text(text="x"),), {"thoughts": ""}),
    ("tool_calls", (Reasoning(text="ab"), CALL), {"thoughts": "ab"}),
    ("tool_calls", (CALL,), {"thoughts": ""}),
    ("tool_calls", (Reasoning(text="ab"), Text(text="x")), {}),
    ("never", (Reasoning(text="ab"), CALL), {}),
    ("always", (*thought({"reasoning": "ab"}).content,), {"thoughts": "ab"}),
    ("always", (*thought(DETAILS).content,), DETAILS),
]


@pytest.mark.parametrize(("policy", "parts", "expected"), POLICIES, ids=range(len(POLICIES)))
def test_the_profile_says_which_turns_carry_their_thinking(policy: str, parts: tuple[Part, ...], expected: dict[str, Any]) -> None:
    """Some models refuse a turn with tool calls that lacks the field, even an empty one."""
    found = answered(*parts, replay=policy, reasoning_field="thoughts")

    assert expected == {key: value for key, value in found.items() if key not in ("role", "content", "tool_calls")}


def test_what_else_an_answer_holds_goes_back() -> None:
    found = answered(
        Text(text="x"),
        Refusal(text="no"),
        Image(data=PNG),
        Audio(id="au", data=b"ID3", transcript="t", origin=ORIGIN),
        ToolCall(id="c", name="calc", arguments={"input": "4+4"}, options={"openai_chat": {"type": "custom"}}),
    )

    assert {
        "role": "assistant",
        "content": "x",
        "refusal": "no",
        "images": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}],
        "audio": {"id": "au"},
        "tool_calls": [{"id": "c", "type": "custom", "custom": {"name": "calc", "input": "4+4"}}],
    } == found


def test_a_call_with_more_than_we_know_goes_back_as_it_came() -> None:
    call = {
        "id": "c",
        "type": "function",
        "function": {"name": "f", "arguments": "{}"},
        "extra_content": {"google": {"thought_signature": "S"}},
    }

    assert [call] == answered(*decoded({"tool_calls": [call]}).content)["tool_calls"]


def test_a_call_of_the_older_kind_goes_back_as_it_came() -> None:
    call = {"name": "f", "arguments": '{"a":1}'}

    assert {"role": "assistant", "content": None, "function_call": call} == answered(
        *decoded({"function_call": call}, "function_call").content
    )


def test_a_spoken_answer_of_another_account_is_sent_as_its_words() -> None:
    encoded = sent(request(Message.assistant(Audio(id="au", transcript="Hi", origin=ELSEWHERE))))

    assert [{"role": "assistant", "content": "Hi"}] == encoded.body["messages"]
    assert [("emulated", "messages")] == warned(encoded)


LOST: list[tuple[Part, str]] = [
    (ServerToolCall(id="s", name="web_search", origin=FOREIGN), "dropped"),
    (Unknown(kind="k", origin=FOREIGN, native=msgspec.Raw(b"{}")), "dropped"),
    (Citation(url="u"), "dropped"),
    (Text(text="", citations=(Citation(url="u"),)), "lossy"),
    (ToolCall(id="c", name="f", signature="S"), "lossy"),
    (Document(text="a", title="T", citations=True), "dropped"),
]


@pytest.mark.parametrize(("part", "kind"), LOST, ids=range(len(LOST)))
def test_what_cannot_go_back_is_warned_of(part: Part, kind: str) -> None:
    assert kind == sent(request(Message.assistant("x", part))).warnings[0].kind

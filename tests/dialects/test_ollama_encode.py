"""Requests into Ollama's bodies."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.dialects import ollama
from llmkit.errors import UnsupportedFeature
from llmkit.serving.ollama import parse_request
from llmkit.types.messages import Message
from llmkit.types.parts import (
    Audio,
    CacheMark,
    Citation,
    Document,
    Image,
    InvalidToolCall,
    Part,
    Provenance,
    Reasoning,
    Refusal,
    ServerToolCall,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
    Video,
)
from llmkit.types.requests import CompletionRequest, OutputFormat, ReasoningOptions
from llmkit.types.tools import ServerTool, Tool, ToolChoice
from tests import strategies
from tests.dialects.vendor_rows import WEATHER, target

OURS = target("ollama")
FOREIGN = Provenance(provider="other", dialect="anthropic")
PNG = b"\x89PNG\r\n\x1a\n"


def encode(
    *messages: Message, profile: dict[str, Any] | None = None, stream: bool = False, **fields: Any
) -> tuple[dict[str, Any], list[str]]:
    """Return the body as the wire has it, and the warnings as `kind parameter`."""
    request = CompletionRequest(model="testing/m", messages=messages or (Message.user("Hi"),), **fields)
    encoded = ollama.encode(request, model="m", target=OURS, profile=ollama.PROFILE.merged(profile or {}), stream=stream)
    assert "/api/chat" == encoded.path
    body = msgspec.json.decode(msgspec.json.encode(encoded.body))
    return body, [f"{warning.kind} {warning.parameter}" for warning in encoded.warnings]


SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}
SETTINGS: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    (
        {"temperature": 0.5, "top_p": 0.9, "top_k": 5, "min_p": 0.1, "seed": 7, "max_tokens": 9, "stop": ("a",), "repetition_penalty": 1.1},
        {
            "options": {
                "num_predict": 9,
                "temperature": 0.5,
                "top_p": 0.9,
                "top_k": 5,
                "min_p": 0.1,
                "seed": 7,
                "repeat_penalty": 1.1,
                "stop": ["a"],
            }
        },
        [],
    ),
    (
        {"temperature": 0.5, "options": {"ollama": {"keep_alive": "5m", "options": {"num_ctx": 8192}}}},
        {"keep_alive": "5m", "options": {"temperature": 0.5, "num_ctx": 8192}},
        [],
    ),
    ({"output": OutputFormat(kind="json_object")}, {"format": "json"}, []),
    ({"output": OutputFormat(schema=SCHEMA)}, {"format": SCHEMA}, []),
    ({"output": OutputFormat(schema=SCHEMA, name="n")}, {"format": SCHEMA}, ["dropped output.name"]),
    ({"output": OutputFormat(kind="text")}, {}, []),
    ({"logprobs": True, "top_logprobs": 2}, {"logprobs": True, "top_logprobs": 2}, []),
    ({"n": 2, "user": "u", "logit_bias": {"1": 1.0}}, {}, ["dropped logit_bias", "dropped n", "dropped user"]),
    ({"cache": CacheMark()}, {}, ["dropped cache"]),
    ({"parallel_tool_calls": False}, {}, ["dropped parallel_tool_calls"]),
]


@pytest.mark.parametrize(("fields", "expected", "warnings"), SETTINGS)
def test_settings_have_the_wires_places(fields: dict[str, Any], expected: dict[str, Any], warnings: list[str]) -> None:
    body, found = encode(**fields)

    assert ({"model": "m", "stream": False, **expected, "messages": [{"role": "user", "content": "Hi"}]}, warnings) == (body, found)


@pytest.mark.parametrize("stream", [False, True])
def test_whether_to_stream_is_always_said(stream: bool) -> None:
    """The server's default is to stream."""
    assert stream is encode(stream=stream)[0]["stream"]


@pytest.mark.parametrize(
    ("control", "wanted", "think", "warnings"),
    [
        ("toggle", ReasoningOptions(effort="none"), False, []),
        ("toggle", ReasoningOptions(effort="high"), True, ["emulated reasoning"]),
        ("toggle", ReasoningOptions(budget=0), False, []),
        ("toggle", ReasoningOptions(budget=900), True, ["emulated reasoning.budget"]),
        ("effort", ReasoningOptions(effort="low"), "low", []),
        ("effort", ReasoningOptions(effort="max"), "high", ["clamped reasoning.effort"]),
        ("effort", ReasoningOptions(effort="none"), False, []),
        ("none", ReasoningOptions(effort="low"), None, ["dropped reasoning"]),
        ("toggle", ReasoningOptions(visible=True, summary="auto"), None, ["dropped reasoning.summary", "dropped reasoning.visible"]),
    ],
)
def test_thinking_is_on_off_or_a_level(control: str, wanted: ReasoningOptions, think: Any, warnings: list[str]) -> None:
    body, found = encode(reasoning=wanted, profile={"reasoning": control})

    assert (think, warnings) == (body.get("think"), found)


@pytest.mark.parametrize(
    ("choice", "offered", "warnings"),
    [
        (ToolChoice(), ["get_weather", "now"], []),
        (ToolChoice(mode="none"), [], ["emulated tool_choice"]),
        (ToolChoice(mode="required"), ["get_weather", "now"], ["dropped tool_choice"]),
        (ToolChoice(mode="required", names=("now",)), ["now"], ["emulated tool_choice", "dropped tool_choice"]),
    ],
)
def test_what_cannot_be_said_of_the_choice_is_told(choice: ToolChoice, offered: list[str], warnings: list[str]) -> None:
    body, found = encode(tools=(WEATHER, Tool(name="now")), tool_choice=choice)

    assert (offered, warnings) == ([tool["function"]["name"] for tool in body.get("tools", ())], found)


@pytest.mark.parametrize(
    ("parts", "expected", "warnings"),
    [
        ((Text(text="a"), Text(text="b")), {"content": "a\n\nb"}, []),
        ((Text(text="a"), Image(data=PNG)), {"content": "a", "images": ["iVBORw0KGgo="]}, []),
        (
            (Image(url="data:image/png;base64,iVBORw0KGgo=", detail="low"),),
            {"content": "", "images": ["iVBORw0KGgo="]},
            ["dropped image.detail"],
        ),
        ((Document(text="words", title="T"),), {"content": "T\n\nwords"}, ["emulated document.text"]),
        ((Unknown(kind="x", origin=FOREIGN, native=msgspec.Raw(b"{}")), Text(text="a")), {"content": "a"}, ["dropped messages"]),
    ],
)
def test_a_message_is_one_text_with_pictures_beside_it(parts: tuple[Part, ...], expected: dict[str, Any], warnings: list[str]) -> None:
    body, found = encode(Message(role="user", content=parts))

    assert ([{"role": "user", **expected}], warnings) == (body["messages"], found)


@pytest.mark.parametrize(
    "part", [Image(url="https://a/b.png"), Image(file_id="f"), Audio(data=b"x"), Video(url="u"), Document(data=b"%PDF-")], ids=repr
)
def test_what_cannot_be_said_is_refused_before_sending(part: Part) -> None:
    with pytest.raises(UnsupportedFeature):
        encode(Message.user(part))


def test_the_servers_own_tools_are_refused() -> None:
    with pytest.raises(UnsupportedFeature):
        encode(tools=(ServerTool(name="web_search"),))


@pytest.mark.parametrize(
    ("parts", "expected", "warnings"),
    [
        ((Reasoning(text="Hm.", origin=OURS), Text(text="a", origin=OURS), Text(text="b")), {"thinking": "Hm.", "content": "ab"}, []),
        ((Reasoning(text="Hm.", signature="s", origin=FOREIGN), Text(text="a")), {"content": "a"}, ["dropped messages"]),
        ((Refusal(text="No."),), {"content": "No."}, ["emulated messages"]),
        ((ServerToolCall(id="s", name="w", origin=FOREIGN), Text(text="a")), {"content": "a"}, ["dropped messages"]),
        ((Text(text="a", citations=(Citation(url="u"),)),), {"content": "a"}, ["lossy messages"]),
        ((Audio(transcript="said", id="x", origin=FOREIGN),), {"content": "said"}, ["emulated messages"]),
        (
            (ToolCall(id="c1", name="f", arguments={"a": 1}, json='{"a":1}', origin=FOREIGN),),
            {"content": "", "tool_calls": [{"id": "c1", "function": {"name": "f", "arguments": {"a": 1}}}]},
            [],
        ),
        (
            (InvalidToolCall(id="c1", name="f", json="{oops"),),
            {"content": "", "tool_calls": [{"id": "c1", "function": {"name": "f", "arguments": {}}}]},
            ["lossy messages"],
        ),
    ],
)
def test_earlier_answers_go_out_again(parts: tuple[Part, ...], expected: dict[str, Any], warnings: list[str]) -> None:
    body, found = encode(Message.user("Hi"), Message(role="assistant", content=parts))

    assert ({"role": "assistant", **expected}, warnings) == (body["messages"][1], found)


def test_thinking_stays_behind_where_the_model_wants_none() -> None:
    answer = Message.assistant(Reasoning(text="Hm.", origin=OURS), Text(text="a"))

    assert "thinking" not in encode(Message.user("Hi"), answer, profile={"replay": "never"})[0]["messages"][1]
    assert "thinking" not in encode(Message.user("Hi"), answer, profile={"replay": "tool_calls"})[0]["messages"][1]


@pytest.mark.parametrize("inside", [True, False])
def test_results_name_call_and_tool_and_may_hold_pictures(inside: bool) -> None:
    call = ToolCall(id="c1", name="look", origin=FOREIGN)
    result = ToolResult(id="c1", content=(Text(text="There."), Image(data=PNG)), is_error=True)

    body, found = encode(Message.user("Hi"), Message.assistant(call), Message.tool(result), profile={"media_in_results": inside})

    told = body["messages"][2]
    assert ("tool", "There.", "look", "c1") == (told["role"], told["content"], told["tool_name"], told["tool_call_id"])
    assert ["iVBORw0KGgo="] == body["messages"][2 if inside else 3]["images"]
    assert ["lossy messages", *([] if inside else ["emulated messages"])] == found


def test_a_structured_result_is_its_json() -> None:
    body, _ = encode(Message.user("Hi"), Message.tool(ToolResult(id="c1", name="f", structured={"a": 1})))

    assert {"role": "tool", "content": '{"a":1}', "tool_name": "f", "tool_call_id": "c1"} == body["messages"][1]


PLAIN = {"temperature": st.none() | st.floats(0, 1), "seed": st.none() | st.integers(0, 2**31), "stop": st.just(()) | st.just(("x",))}
PARTS = st.one_of(strategies.texts, st.builds(Image, data=st.binary(min_size=1, max_size=30), media_type=st.just("image/png")))


@given(strategies.completion_requests(parts=PARTS, **PLAIN))
@settings(max_examples=20, deadline=None)
def test_the_vendors_own_types_take_every_body(request: CompletionRequest) -> None:
    sdk = pytest.importorskip("ollama", reason="the ollama SDK is not installed")
    from ollama._types import ChatRequest

    encoded = ollama.encode(request, model="m", target=OURS, profile=ollama.PROFILE, stream=True)
    body = msgspec.json.decode(msgspec.json.encode(encoded.body))
    # The SDK takes pictures as values of its own and writes them as base64 text.
    wrapped = [{**message, "images": [{"value": image} for image in message.get("images", ())]} for message in body["messages"]]
    found = ChatRequest.model_validate({**body, "messages": [sdk.Message.model_validate(message) for message in wrapped]})

    assert not body.keys() - ChatRequest.model_fields.keys()
    assert not (body.get("options") or {}).keys() - sdk.Options.model_fields.keys()
    assert [message.get("images") or [] for message in body["messages"]] == [
        message.get("images") or [] for message in found.model_dump()["messages"]
    ]
    known = set(sdk.Message.model_fields) | {"tool_call_id"}  # The server knows it, the SDK not yet (recordings, 2026).
    assert not {name for message in body["messages"] for name in message} - known


@given(strategies.completion_requests(parts=PARTS, **PLAIN))
@settings(max_examples=20, deadline=None)
def test_a_body_parses_and_encodes_to_itself(request: CompletionRequest) -> None:
    first = ollama.encode(request, model=request.model, target=OURS, profile=ollama.PROFILE, stream=False).body
    body = msgspec.json.decode(msgspec.json.encode(first))

    parsed = parse_request(body)
    second = ollama.encode(parsed, model=parsed.model, target=OURS, profile=ollama.PROFILE, stream=False).body

    assert body == msgspec.json.decode(msgspec.json.encode(second))

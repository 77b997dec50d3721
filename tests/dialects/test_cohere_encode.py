"""Requests into Cohere's bodies."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.dialects import cohere
from llmkit.errors import UnsupportedFeature
from llmkit.models.fit import fit
from llmkit.serving.cohere import parse_request
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
    ServerToolResult,
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

OURS = target("cohere")
FOREIGN = Provenance(provider="other", dialect="anthropic")
PNG = b"\x89PNG\r\n\x1a\n"
SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}


def encode(
    *messages: Message, profile: dict[str, Any] | None = None, stream: bool = False, **fields: Any
) -> tuple[dict[str, Any], list[str]]:
    """Return the body as the wire has it, and the warnings as `kind parameter`."""
    request = CompletionRequest(model="testing/m", messages=messages or (Message.user("Hi"),), **fields)
    encoded = cohere.encode(request, model="m", target=OURS, profile=cohere.PROFILE.merged(profile or {}), stream=stream)
    assert "/chat" == encoded.path
    body = msgspec.json.decode(msgspec.json.encode(encoded.body))
    return body, [f"{warning.kind} {warning.parameter}" for warning in encoded.warnings]


SETTINGS: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    (
        {"temperature": 0.5, "top_p": 0.9, "top_k": 5, "seed": 7, "max_tokens": 9, "stop": ("a",), "logprobs": True},
        {"max_tokens": 9, "temperature": 0.5, "p": 0.9, "k": 5, "seed": 7, "logprobs": True, "stop_sequences": ["a"]},
        [],
    ),
    ({"n": 2, "user": "u", "top_logprobs": 2}, {}, ["dropped top_logprobs", "dropped n", "dropped user"]),
    ({"cache": CacheMark(), "parallel_tool_calls": False}, {}, ["dropped parallel_tool_calls", "dropped cache"]),
    ({"output": OutputFormat(kind="json_object")}, {"response_format": {"type": "json_object"}}, []),
    ({"output": OutputFormat(schema=SCHEMA)}, {"response_format": {"type": "json_object", "json_schema": SCHEMA}}, []),
    ({"reasoning": ReasoningOptions(effort="none")}, {"thinking": {"type": "disabled"}}, []),
    ({"reasoning": ReasoningOptions(budget=0)}, {"thinking": {"type": "disabled"}}, []),
    ({"reasoning": ReasoningOptions(budget=900)}, {"thinking": {"type": "enabled", "token_budget": 900}}, []),
    (
        {"reasoning": ReasoningOptions(effort="low")},
        {"thinking": {"type": "enabled", "token_budget": 1024}},
        ["emulated reasoning.effort"],
    ),
    (
        {"options": {"cohere": {"safety_mode": "STRICT", "priority": 1, "citation_options": {"mode": "FAST"}, "documents": ["d"]}}},
        {"safety_mode": "STRICT", "priority": 1, "citation_options": {"mode": "FAST"}, "documents": ["d"]},
        [],
    ),
]


@pytest.mark.parametrize(("fields", "expected", "warnings"), SETTINGS)
def test_settings_have_the_wires_names(fields: dict[str, Any], expected: dict[str, Any], warnings: list[str]) -> None:
    body, found = encode(**fields)

    assert ({"model": "m", **expected, "messages": [{"role": "user", "content": "Hi"}]}, warnings) == (body, found)


@pytest.mark.parametrize(
    ("choice", "expected", "offered", "warnings"),
    [
        (ToolChoice(), None, 2, []),
        (ToolChoice(mode="none"), "NONE", 2, []),
        (ToolChoice(mode="required"), "REQUIRED", 2, []),
        (ToolChoice(mode="required", names=("now",)), "REQUIRED", 1, ["emulated tool_choice"]),
    ],
)
def test_tool_choices(choice: ToolChoice, expected: str | None, offered: int, warnings: list[str]) -> None:
    body, found = encode(tools=(WEATHER, Tool(name="now")), tool_choice=choice)

    assert (expected, offered, warnings) == (body.get("tool_choice"), len(body["tools"]), found)


@pytest.mark.parametrize(
    ("wishes", "strict", "warnings"),
    [
        ((True, True), True, []),
        ((False, False), False, []),
        ((None, None), None, []),
        ((True, None), True, ["emulated tools.strict"]),
        ((True, False), True, ["emulated tools.strict"]),
    ],
)
def test_one_switch_makes_all_tools_strict(wishes: tuple[bool | None, ...], strict: bool | None, warnings: list[str]) -> None:
    tools = tuple([Tool(name=f"t{number}", strict=wish) for number, wish in enumerate(wishes)])

    body, found = encode(tools=tools)

    assert (strict, warnings) == (body.get("strict_tools"), found)


def test_output_by_schema_beside_tools_is_refused_or_put_into_words() -> None:
    """The API takes no `response_format` beside tools; `parse` checks the answer, so words are enough there."""
    request = CompletionRequest(model="m", messages=(Message.user("Hi"),), tools=(WEATHER,), output=OutputFormat(schema=SCHEMA))

    with pytest.raises(UnsupportedFeature):
        fit(request, cohere.PROFILE)
    with pytest.raises(UnsupportedFeature):
        encode(tools=(WEATHER,), output=OutputFormat(kind="json_object"))
    for messages in ((Message.user("Hi"),), (Message.system("Be kind."), Message.user("Hi"))):
        body, found = encode(*messages, tools=(WEATHER,), output=OutputFormat(schema=SCHEMA, portable=True))

        assert ("response_format" not in body, ["emulated output"], "system") == (True, found, body["messages"][0]["role"])
        assert '"properties":{"a":{"type":"integer"}}' in str(body["messages"][0]["content"])


PARTS: list[tuple[Part, Any, list[str]]] = [
    (Text(text="a"), "a", []),
    (Image(data=PNG), [{"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}], []),
    (Image(url="https://a/b.png", detail="low"), [{"type": "image_url", "image_url": {"url": "https://a/b.png", "detail": "low"}}], []),
    (Unknown(kind="x", origin=FOREIGN, native=msgspec.Raw(b"{}")), "", ["dropped messages"]),
    (Refusal(text="No."), "No.", ["emulated messages"]),
]


@pytest.mark.parametrize(("part", "content", "warnings"), PARTS)
def test_parts_become_blocks(part: Part, content: Any, warnings: list[str]) -> None:
    body, found = encode(Message.user(part))

    assert ([{"role": "user", "content": content}], warnings) == (body["messages"], found)


@pytest.mark.parametrize(
    "part", [Video(url="u"), Audio(data=b"x"), Document(data=b"%PDF-"), Image(file_id="f"), Image(data=b"?")], ids=repr
)
def test_what_cannot_be_said_is_refused_before_sending(part: Part) -> None:
    with pytest.raises(UnsupportedFeature):
        encode(Message.user(part))


def test_the_servers_own_tools_are_refused() -> None:
    with pytest.raises(UnsupportedFeature):
        encode(tools=(ServerTool(name="web_search"),))


def test_text_documents_go_where_the_model_cites_them_from() -> None:
    first, second = Document(text="One.", title="A", context="c"), Document(text="Two.", options={"cohere": {"id": "mine"}})

    body, found = encode(Message.user(first, second, "Which?"), options={"cohere": {"documents": ["three"]}})

    data = {"title": "A", "context": "c", "text": "One."}
    assert [{"data": data, "id": "doc:0"}, {"data": {"text": "Two."}, "id": "mine"}, "three"] == body["documents"]
    assert ([{"role": "user", "content": "Which?"}], []) == (body["messages"], found)


@pytest.mark.parametrize(("wishes", "mode"), [((False, False), {"mode": "OFF"}), ((False, None), None), ((True,), None)])
def test_citations_are_off_when_no_document_wants_them(wishes: tuple[bool | None, ...], mode: Any) -> None:
    body, _ = encode(Message(role="user", content=tuple([Document(text="x", citations=wish) for wish in wishes])))

    assert mode == body.get("citation_options")


CITED = msgspec.Raw(
    b'{"start":0,"end":1,"text":"a","sources":[{"type":"tool","id":"c1:0","tool_output":{"content":"x"}}],"type":"TEXT_CONTENT"}'
)
PLAN = Reasoning(text="I look.", origin=OURS, native=msgspec.Raw(b'{"tool_plan":"I look."}'))
ANSWERS: list[tuple[tuple[Part, ...], dict[str, Any], list[str]]] = [
    ((Text(text="a"),), {"content": "a"}, []),
    (
        (Reasoning(text="Hm.", origin=OURS), Text(text="a", origin=OURS)),
        {"content": [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "a"}]},
        [],
    ),
    (
        (PLAN, ToolCall(id="c1", name="f", arguments={"a": 1}, json='{"a": 1}', origin=OURS)),
        {"tool_plan": "I look.", "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}]},
        [],
    ),
    (
        (Text(text="a", citations=(Citation(origin=OURS, native=CITED), Citation(url="u", origin=OURS, native=CITED)), origin=OURS),),
        {"content": "a", "citations": [msgspec.json.decode(CITED)]},
        [],
    ),
    ((Text(text="a", citations=(Citation(url="u", origin=FOREIGN),)),), {"content": "a"}, ["lossy messages"]),
    ((Reasoning(text="Hm.", signature="s", origin=FOREIGN), Text(text="a")), {"content": "a"}, ["dropped messages"]),
    ((ServerToolResult(id="s", name="w", origin=FOREIGN), Text(text="a")), {"content": "a"}, ["dropped messages"]),
    (
        (InvalidToolCall(id="c1", name="f", json="{oops"),),
        {"tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{oops"}}]},
        [],
    ),
    (
        (Unknown(kind="chart", origin=OURS, native=msgspec.Raw(b'{"type":"chart","x":[1]}')),),
        {"content": [{"type": "chart", "x": [1]}]},
        [],
    ),
    ((), {"content": ""}, []),
]


@pytest.mark.parametrize(("parts", "expected", "warnings"), ANSWERS)
def test_earlier_answers_go_out_again(parts: tuple[Part, ...], expected: dict[str, Any], warnings: list[str]) -> None:
    body, found = encode(Message.user("Hi"), Message(role="assistant", content=parts))

    assert ({"role": "assistant", **expected}, warnings) == (body["messages"][1], found)


RESULTS: list[tuple[ToolResult, Any, list[str]]] = [
    (ToolResult(id="c1", content=(Text(text="x"),)), "x", []),
    (ToolResult(id="c1", structured={"a": 1}), [{"type": "document", "document": {"data": {"a": 1}}}], []),
    (
        ToolResult(id="c1", content=(Document(text="w", title="T"),)),
        [{"type": "document", "document": {"data": {"title": "T", "text": "w"}}}],
        [],
    ),
    (ToolResult(id="c1", content=(Text(text="x"),), is_error=True), "x", ["lossy messages"]),
]


@pytest.mark.parametrize(("result", "content", "warnings"), RESULTS)
def test_results_are_text_or_documents(result: ToolResult, content: Any, warnings: list[str]) -> None:
    body, found = encode(Message.user("Hi"), Message.tool(result))

    assert ({"role": "tool", "tool_call_id": "c1", "content": content}, warnings) == (body["messages"][1], found)


def test_pictures_of_results_follow_in_a_users_turn() -> None:
    results = Message.tool(*(ToolResult(id=id_, content=(Text(text="x"), Image(data=PNG))) for id_ in ("c1", "c2")))

    body, found = encode(Message.user("Hi"), results, Message.user("More"))

    assert ["user", "tool", "tool", "user", "user"] == [message["role"] for message in body["messages"]]
    assert ["text", "image_url", "image_url"] == [block["type"] for block in body["messages"][3]["content"]]
    assert ["emulated messages"] == found


def test_thinking_stays_behind_where_the_model_wants_none() -> None:
    body, _ = encode(Message.user("Hi"), Message.assistant(Reasoning(text="Hm.", origin=OURS), Text(text="a")), profile={"replay": "never"})

    assert {"role": "assistant", "content": "a"} == body["messages"][1]


PLAIN = {"temperature": st.none() | st.floats(0, 1), "seed": st.none() | st.integers(0, 2**31), "stop": st.just(()) | st.just(("x",))}
USER_PARTS = st.one_of(strategies.texts, strategies.images)


@given(strategies.completion_requests(parts=USER_PARTS, **PLAIN))
@settings(max_examples=20, deadline=None)
def test_the_vendors_own_types_take_every_body(request: CompletionRequest) -> None:
    """The SDK's types name every field the API documents; each message must be one of its messages without a field left over."""
    sdk = pytest.importorskip("cohere", reason="the cohere SDK is not installed")
    from inspect import signature

    body = msgspec.json.decode(
        msgspec.json.encode(cohere.encode(request, model="m", target=OURS, profile=cohere.PROFILE, stream=False).body)
    )

    kinds = {
        "user": sdk.UserChatMessageV2,
        "assistant": sdk.AssistantChatMessageV2,
        "system": sdk.SystemChatMessageV2,
        "tool": sdk.ToolChatMessageV2,
    }
    assert not body.keys() - set(signature(sdk.ClientV2.chat).parameters)
    for message in body["messages"]:
        kind = kinds[message["role"]]
        assert not message.keys() - kind.model_fields.keys()
        assert message == kind.model_validate(message).model_dump(exclude_none=True, exclude_unset=True)
    for tool in body.get("tools", ()):
        assert tool == sdk.ToolV2.model_validate(tool).model_dump(exclude_none=True, exclude_unset=True)


@given(strategies.completion_requests(parts=USER_PARTS, **PLAIN))
@settings(max_examples=20, deadline=None)
def test_a_body_parses_and_encodes_to_itself(request: CompletionRequest) -> None:
    first = cohere.encode(request, model=request.model, target=OURS, profile=cohere.PROFILE, stream=False).body
    body = msgspec.json.decode(msgspec.json.encode(first))

    parsed = parse_request(body)
    second = cohere.encode(parsed, model=parsed.model, target=OURS, profile=cohere.PROFILE, stream=False).body

    assert body == msgspec.json.decode(msgspec.json.encode(second))

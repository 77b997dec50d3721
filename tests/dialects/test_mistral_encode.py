"""Requests into Mistral's bodies."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.dialects import mistral
from llmkit.dialects.tool_ids import fitted_id
from llmkit.errors import UnsupportedFeature
from llmkit.serving.mistral import parse_request
from llmkit.types.messages import Message
from llmkit.types.parts import (
    Audio,
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

OURS = target("mistral", "account")
FOREIGN = Provenance(provider="other", dialect="anthropic")
PNG = b"\x89PNG\r\n\x1a\n"
THINK = msgspec.Raw(b'{"type":"thinking","thinking":[{"type":"text","text":"Hm."}],"signature":"c2ln","closed":true}')


def encode(
    *messages: Message, profile: dict[str, Any] | None = None, stream: bool = False, **fields: Any
) -> tuple[dict[str, Any], list[str]]:
    """Return the body as the wire has it, and the warnings as `kind parameter`."""
    request = CompletionRequest(model="testing/m", messages=messages or (Message.user("Hi"),), **fields)
    encoded = mistral.encode(request, model="m", target=OURS, profile=mistral.PROFILE.merged(profile or {}), stream=stream)
    assert "/chat/completions" == encoded.path
    body = msgspec.json.decode(msgspec.json.encode(encoded.body))
    return body, [f"{warning.kind} {warning.parameter}" for warning in encoded.warnings]


SETTINGS: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    ({"seed": 7, "temperature": 0.5, "top_p": 0.9, "top_k": 5}, {"temperature": 0.5, "top_p": 0.9, "top_k": 5, "random_seed": 7}, []),
    ({"max_tokens": 9, "stop": ("a", "b"), "n": 2}, {"max_tokens": 9, "n": 2, "stop": ["a", "b"]}, []),
    ({"logprobs": True, "top_logprobs": 2, "metadata": {"a": "b"}}, {"logprobs": True, "top_logprobs": 2, "metadata": {"a": "b"}}, []),
    ({"min_p": 0.1, "logit_bias": {"1": 1.0}, "user": "u"}, {}, ["dropped min_p", "dropped logit_bias", "dropped user"]),
    ({"store": True, "verbosity": "low", "modalities": ("text",)}, {}, ["dropped verbosity", "dropped store", "dropped modalities"]),
    ({"reasoning": ReasoningOptions(effort="high")}, {"reasoning_effort": "high"}, []),
    ({"reasoning": ReasoningOptions(budget=9000)}, {"reasoning_effort": "medium"}, ["emulated reasoning.budget"]),
    ({"output": OutputFormat(kind="json_object")}, {"response_format": {"type": "json_object"}}, []),
    (
        {"output": OutputFormat(schema={"type": "object"}, name="n", strict=True)},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object"}, "strict": True}}},
        [],
    ),
    (
        {"options": {"mistral": {"safe_prompt": True, "guardrails": [{"block_on_error": True}]}, "other": {"x": 1}}},
        {"safe_prompt": True, "guardrails": [{"block_on_error": True}]},
        [],
    ),
    (
        {"options": {"mistral": {"prediction": {"type": "content", "content": "x"}, "prompt_mode": "reasoning"}}},
        {"prediction": {"type": "content", "content": "x"}, "prompt_mode": "reasoning"},
        [],
    ),
]


@pytest.mark.parametrize(("fields", "expected", "warnings"), SETTINGS)
def test_settings_have_the_wires_names(fields: dict[str, Any], expected: dict[str, Any], warnings: list[str]) -> None:
    body, found = encode(**fields)

    assert ({"model": "m", **expected, "messages": [{"role": "user", "content": "Hi"}]}, warnings) == (body, found)


def test_a_stream_asks_for_nothing_but_itself() -> None:
    """`stream_options` is refused: usage comes unasked."""
    body, _ = encode(stream=True)

    assert ["model", "stream", "messages"] == list(body)


@pytest.mark.parametrize(("effort", "expected"), [("none", {"prompt_mode": None}), ("low", {"prompt_mode": "reasoning"}), (None, {})])
def test_models_that_only_think_or_not_are_switched_by_the_prompt_mode(effort: Any, expected: dict[str, Any]) -> None:
    body, _ = encode(reasoning=ReasoningOptions(effort=effort), profile={"reasoning": "toggle"})

    assert expected == {name: value for name, value in body.items() if name not in ("model", "messages")}


@pytest.mark.parametrize(
    ("choice", "expected", "offered", "warnings"),
    [
        (ToolChoice(), "auto", 2, []),
        (ToolChoice(mode="none"), "none", 2, []),
        (ToolChoice(mode="required"), "any", 2, []),
        (ToolChoice(mode="required", names=("now",)), {"type": "function", "function": {"name": "now"}}, 2, []),
        (ToolChoice(mode="required", names=("now", "x")), "any", 1, ["emulated tool_choice"]),
        (ToolChoice(mode="auto", names=("now",)), "auto", 1, ["emulated tool_choice"]),
    ],
)
def test_tool_choices(choice: ToolChoice, expected: Any, offered: int, warnings: list[str]) -> None:
    body, found = encode(tools=(WEATHER, Tool(name="now")), tool_choice=choice, parallel_tool_calls=False)

    assert (expected, offered, False, warnings) == (body["tool_choice"], len(body["tools"]), body["parallel_tool_calls"], found)


def test_tools_are_functions_and_the_servers_own_are_named_by_type() -> None:
    body, _ = encode(tools=(WEATHER.replace(strict=True), ServerTool(name="document_library", config={"library_ids": ["l"]})))

    function = {"name": "get_weather", "description": "Tell the weather.", "parameters": WEATHER.parameters, "strict": True}
    assert [{"type": "function", "function": function}, {"type": "document_library", "library_ids": ["l"]}] == body["tools"]


PARTS: list[tuple[Part, Any, list[str]]] = [
    (Text(text="a"), "a", []),
    (Image(data=PNG), [{"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}], []),
    (Image(url="https://a/b.png", detail="low"), [{"type": "image_url", "image_url": {"url": "https://a/b.png", "detail": "low"}}], []),
    (Audio(data=b"RIFF", media_type="audio/wav"), [{"type": "input_audio", "input_audio": "UklGRg=="}], []),
    (Document(url="https://a/b.pdf", title="T"), [{"type": "document_url", "document_url": "https://a/b.pdf", "document_name": "T"}], []),
    (Document(data=b"%PDF-"), [{"type": "document_url", "document_url": "data:application/pdf;base64,JVBERi0="}], []),
    (Document(file_id="f1"), [{"type": "file", "file_id": "f1"}], []),
    (Document(text="words", title="T"), "T\n\nwords", ["emulated document.text"]),
    (
        Unknown(kind="resource", origin=OURS, native=msgspec.Raw(b'{"type":"resource","uri":"u","content":{"type":"text","text":"t"}}')),
        [{"type": "resource", "uri": "u", "content": {"type": "text", "text": "t"}}],
        [],
    ),
    (Unknown(kind="x", origin=FOREIGN, native=msgspec.Raw(b"{}")), "", ["dropped messages"]),
    (Text(text="x", options={"mistral": {"type": "resource_link", "uri": "u"}}), [{"type": "resource_link", "uri": "u"}], []),
]


@pytest.mark.parametrize(("part", "content", "warnings"), PARTS)
def test_parts_become_chunks(part: Part, content: Any, warnings: list[str]) -> None:
    body, found = encode(Message.user(part))

    assert ([{"role": "user", "content": content}], warnings) == (body["messages"], found)


@pytest.mark.parametrize("part", [Video(url="https://a/v.mp4"), Image(file_id="f"), Audio(file_id="f")])
def test_what_cannot_be_said_is_refused_before_sending(part: Part) -> None:
    with pytest.raises(UnsupportedFeature):
        encode(Message.user(part))


REFERENCE = msgspec.Raw(b'{"type":"reference","reference_ids":[0,2]}')
ANSWERS: list[tuple[tuple[Part, ...], Any, list[str]]] = [
    (
        (Reasoning(text="Hm.", signature="c2ln", origin=OURS, native=THINK), Text(text="a", origin=OURS)),
        [THINK, {"type": "text", "text": "a"}],
        [],
    ),
    (
        (Text(text="a", origin=OURS), Citation(location="reference", origin=OURS, native=REFERENCE), Text(text="b", origin=OURS)),
        [{"type": "text", "text": "a"}, REFERENCE, {"type": "text", "text": "b"}],
        [],
    ),
    ((Reasoning(text="Hm."),), [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}], []),
    ((Reasoning(text="Hm.", origin=FOREIGN), Text(text="a", origin=FOREIGN)), "a", ["dropped messages"]),
    ((Refusal(text="No.", origin=FOREIGN),), "No.", ["emulated messages"]),
    ((ServerToolCall(id="s", name="web_search", origin=FOREIGN), Text(text="a")), "a", ["dropped messages"]),
    ((Text(text="a", citations=(Citation(url="u"),), origin=FOREIGN),), "a", ["lossy messages"]),
    ((Audio(transcript="said", origin=FOREIGN, id="x"),), "said", ["emulated messages"]),
]


@pytest.mark.parametrize(("parts", "content", "warnings"), ANSWERS)
def test_earlier_answers_go_out_again(parts: tuple[Part, ...], content: Any, warnings: list[str]) -> None:
    """Chunks of this format byte for byte; of another what can be said, with a warning for the rest."""
    body, found = encode(Message.user("Hi"), Message(role="assistant", content=parts), Message.user("More"))

    assert (msgspec.json.decode(msgspec.json.encode(content)), warnings) == (body["messages"][1]["content"], found)


def test_the_seal_of_another_accounts_thinking_stays_behind() -> None:
    moved = Reasoning(text="Hm.", origin=target("mistral", "another"), native=THINK)

    body, found = encode(Message.user("Hi"), Message.assistant(moved), Message.user("More"))

    assert ([{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}], "closed": True}], ["lossy messages"]) == (
        body["messages"][1]["content"],
        found,
    )


def test_ids_of_other_formats_are_fitted_alike_in_call_and_result() -> None:
    call = ToolCall(id="toolu_01A09q90qw90lq917835lq9", name="now", origin=FOREIGN)
    result = ToolResult(id=call.id, content=(Text(text="12:00"), Image(data=PNG)))

    body, _ = encode(Message.user("Hi"), Message.assistant(call), Message.tool(result))

    fitted = body["messages"][1]["tool_calls"][0]["id"]
    assert (9, True, fitted, "now") == (len(fitted), fitted.isalnum(), body["messages"][2]["tool_call_id"], body["messages"][2]["name"])
    assert ["text", "image_url"] == [chunk["type"] for chunk in body["messages"][2]["content"]]


def test_a_native_call_keeps_what_else_it_says_under_a_fitted_id() -> None:
    native = msgspec.Raw(b'{"id":"long-id-here","type":"function","function":{"name":"f","arguments":"{}"},"extra":1}')

    body, _ = encode(
        Message.user("Hi"), Message.assistant(ToolCall(id="long-id-here", name="f", origin=OURS, native=native)), Message.user("x")
    )

    assert {"id": fitted_id("long-id-here", length=9), "extra": 1} == {
        name: value for name, value in body["messages"][1]["tool_calls"][0].items() if name in ("id", "extra")
    }


@given(st.text(max_size=60) | st.sampled_from(["call_1234", "abcdefgh1", "äbcdefgh1", ""]))
@settings(max_examples=100, deadline=None)
def test_fitted_ids_fit_and_stay_the_same(id: str) -> None:
    fitted = fitted_id(id, length=9)

    assert (9, True, True) == (len(fitted), fitted.isascii(), fitted.isalnum())
    assert fitted == fitted_id(fitted, length=9)
    assert id[:64] == fitted_id(id[:64], limit=64)


def test_media_of_results_can_follow_them() -> None:
    results = Message.tool(ToolResult(id="abcdefgh1", content=(Image(data=PNG),)), ToolResult(id="abcdefgh2", content=(Text(text="b"),)))

    body, found = encode(Message.user("Hi"), results, Message.user("More"), profile={"media_in_results": False})

    assert ["user", "tool", "tool", "user", "user"] == [message["role"] for message in body["messages"]]
    assert ["text", "image_url"] == [chunk["type"] for chunk in body["messages"][3]["content"]]
    assert ["emulated messages"] == found


def test_a_last_answer_is_a_beginning_to_go_on_from() -> None:
    """The API refuses a last message of the assistant that does not say so."""
    body, _ = encode(Message.user("Hi"), Message.assistant("Once"))

    assert {"role": "assistant", "content": "Once", "prefix": True} == body["messages"][-1]


def test_broken_arguments_go_out_as_the_model_wrote_them() -> None:
    call = InvalidToolCall(id="abcdefgh1", name="f", json="{oops", origin=FOREIGN)

    body, _ = encode(Message.user("Hi"), Message.assistant(call), Message.tool(ToolResult(id="abcdefgh1", is_error=True)))

    assert "{oops" == body["messages"][1]["tool_calls"][0]["function"]["arguments"]


def test_instructions_are_system_messages_and_names_are_dropped() -> None:
    body, found = encode(
        Message(role="developer", content=(Text(text="Be kind."),)), Message(role="user", content=(Text(text="Hi"),), name="Ann")
    )

    assert [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}] == body["messages"]
    assert ["dropped messages.name"] == found


PLAIN = {"temperature": st.none() | st.floats(0, 1), "seed": st.none() | st.integers(0, 2**31), "stop": st.just(()) | st.just(("x",))}


@given(strategies.completion_requests(**PLAIN))
@settings(max_examples=20, deadline=None)
def test_the_vendors_own_types_take_every_body(request: CompletionRequest) -> None:
    """The SDK's models are what the API documents: no unknown field, no unknown chunk."""
    models = pytest.importorskip("mistralai.client.models", reason="the mistralai SDK is not installed")

    encoded = mistral.encode(request, model="m", target=OURS, profile=mistral.PROFILE, stream=False)
    body = msgspec.json.decode(msgspec.json.encode(encoded.body))

    assert not body.keys() - models.ChatCompletionRequest.model_fields.keys()
    assert "UNKNOWN" not in repr(models.ChatCompletionRequest.model_validate(body))


@given(strategies.completion_requests(**PLAIN))
@settings(max_examples=20, deadline=None)
def test_a_body_parses_and_encodes_to_itself(request: CompletionRequest) -> None:
    first = mistral.encode(request, model=request.model, target=OURS, profile=mistral.PROFILE, stream=False).body
    body = msgspec.json.decode(msgspec.json.encode(first))

    parsed = parse_request(body)
    second = mistral.encode(parsed, model=parsed.model, target=OURS, profile=mistral.PROFILE, stream=False).body

    assert body == msgspec.json.decode(msgspec.json.encode(second))

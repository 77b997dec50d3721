"""Our requests into Responses bodies."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llmkit.dialects import openai_responses
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.messages import Message
from llmkit.types.parts import Audio, CacheMark, Document, Image, Text, Video
from llmkit.types.requests import OutputFormat, ReasoningOptions
from llmkit.types.tools import ServerTool, Tool, ToolChoice
from tests.dialects.openai_responses_cases import HELLO, TARGET, encoded, items, request

PROFILE = openai_responses.PROFILE
EXPLICIT = PROFILE.replace(cache="explicit")
F = Tool(name="f", description="d", parameters={"type": "object", "properties": {}}, strict=True)
SQL = Tool(name="sql", options={"openai_responses": {"type": "custom", "format": {"type": "text"}}})


def fields(body: dict[str, Any]) -> dict[str, Any]:
    """Return what a body says beside the plain question."""
    return {name: value for name, value in body.items() if name not in ("model", "input", "store")}


def test_fields_come_in_the_order_of_the_prompt_cache() -> None:
    """A cache is kept by the words that come first: what changes from turn to turn stands last."""
    asked = request(
        Message.system("S").replace(options={"openai_responses": {"instructions": True}}),
        *HELLO,
        tools=(F,),
        max_tokens=9,
        temperature=0.5,
        reasoning=ReasoningOptions(effort="low"),
        options={"openai": {"prompt_cache_key": "k"}},
    )

    body, warnings = encoded(asked, stream=True)

    assert [
        "model",
        "max_output_tokens",
        "instructions",
        "tools",
        "reasoning",
        "temperature",
        "store",
        "prompt_cache_key",
        "stream",
        "input",
    ] == list(body)
    assert [] == warnings


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, {}),
        ({"max_tokens": 9, "temperature": 0.5, "top_p": 0.9}, {"max_output_tokens": 9, "temperature": 0.5, "top_p": 0.9}),
        ({"service_tier": "flex", "metadata": {"a": "b"}}, {"service_tier": "flex", "metadata": {"a": "b"}}),
        ({"user": "u-1"}, {"safety_identifier": "u-1"}),
        ({"verbosity": "low"}, {"text": {"verbosity": "low"}}),
        ({"output": OutputFormat(kind="json_object")}, {"text": {"format": {"type": "json_object"}}}),
        (
            {"output": OutputFormat(schema={"type": "object"}, strict=True, description="d"), "verbosity": "high"},
            {
                "text": {
                    "format": {"type": "json_schema", "name": "output", "description": "d", "schema": {"type": "object"}, "strict": True},
                    "verbosity": "high",
                }
            },
        ),
        ({"reasoning": ReasoningOptions(effort="high")}, {"reasoning": {"effort": "high"}}),
        ({"reasoning": ReasoningOptions(effort="high", visible=True)}, {"reasoning": {"effort": "high", "summary": "auto"}}),
        ({"reasoning": ReasoningOptions(summary="detailed")}, {"reasoning": {"summary": "detailed"}}),
        ({"reasoning": ReasoningOptions(visible=False, summary="detailed")}, {}),
        ({"logprobs": True, "top_logprobs": 3}, {"top_logprobs": 3, "include": ["message.output_text.logprobs"]}),
        ({"tools": (F,)}, {"tools": [{"type": "function", "name": "f", "description": "d", "parameters": F.parameters, "strict": True}]}),
        ({"tools": (SQL,)}, {"tools": [{"type": "custom", "name": "sql", "format": {"type": "text"}}]}),
        (
            {"tools": (ServerTool(name="code_execution"),)},
            {"tools": [{"type": "code_interpreter", "container": {"type": "auto"}}]},
        ),
        (
            {"tools": (ServerTool(name="mcp", config={"server_label": "l", "require_approval": "never"}),)},
            {"tools": [{"type": "mcp", "server_label": "l", "require_approval": "never"}]},
        ),
        ({"parallel_tool_calls": False}, {"parallel_tool_calls": False}),
        (
            {"options": {"openai_responses": {"truncation": "auto", "context_management": [{"type": "compaction"}], "include": ["x"]}}},
            {"truncation": "auto", "context_management": [{"type": "compaction"}], "include": ["x"]},
        ),
        (
            {
                "options": {"openai": {"reasoning": {"mode": "pro"}, "text": {"x": 1}}},
                "reasoning": ReasoningOptions(effort="low"),
                "verbosity": "low",
            },
            {"reasoning": {"effort": "low", "mode": "pro"}, "text": {"verbosity": "low", "x": 1}},
        ),
    ],
)
def test_settings_are_said_in_the_format_s_words(settings: dict[str, Any], expected: dict[str, Any]) -> None:
    body, warnings = encoded(request(**settings))

    assert expected == fields(body)
    assert [] == warnings


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (ToolChoice(), "auto"),
        (ToolChoice(mode="none", names=("f",)), "none"),
        (ToolChoice(mode="required"), "required"),
        (ToolChoice(mode="required", names=("f",)), {"type": "function", "name": "f"}),
        (ToolChoice(mode="required", names=("sql",)), {"type": "custom", "name": "sql"}),
        (ToolChoice(mode="required", names=("web_search",)), {"type": "web_search"}),
        (ToolChoice(mode="required", names=("dice",)), {"type": "mcp", "server_label": "dice"}),
        (
            ToolChoice(mode="auto", names=("f", "sql")),
            {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "f"}, {"type": "custom", "name": "sql"}]},
        ),
    ],
)
def test_a_choice_of_tools_names_their_kind(choice: ToolChoice, expected: Any) -> None:
    tools = (F, SQL, ServerTool(name="web_search"), ServerTool(name="mcp", config={"server_label": "dice"}))

    assert expected == encoded(request(tools=tools, tool_choice=choice))[0]["tool_choice"]


@pytest.mark.parametrize(
    ("settings", "warning"),
    [
        ({"top_k": 3}, "dropped top_k"),
        ({"min_p": 0.1}, "dropped min_p"),
        ({"seed": 1}, "dropped seed"),
        ({"frequency_penalty": 0.1}, "dropped frequency_penalty"),
        ({"presence_penalty": 0.1}, "dropped presence_penalty"),
        ({"repetition_penalty": 1.1}, "dropped repetition_penalty"),
        ({"logit_bias": {"1": 1.0}}, "dropped logit_bias"),
        ({"voice": {"voice": "x"}}, "dropped voice"),
        ({"stop": ("x",)}, "dropped stop"),
        ({"n": 2}, "dropped n"),
        ({"cache": CacheMark(ttl="1h")}, "dropped cache"),
        ({"reasoning": ReasoningOptions(effort="low", budget=5)}, "dropped reasoning.budget"),
        ({"reasoning": ReasoningOptions(budget=9000)}, "emulated reasoning.budget"),
        ({"modalities": ("text", "image")}, "emulated modalities"),
    ],
)
def test_what_the_format_cannot_say_is_a_warning(settings: dict[str, Any], warning: str) -> None:
    body, warnings = encoded(request(**settings))

    assert [warning] == warnings
    assert not fields(body).keys() - {"reasoning", "tools"}


@pytest.mark.parametrize(
    ("settings", "facts", "store", "include"),
    [
        ({}, {}, False, None),
        ({}, {"encrypted_reasoning": True}, False, ["reasoning.encrypted_content"]),
        ({}, {"encrypted_reasoning": True, "replay": "never"}, False, None),
        ({"store": True}, {"encrypted_reasoning": True}, True, None),
        ({"store": False}, {"encrypted_reasoning": True}, False, ["reasoning.encrypted_content"]),
        ({}, {"unsupported": ("store",)}, None, None),
        *[({"options": {"openai": {name: "x"}}}, {}, None, None) for name in ("background", "conversation", "previous_response_id")],
        ({"options": {"openai": {"store": True}}}, {}, True, None),
        ({"extra_body": {"store": True}}, {}, None, None),
    ],
)
def test_nothing_is_kept_by_the_server_unless_asked_for(
    settings: dict[str, Any], facts: dict[str, Any], store: bool | None, include: list[str] | None
) -> None:
    """What the server does not keep, the answer must hold: the sealed thinking is asked for."""
    body, _ = encoded(request(**settings), profile=PROFILE.merged(facts))

    assert (store, include) == (body.get("store"), body.get("include"))


@pytest.mark.parametrize(
    ("part", "content"),
    [
        (Text(text="x"), "x"),
        (
            Image(data=b"\x89PNG\r\n\x1a\n", detail="high"),
            [{"type": "input_image", "detail": "high", "image_url": "data:image/png;base64,iVBORw0KGgo="}],
        ),
        (Image(url="https://a/b.png"), [{"type": "input_image", "image_url": "https://a/b.png"}]),
        (Image(file_id="file-1"), [{"type": "input_image", "file_id": "file-1"}]),
        (Document(file_id="file-1"), [{"type": "input_file", "file_id": "file-1"}]),
        (Document(url="https://a/b.pdf"), [{"type": "input_file", "file_url": "https://a/b.pdf"}]),
        (
            Document(data=b"%PDF-1.7"),
            [{"type": "input_file", "filename": "document.pdf", "file_data": "data:application/pdf;base64,JVBERi0xLjc="}],
        ),
        (
            Document(data=b"a,b", media_type="text/csv", name="t.csv"),
            [{"type": "input_file", "filename": "t.csv", "file_data": "data:text/csv;base64,YSxi"}],
        ),
        (Text(text="x", options={"openai": {"type": "input_new", "y": 1}}), [{"type": "input_new", "y": 1}]),
    ],
)
def test_contents_of_the_user_s_turn(part: Any, content: Any) -> None:
    found, warnings = items(part, role="user")

    assert [{"type": "message", "role": "user", "content": content}] == found
    assert [] == warnings


@pytest.mark.parametrize(
    ("part", "facts"),
    [
        (Audio(data=b"RIFF", media_type="audio/wav"), {}),
        (Video(url="https://a/v.mp4"), {}),
        (Image(url="https://a/b.png"), {"images": False}),
        (Image(url="https://a/b.png"), {"image_urls": False}),
        (Document(url="https://a/b.pdf"), {"documents": False}),
        (Image(data=b"?"), {}),
    ],
)
def test_what_the_model_cannot_take_is_refused_before_sending(part: Any, facts: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedFeature):
        items(part, role="user", profile=PROFILE.merged(facts))


def test_sound_is_sent_where_it_is_taken() -> None:
    found, _ = items(Audio(data=b"RIFF", media_type="audio/wav"), role="user", profile=PROFILE.merged({"audio": True}))

    assert [{"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}] == found[0]["content"]


@pytest.mark.parametrize(
    ("ttl", "wire", "warned"),
    [
        (None, {}, False),
        ("30m", {"ttl": "30m"}, False),
        ("12h", {"ttl": "12h"}, False),
        ("1h", {"ttl": "30m"}, True),
        ("24h", {"ttl": "12h"}, True),
    ],
)
def test_cache_marks_stand_on_contents_and_know_two_lifetimes(ttl: str | None, wire: dict[str, str], warned: bool) -> None:
    mark = CacheMark(ttl=ttl)
    marked = {"type": "input_text", "text": "x", "prompt_cache_breakpoint": {"mode": "explicit", **wire}}

    by_part, warnings = items(Text(text="x", cache=mark), role="user", profile=EXPLICIT)
    by_message, _ = encoded(request(Message.user("x").replace(cache=mark), cache=mark), profile=EXPLICIT)

    assert [marked] == by_part[0]["content"] == by_message["input"][0]["content"]
    assert {"mode": "implicit", **wire} == by_message["prompt_cache_options"]
    assert (["clamped cache"] if warned else []) == warnings


def test_cache_marks_are_dropped_where_the_model_takes_none() -> None:
    found, warnings = items(Text(text="x", cache=CacheMark()), role="user")

    assert ("x", ["dropped cache"]) == (found[0]["content"], warnings)


def test_instructions_keep_their_place_and_role() -> None:
    asked = request(Message.system("A"), Message(role="developer", content=(Text(text="B"),)), *HELLO)

    plain, _ = encoded(asked)
    developer, _ = encoded(asked, profile=PROFILE.merged({"system_role": "developer"}))

    assert ["system", "developer", "user"] == [item["role"] for item in plain["input"]]
    assert ["developer", "developer", "user"] == [item["role"] for item in developer["input"]]


def test_where_no_schema_is_known_it_is_put_into_words() -> None:
    asked = request(Message.system("S"), *HELLO, output=OutputFormat(schema={"type": "object", "title": "Trip"}))

    body, warnings = encoded(asked, profile=PROFILE.merged({"json_schema": False}))

    assert {"type": "json_object"} == body["text"]["format"]
    assert "Trip" in body["input"][1]["content"]
    assert ["emulated output"] == warnings


def test_the_body_is_the_same_in_every_run() -> None:
    asked = request(tools=(F, SQL), output=OutputFormat(schema={"b": 1, "a": 2}), metadata={"z": "1", "a": "2"})

    assert json.dumps(encoded(asked)[0]) == json.dumps(encoded(asked)[0])
    assert ["b", "a"] == list(encoded(asked)[0]["text"]["format"]["schema"])


@pytest.mark.parametrize(
    ("after", "path"), [(None, "/responses/resp_1?stream=true"), ("7", "/responses/resp_1?stream=true&starting_after=7")]
)
def test_an_answer_is_read_again_from_any_event(after: str | None, path: str) -> None:
    assert path == openai_responses.resume_path("resp_1", stream=True, after=after)
    assert "/responses/a%2Fb" == openai_responses.resume_path("a/b", stream=False)


def test_events_are_numbered() -> None:
    with pytest.raises(InvalidRequest):
        openai_responses.resume_path("resp_1", stream=True, after="x&y=1")


def test_the_target_decides_which_options_count() -> None:
    asked = request(options={"xai": {"a": 1}, "openai": {"b": 2}, "openai_responses": {"c": 3}})

    assert {"b": 2, "c": 3} == fields(encoded(asked)[0])
    assert {"a": 1, "c": 3} == fields(encoded(asked, target=TARGET.replace(provider="xai"))[0])

"""Requests into Converse bodies."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator
from hypothesis import given, settings

from llmkit.dialects import bedrock_converse
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.serving.bedrock_converse import parse_request
from llmkit.types.messages import Message
from llmkit.types.parts import (
    Audio,
    CacheMark,
    Citation,
    Compaction,
    Document,
    Image,
    InvalidToolCall,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
    Video,
)
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest, OutputFormat, ReasoningOptions
from llmkit.types.tools import ServerTool, Tool, ToolChoice
from tests.dialects.bedrock_converse_cases import CLAUDE, FOREIGN, HELLO, TARGET, content, encoded, request
from tests.strategies import completion_requests, documents, texts

PROFILE = bedrock_converse.PROFILE
PNG = b"\x89PNG\r\n\x1a\n"
PDF = b"%PDF-1.7"
MARK = CacheMark(ttl="1h")
POINT = {"cachePoint": {"type": "default", "ttl": "1h"}}
WEATHER = Tool(name="weather", description="Weather", parameters={"type": "object", "properties": {}}, strict=True)
SPEC = {"toolSpec": {"name": "weather", "description": "Weather", "inputSchema": {"json": WEATHER.parameters}, "strict": True}}
CALL = ToolCall(id="t1", name="weather", arguments={"a": 1})
USED = {"toolUse": {"toolUseId": "t1", "name": "weather", "input": {"a": 1}}}
LONG = "call|" + "x" * 80


def _bytes(data: bytes) -> dict[str, str]:
    return {"bytes": b64encode(data).decode()}


def test_the_fields_come_in_the_order_of_the_prompt_cache() -> None:
    asked = request(
        Message.system("Be brief"),
        Message.user("Hi"),
        tools=(WEATHER,),
        max_tokens=9,
        temperature=0.5,
        top_p=0.9,
        top_k=3,
        stop=("END",),
        metadata={"a": "b"},
        service_tier="flex",
        output=OutputFormat(schema={"type": "object"}, name="n", description="d"),
        options={
            "bedrock_converse": {"guardrailConfig": {"guardrailIdentifier": "g"}},
            "bedrock": {"performanceConfig": {"latency": "optimized"}},
        },
    )

    body, warnings = encoded(asked)

    assert ([], list(EXPECTED)) == (warnings, list(body))
    assert EXPECTED == body


EXPECTED: dict[str, Any] = {
    "inferenceConfig": {"maxTokens": 9, "temperature": 0.5, "topP": 0.9, "stopSequences": ["END"]},
    "toolConfig": {"tools": [SPEC]},
    "system": [{"text": "Be brief"}],
    "outputConfig": {
        "textFormat": {"type": "json_schema", "structure": {"jsonSchema": {"schema": '{"type":"object"}', "name": "n", "description": "d"}}}
    },
    "additionalModelRequestFields": {"top_k": 3},
    "serviceTier": {"type": "flex"},
    "requestMetadata": {"a": "b"},
    "guardrailConfig": {"guardrailIdentifier": "g"},
    "performanceConfig": {"latency": "optimized"},
    "messages": [{"role": "user", "content": [{"text": "Hi"}]}],
}


@pytest.mark.parametrize(
    ("model", "stream", "path"),
    [
        (CLAUDE, False, "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse"),
        (
            "arn:aws:bedrock:us-east-1:1:inference-profile/a",
            True,
            "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fa/converse-stream",
        ),
        ("a/../b?c#d", False, "/model/a%2F..%2Fb%3Fc%23d/converse"),
    ],
)
def test_the_model_stands_encoded_in_the_path(model: str, stream: bool, path: str) -> None:
    """Ids hold colons and slashes; and no id may lead to another path."""
    assert path == bedrock_converse.encode(request(), model=model, target=TARGET, profile=PROFILE, stream=stream).path


@pytest.mark.parametrize(
    ("part", "block", "warnings"),
    [
        (Image(data=PNG), {"image": {"format": "png", "source": _bytes(PNG)}}, []),
        (Image(data=PNG, detail="high"), {"image": {"format": "png", "source": _bytes(PNG)}}, ["dropped image.detail"]),
        (Image(url="data:image/webp;base64,eA=="), {"image": {"format": "webp", "source": _bytes(b"x")}}, []),
        (Image(url="s3://b/k.jpg"), {"image": {"format": "jpeg", "source": {"s3Location": {"uri": "s3://b/k.jpg"}}}}, []),
        (
            Video(url="s3://b/k.mp4", options={"bedrock": {"source": {"s3Location": {"uri": "s3://b/o", "bucketOwner": "1"}}}}),
            {"video": {"format": "mp4", "source": {"s3Location": {"uri": "s3://b/o", "bucketOwner": "1"}}}},
            [],
        ),
        (Video(data=b"x", media_type="video/3gpp"), {"video": {"format": "three_gp", "source": _bytes(b"x")}}, []),
        (Audio(data=b"x", media_type="audio/wav"), {"audio": {"format": "wav", "source": _bytes(b"x")}}, []),
        (Text(text="x", options={"bedrock_converse": {"guardContent": True}}), {"guardContent": {"text": {"text": "x"}}}, []),
        (
            Text(text="x", options={"bedrock": {"guardContent": {"qualifiers": ["query"]}}}),
            {"guardContent": {"text": {"text": "x", "qualifiers": ["query"]}}},
            [],
        ),
        (Refusal(text="no"), {"text": "no"}, ["lossy refusal"]),
        (Compaction(text="sum"), {"text": "sum"}, ["lossy compaction"]),
        (Text(text="x", citations=(Citation(url="u"),)), {"text": "x"}, ["lossy citations"]),
    ],
)
def test_a_part_has_its_block(part: Part, block: dict[str, Any], warnings: list[str]) -> None:
    assert ([block], warnings) == content(part)


@pytest.mark.parametrize(
    ("document", "block", "warnings"),
    [
        (Document(data=PDF, title="A (1) [x]-b"), {"format": "pdf", "name": "A (1) [x]-b", "source": _bytes(PDF)}, []),
        (Document(data=PDF), {"format": "pdf", "name": "document", "source": _bytes(PDF)}, []),
        (
            Document(data=PDF, name="my_file.v2.pdf"),
            {"format": "pdf", "name": "my file v2", "source": _bytes(PDF)},
            ["renamed document.name"],
        ),
        (Document(text="hi", title="T"), {"format": "txt", "name": "T", "source": _bytes(b"hi")}, []),
        (
            Document(data=b"a,b", media_type="text/csv", context="c", citations=True, title="T"),
            {"format": "csv", "name": "T", "source": _bytes(b"a,b"), "context": "c", "citations": {"enabled": True}},
            [],
        ),
        (Document(url="s3://b/x.docx", title="T"), {"format": "docx", "name": "T", "source": {"s3Location": {"uri": "s3://b/x.docx"}}}, []),
    ],
)
def test_a_document_has_a_name_that_the_api_takes(document: Document, block: dict[str, Any], warnings: list[str]) -> None:
    assert ([{"text": "Read"}, {"document": block}], warnings) == content(Text(text="Read"), document)


def test_documents_have_different_names_and_a_text_beside_them() -> None:
    body, warnings = encoded(
        request(Message.user(Document(data=PDF, title="A")), Message.user(Document(data=PDF, title="A"), Document(data=PDF, title="A")))
    )

    named = [
        [block["document"]["name"] if "document" in block else block["text"] for block in turn["content"]] for turn in body["messages"]
    ]
    assert [["A", "A"], ["A 2", "A 3", "A 2, A 3"]] == named
    assert ["renamed document.name", "emulated messages"] == warnings


@pytest.mark.parametrize(
    ("part", "profile"),
    [
        (Image(url="https://a/b.png"), PROFILE),
        (Image(file_id="f-1", media_type="image/png"), PROFILE),
        (Image(data=b"x", media_type="image/tiff"), PROFILE),
        (Image(data=b"?"), PROFILE),
        (Document(data=b"x", media_type="application/zip"), PROFILE),
        (Image(data=PNG), Profile(images=False)),
        (Video(data=b"x", media_type="video/mp4"), Profile(video=False)),
        (Audio(data=b"x", media_type="audio/wav"), Profile(audio=False)),
        (Document(data=PDF), Profile(documents=False)),
    ],
)
def test_media_that_cannot_be_said_are_refused_before_sending(part: Part, profile: Profile) -> None:
    with pytest.raises(UnsupportedFeature):
        content(part, profile=profile)


def test_media_from_nowhere_are_a_mistake() -> None:
    with pytest.raises(InvalidRequest, match="neither data nor url"):
        content(Image(media_type="image/png"))


@pytest.mark.parametrize(
    ("part", "expected", "warnings"),
    [
        (Reasoning(text="hm", signature="s", origin=TARGET), {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "s"}}}, []),
        (Reasoning(encrypted="ZQ==", origin=TARGET), {"reasoningContent": {"redactedContent": "ZQ=="}}, []),
        (Reasoning(text="hm", signature="s", origin=TARGET.replace(account="acc-2")), None, ["lossy reasoning"]),
        (Reasoning(text="hm", origin=FOREIGN), None, ["dropped reasoning"]),
        (
            ServerToolCall(id="s", name="n", origin=TARGET),
            {"toolUse": {"toolUseId": "s", "name": "n", "input": {}, "type": "server_tool_use"}},
            [],
        ),
        (ServerToolCall(id="s", name="n", origin=FOREIGN), None, ["dropped server_tool"]),
        (ServerToolResult(id="s", name="n", origin=FOREIGN), None, ["dropped server_tool"]),
        (ServerToolResult(id="s", name="n", origin=TARGET), None, ["dropped server_tool"]),
        (Unknown(kind="x", origin=FOREIGN), None, ["dropped x"]),
        (Image(data=PNG, origin=FOREIGN), None, ["dropped media"]),
        (Citation(url="u"), None, ["dropped citations"]),
        (Text(text=""), None, ["dropped messages"]),
        (CALL, USED, ["emulated tools"]),
        (
            InvalidToolCall(id="t1", name="f", json="{bad"),
            {"toolUse": {"toolUseId": "t1", "name": "f", "input": {"INVALID_JSON": "{bad"}}},
            ["emulated tools", "lossy tool_call.arguments"],
        ),
    ],
)
def test_the_models_turn_is_replayed_or_said_to_be_lost(part: Part, expected: dict[str, Any] | None, warnings: list[str]) -> None:
    found, said = content(Text(text="a"), part, role="assistant")

    assert ([{"text": "a"}, *([expected] if expected else [])], warnings) == (found, said)


def test_another_formats_thinking_goes_between_tags_where_the_model_writes_such() -> None:
    profile = PROFILE.replace(think_tags=("<think>", "</think>"))

    found, warnings = content(Reasoning(text="hm", origin=FOREIGN), role="assistant", profile=profile)

    assert ([{"text": "<think>hm</think>"}], ["lossy reasoning"]) == (found, warnings)


def test_ids_fit_the_same_way_in_call_and_result() -> None:
    call, result = CALL.replace(id=LONG), ToolResult(id=LONG, content=(Text(text="1"),))

    body, warnings = encoded(request(*HELLO, Message.assistant(call), Message.tool(result), tools=(WEATHER,)))

    used = body["messages"][1]["content"][0]["toolUse"]["toolUseId"]
    assert used == body["messages"][2]["content"][0]["toolResult"]["toolUseId"]
    assert (True, ["renamed tool_call.id"]) == (len(used) <= 64, warnings)


@pytest.mark.parametrize(
    ("result", "inner"),
    [
        (ToolResult(id="t1", content=(Text(text=""),)), {"content": [{"text": ""}]}),
        (ToolResult(id="t1", content=(Text(text="a"),), is_error=True), {"content": [{"text": "a"}], "status": "error"}),
        (ToolResult(id="t1", structured={"a": 1}), {"content": [{"json": {"a": 1}}]}),
        (ToolResult(id="t1"), {"content": []}),
        (ToolResult(id="t1", content=(Image(data=PNG),)), {"content": [{"image": {"format": "png", "source": _bytes(PNG)}}]}),
    ],
)
def test_a_result_has_its_block(result: ToolResult, inner: dict[str, Any]) -> None:
    body, _ = encoded(request(*HELLO, Message.assistant(CALL), Message.tool(result), tools=(WEATHER,)))

    assert [{"toolResult": {"toolUseId": "t1", **inner}}] == body["messages"][2]["content"]


def test_media_in_results_go_behind_them_where_the_model_wants_that() -> None:
    results = [ToolResult(id="t1", content=(Text(text="here"), Image(data=PNG))), ToolResult(id="t2", content=(Document(data=PDF),))]

    body, warnings = encoded(
        request(*HELLO, Message.assistant(CALL), Message.tool(*results), tools=(WEATHER,)), profile=PROFILE.replace(media_in_results=False)
    )

    kinds = [next(iter(block)) for block in body["messages"][2]["content"]]
    assert ["toolResult", "toolResult", "image", "document", "text"] == kinds
    assert ["emulated tool_result", "emulated messages"] == warnings


def test_results_and_the_words_after_them_are_one_turn() -> None:
    """Every call's result must stand in the turn that follows the calls."""
    messages = (*HELLO, Message.assistant(CALL), Message.tool(ToolResult(id="t1", content=(Text(text="1"),))), Message.user("And?"))

    body, _ = encoded(request(*messages, tools=(WEATHER,)))

    assert ["user", "assistant", "user"] == [turn["role"] for turn in body["messages"]]
    assert ["toolResult", "text"] == [next(iter(block)) for block in body["messages"][2]["content"]]


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


def test_the_provider_cannot_choose_so_both_ends_are_marked() -> None:
    body, warnings = encoded(request(Message.system("S"), *HELLO, cache=MARK))
    without, said = encoded(request(*HELLO, cache=MARK), profile=PROFILE.replace(cache="none"))

    assert ([{"text": "S"}, POINT], [{"text": "Hello"}, POINT]) == (body["system"], body["messages"][0]["content"])
    assert (["emulated cache"], ["dropped cache"]) == (warnings, said)
    assert [{"text": "Hello"}] == without["messages"][0]["content"]


THINK = "additionalModelRequestFields"
CLAMPED, EMULATED = "clamped reasoning.budget", "emulated reasoning.effort"


@pytest.mark.parametrize(
    ("model", "profile", "wanted", "fields", "warnings"),
    [
        (CLAUDE, {}, {"budget": 2000}, {THINK: {"thinking": {"type": "enabled", "budget_tokens": 2000}}, "max": 10_000}, []),
        (CLAUDE, {}, {"budget": 10}, {THINK: {"thinking": {"type": "enabled", "budget_tokens": 1024}}, "max": 10_000}, [CLAMPED]),
        (CLAUDE, {}, {"budget": 10_000}, {THINK: {"thinking": {"type": "enabled", "budget_tokens": 9999}}, "max": 10_000}, [CLAMPED]),
        (CLAUDE, {}, {"effort": "medium"}, {THINK: {"thinking": {"type": "enabled", "budget_tokens": 5000}}, "max": 10_000}, [EMULATED]),
        (CLAUDE, {}, {"effort": "none"}, {THINK: {"thinking": {"type": "disabled"}}, "max": 10_000}, []),
        (
            CLAUDE,
            {"reasoning": "adaptive"},
            {"effort": "high", "visible": True},
            {THINK: {"thinking": {"type": "adaptive", "display": "summarized"}}, "outputConfig": {"effort": "high"}, "max": 10_000},
            [],
        ),
        (CLAUDE, {"reasoning": "none"}, {"effort": "high"}, {"max": 10_000}, ["dropped reasoning"]),
        (
            "us.amazon.nova-2-lite-v1:0",
            {},
            {"effort": "max"},
            {THINK: {"reasoningConfig": {"type": "enabled", "maxReasoningEffort": "high"}}, "max": 10_000},
            ["clamped reasoning.effort"],
        ),
        ("amazon.nova-2-lite-v1:0", {}, {"effort": "none"}, {THINK: {"reasoningConfig": {"type": "disabled"}}, "max": 10_000}, []),
        ("openai.gpt-oss-120b-1:0", {}, {"effort": "medium"}, {THINK: {"reasoning_effort": "medium"}, "max": 10_000}, []),
        ("qwen.qwen3-32b-v1:0", {}, {"budget": 9000}, {THINK: {"reasoning_config": "high"}, "max": 10_000}, ["emulated reasoning.budget"]),
        (
            "arn:aws:bedrock:us-east-1:1:application-inference-profile/abc",
            {},
            {"effort": "low"},
            {"outputConfig": {"effort": "low"}, "max": 10_000},
            [],
        ),
    ],
)
def test_thinking_is_asked_for_in_each_vendors_words(
    model: str, profile: dict[str, Any], wanted: dict[str, Any], fields: dict[str, Any], warnings: list[str]
) -> None:
    body, said = encoded(request(reasoning=ReasoningOptions(**wanted), max_tokens=10_000), model=model, profile=PROFILE.merged(profile))

    found = {name: body[name] for name in (THINK, "outputConfig") if name in body}
    assert ({**found, "max": body["inferenceConfig"]["maxTokens"]}, said) == (fields, warnings)


def test_while_claude_thinks_sampling_is_dropped_and_the_limit_makes_room() -> None:
    body, warnings = encoded(request(reasoning=ReasoningOptions(budget=5000), temperature=0.3, top_p=0.5, top_k=4))

    assert {"maxTokens": 9096} == body["inferenceConfig"]
    assert ["dropped temperature", "dropped top_p", "dropped top_k"] == warnings


def test_forced_calls_and_thinking_exclude_each_other() -> None:
    asked = request(tools=(WEATHER,), tool_choice=ToolChoice(mode="required"), reasoning=ReasoningOptions(budget=2000))

    body, warnings = encoded(asked)

    assert (False, ["dropped reasoning"]) == (THINK in body, warnings)


def test_nova_has_its_own_place_for_top_k() -> None:
    body, _ = encoded(request(top_k=7), model="eu.amazon.nova-lite-v1:0")

    assert {"inferenceConfig": {"topK": 7}} == body[THINK]


@pytest.mark.parametrize(
    ("fields", "warnings"),
    [
        ({"seed": 1}, ["dropped seed"]),
        ({"user": "u"}, ["dropped user"]),
        ({"n": 2}, ["dropped n"]),
        ({"logprobs": True}, ["dropped logprobs"]),
        ({"temperature": 1.5}, ["clamped temperature"]),
        ({"service_tier": "auto"}, ["dropped service_tier"]),
        ({"service_tier": "standard"}, ["renamed service_tier"]),
        ({"tools": (WEATHER,), "parallel_tool_calls": False}, ["dropped parallel_tool_calls"]),
        ({"output": OutputFormat(schema={}, strict=False)}, ["dropped output.strict"]),
    ],
)
def test_what_cannot_be_said_is_a_warning(fields: dict[str, Any], warnings: list[str]) -> None:
    assert warnings == encoded(request(**fields))[1]


@pytest.mark.parametrize("fields", [{"output": OutputFormat(kind="json_object")}, {"modalities": ("audio",)}])
def test_what_the_request_depends_on_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedFeature):
        encoded(request(**fields))


def test_options_are_laid_over_what_is_computed() -> None:
    asked = request(max_tokens=9, options={"bedrock_converse": {"inferenceConfig": {"topP": 0.1}, THINK: {"a": 1}}}, top_k=2)

    body, _ = encoded(asked)

    assert ({"maxTokens": 9, "topP": 0.1}, {"top_k": 2, "a": 1}) == (body["inferenceConfig"], body[THINK])


def test_a_conversation_of_nothing_is_refused() -> None:
    for messages in ((), (Message.user(""),), (Message.system("x"),)):
        with pytest.raises(InvalidRequest):
            encoded(CompletionRequest(model=CLAUDE, messages=messages))


SHAPE = botocore.session.get_session().get_service_model("bedrock-runtime").operation_model("Converse").input_shape
speakable = texts | documents


@settings(max_examples=15, deadline=None)
@given(completion_requests(parts=speakable))
def test_botocores_model_takes_every_body(asked: CompletionRequest) -> None:
    """The vendor's own description of the API is the judge: no unknown field, no missing one, every type right."""
    body, _ = encoded(asked)

    report = ParamValidator().validate({"modelId": CLAUDE, **body}, SHAPE)

    assert "" == report.generate_report()


@settings(max_examples=15, deadline=None)
@given(completion_requests(parts=texts))
def test_parsing_a_body_and_encoding_it_again_gives_the_same(asked: CompletionRequest) -> None:
    body, _ = encoded(asked)

    again, _ = encoded(parse_request(body, path=f"/model/{CLAUDE}/converse"))

    assert body == again

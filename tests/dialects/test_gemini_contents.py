"""Conversations into contents: roles, parts, replay, downgrade."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from llmkit.dialects import gemini
from llmkit.errors import InvalidRequest, UnsupportedFeature
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
from tests.dialects.gemini_cases import ELSEWHERE, FOREIGN, LEVELS, ORIGIN, answer, block, decoded, encoded

PNG = b"\x89PNG\r\n\x1a\n"
PNG64 = "iVBORw0KGgo="
CALL = ToolCall(id="c1", name="f", arguments={"a": 1})
RAW = msgspec.Raw


def test_instructions_go_to_the_top_and_one_inside_the_conversation_is_moved_with_a_warning() -> None:
    body, warnings = encoded(
        Message.system("A"), Message(role="developer", content=(Text(text="B"),)), Message.user("U"), Message.system("C")
    )

    assert {"parts": [{"text": "A"}, {"text": "B"}, {"text": "C"}]} == body["systemInstruction"]
    assert ([{"role": "user", "parts": [{"text": "U"}]}], ["lossy messages"]) == (body["contents"], warnings)


def test_instructions_are_the_users_words_for_a_model_that_takes_none() -> None:
    body, warnings = encoded(Message.system("A"), Message.user("U"), profile=gemini.PROFILE.replace(system_role="user"))

    assert [{"role": "user", "parts": [{"text": "A"}]}, {"role": "user", "parts": [{"text": "U"}]}] == body["contents"]
    assert ("systemInstruction" not in body, ["emulated messages"]) == (True, warnings)


def test_a_conversation_without_a_turn_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        encoded(Message.system("A"))


SENT: list[tuple[Part, dict[str, Any]]] = [
    (Text(text="a"), {"text": "a"}),
    (Text(text="", signature="s"), {"text": "", "thoughtSignature": "s"}),
    (Reasoning(text="t", signature="s"), {"text": "t", "thought": True, "thoughtSignature": "s"}),
    (CALL, {"functionCall": {"id": "c1", "name": "f", "args": {"a": 1}}}),
    (CALL.replace(id="llmkit_r1_0", signature="s"), {"functionCall": {"name": "f", "args": {"a": 1}}, "thoughtSignature": "s"}),
    (ToolCall(id="c", name="f"), {"functionCall": {"id": "c", "name": "f", "args": {}}}),
    (Image(data=PNG), {"inlineData": {"mimeType": "image/png", "data": PNG64}}),
    (
        Image(data=b"x", media_type="image/heic", signature="s"),
        {"inlineData": {"mimeType": "image/heic", "data": "eA=="}, "thoughtSignature": "s"},
    ),
    (Image(url="https://a/b.png?x=1"), {"fileData": {"mimeType": "image/png", "fileUri": "https://a/b.png?x=1"}}),
    (Image(url=f"data:image/gif;base64,{PNG64}"), {"inlineData": {"mimeType": "image/gif", "data": PNG64}}),
    (Audio(data=b"RIFF0000WAVE"), {"inlineData": {"mimeType": "audio/wav", "data": "UklGRjAwMDBXQVZF"}}),
    (Video(url="https://www.youtube.com/watch?v=1"), {"fileData": {"fileUri": "https://www.youtube.com/watch?v=1"}}),
    (
        Document(file_id="https://h/v1beta/files/a", media_type="application/pdf"),
        {"fileData": {"mimeType": "application/pdf", "fileUri": "https://h/v1beta/files/a"}},
    ),
    (Document(text="hi"), {"inlineData": {"mimeType": "text/plain", "data": "aGk="}}),
    (
        Video(url="gs://b/v.mp4", options={"gemini": {"videoMetadata": {"fps": 1}}, "other": {"x": 1}}),
        {"fileData": {"mimeType": "video/mp4", "fileUri": "gs://b/v.mp4"}, "videoMetadata": {"fps": 1}},
    ),
    (
        ServerToolCall(id="e", name="code_execution", arguments={"language": "PYTHON", "code": "1"}),
        {"executableCode": {"id": "e", "language": "PYTHON", "code": "1"}},
    ),
    (
        ServerToolCall(id="e", name="web_search", arguments={"q": 1}),
        {"toolCall": {"id": "e", "toolType": "GOOGLE_SEARCH_WEB", "args": {"q": 1}}},
    ),
    (Unknown(kind="new", origin=ORIGIN, native=RAW(b'{"new":  {"b": 1.0}}')), {"new": {"b": 1.0}}),
]


@pytest.mark.parametrize(("part", "wire"), SENT, ids=lambda value: type(value).__name__)
def test_a_part_has_its_block(part: Part, wire: dict[str, Any]) -> None:
    assert (wire, []) == block(part)


CHANGED: list[tuple[Part, dict[str, Any] | None, list[str]]] = [
    (Refusal(text="no"), {"text": "no"}, ["lossy messages"]),
    (Compaction(text="sum", origin=FOREIGN), {"text": "sum"}, ["lossy messages"]),
    (Compaction(encrypted="x", origin=FOREIGN), None, ["dropped messages"]),
    (InvalidToolCall(id="c", name="f", json="{"), {"functionCall": {"id": "c", "name": "f", "args": {}}}, ["lossy messages"]),
    (Reasoning(text="t", signature="s", origin=FOREIGN, native=RAW(b"{}")), None, ["dropped reasoning"]),
    (ServerToolCall(id="c", name="web_search", origin=FOREIGN, native=RAW(b"{}")), None, ["dropped messages"]),
    (ServerToolResult(id="c", name="web_search", origin=FOREIGN, native=RAW(b"{}")), None, ["dropped messages"]),
    (Unknown(kind="x", origin=FOREIGN, native=RAW(b"{}")), None, ["dropped messages"]),
    (Text(text="a", citations=(Citation(url="u"),), origin=FOREIGN), {"text": "a"}, ["lossy citations"]),
    (Text(text="a", citations=(Citation(url="u"),), origin=ORIGIN), {"text": "a"}, []),
    (Text(text="", origin=FOREIGN), None, []),
    (Text(text="a", signature="s", origin=FOREIGN), {"text": "a"}, ["lossy signature"]),
    (Citation(url="u", origin=FOREIGN), None, ["lossy citations"]),
    (CALL.replace(signature="s", origin=FOREIGN), {"functionCall": {"id": "c1", "name": "f", "args": {"a": 1}}}, ["lossy signature"]),
    (Text(text="a", cache=CacheMark()), {"text": "a"}, ["dropped cache"]),
    (
        Image(data=PNG, detail="high", name="x.png"),
        {"inlineData": {"mimeType": "image/png", "data": PNG64}},
        ["dropped name", "dropped image.detail"],
    ),
    (
        Document(text="a", title="t", context="c", citations=True),
        {"inlineData": {"mimeType": "text/plain", "data": "YQ=="}},
        ["dropped document.title", "dropped document.context", "dropped document.citations"],
    ),
    (Audio(id="a", transcript="said", origin=FOREIGN), {"text": "said"}, ["lossy messages"]),
]


@pytest.mark.parametrize(("part", "wire", "warnings"), CHANGED, ids=lambda value: type(value).__name__)
def test_what_cannot_be_said_is_changed_or_left_out_with_a_warning(part: Part, wire: dict[str, Any] | None, warnings: list[str]) -> None:
    assert (wire, warnings) == block(part)


def test_what_came_goes_back_byte_for_byte() -> None:
    """Signatures are sealed over the block as it was, and unknown fields must survive."""
    blocks = [
        b'{"text": "hm", "thought":true,  "x": 1.50}',
        b'{"executableCode": {"language":"PYTHON" , "code":"1"}, "thoughtSignature": "s"}',
        b'{"codeExecutionResult": {"outcome": "OUTCOME_OK"}}',
        b'{"toolCall": {"toolType": "NEW", "id": "1"}}',
        b'{"brandNew": [1e3]}',
        b'{"thoughtSignature":"only"}',
        b'{"text": "late", "partMetadata": {"k": 1}}',
    ]
    body = b'{"candidates": [{"content": {"parts": [' + b",".join(blocks) + b']}, "finishReason": "STOP"}]}'

    response = gemini.decode(body, origin=ORIGIN)
    sent = encoded_bytes(Message.user("Hi"), response.message)

    assert all(wire in sent for wire in blocks)


def encoded_bytes(*messages: Message) -> bytes:
    """Return the body's bytes."""
    from llmkit.types.requests import CompletionRequest
    from tests.dialects.gemini_cases import TARGET

    request = CompletionRequest(model="m", messages=messages)
    return msgspec.json.encode(gemini.encode(request, model="m", target=TARGET, profile=gemini.PROFILE, stream=False).body)


def test_typed_parts_of_an_answer_say_the_same_when_sent_back() -> None:
    parts = [
        {"text": "a"},
        {"text": "", "thoughtSignature": "s0"},
        {"text": "b", "thoughtSignature": "s1"},
        {"functionCall": {"name": "f", "args": {"x": 1.0}}, "thoughtSignature": "s2"},
        {"functionCall": {"id": "7", "name": "g", "args": {}}},
        {"inlineData": {"mimeType": "image/png", "data": PNG64}, "thoughtSignature": "s3", "thought": True},
        {"inlineData": {"mimeType": "audio/wav", "data": PNG64}, "thoughtSignature": "s4"},
        {"fileData": {"mimeType": "image/png", "fileUri": "https://x/v1beta/files/1"}},
    ]

    message = decoded(answer(*parts)).message
    stored = Message.from_dict(message.to_dict())

    for said in (message, stored):
        assert parts == encoded(Message.user("Hi"), said)[0]["contents"][1]["parts"]


def test_the_models_spelling_of_arguments_is_kept() -> None:
    call = ToolCall(id="c", name="f", arguments={"a": 1.0}, json='{"a":1.00}')

    assert b'{"a":1.00}' in encoded_bytes(Message.user("x"), Message.assistant(call))
    assert b'{"a":2}' in encoded_bytes(Message.user("x"), Message.assistant(call.replace(arguments={"a": 2})))


MOVED: list[tuple[Part, dict[str, Any] | None]] = [
    (Text(text="a", signature="s", origin=ELSEWHERE), {"text": "a"}),
    (Text(text="", signature="s", origin=ELSEWHERE), None),
    (
        Reasoning(text="t", origin=ELSEWHERE, native=RAW(b'{"text":"t","thought":true,"thoughtSignature":"s"}')),
        {"text": "t", "thought": True},
    ),
    (Reasoning(text="", origin=ELSEWHERE, native=RAW(b'{"text":"","thought":true,"thoughtSignature":"s"}')), None),
    (Image(data=PNG, signature="s", origin=ELSEWHERE), {"inlineData": {"mimeType": "image/png", "data": PNG64}}),
    (
        Audio(data=PNG, media_type="audio/wav", options={"gemini": {"thoughtSignature": "s"}}, origin=ELSEWHERE),
        {"inlineData": {"mimeType": "audio/wav", "data": PNG64}},
    ),
    (CALL.replace(signature="s", origin=ELSEWHERE), {"functionCall": {"id": "c1", "name": "f", "args": {"a": 1}}}),
]


@pytest.mark.parametrize(("part", "wire"), MOVED)
def test_state_of_another_account_never_travels(part: Part, wire: dict[str, Any] | None) -> None:
    assert (wire, ["lossy signature"]) == block(part)


def test_a_file_of_another_account_is_left_out() -> None:
    assert (None, ["lossy messages"]) == block(Image(file_id="files/1", origin=ELSEWHERE))


def test_a_call_made_elsewhere_carries_the_stand_in_where_a_signature_is_demanded() -> None:
    """Models with levels refuse the first call of a turn without a signature."""
    calls = Message.assistant(CALL.replace(origin=FOREIGN), CALL.replace(id="c2", origin=FOREIGN))

    body, warnings = encoded(Message.user("Hi"), calls, profile=LEVELS)

    first, second = body["contents"][1]["parts"]
    assert ("skip_thought_signature_validator", False) == (first["thoughtSignature"], "thoughtSignature" in second)
    assert ["emulated signature"] == warnings


@pytest.mark.parametrize("call", [CALL, CALL.replace(origin=ORIGIN)])
def test_no_signature_is_made_up_for_a_call_that_may_be_this_apis(call: ToolCall) -> None:
    assert "thoughtSignature" not in block(call, profile=LEVELS)[0]


REPLAY = [("native", True, True), ("always", True, True), ("tool_calls", True, False), ("never", False, False)]


@pytest.mark.parametrize(("replay", "with_call", "without"), REPLAY)
def test_thinking_is_sent_back_as_the_profile_says(replay: Any, with_call: bool, without: bool) -> None:
    profile = gemini.PROFILE.replace(replay=replay)
    thinking = Reasoning(text="t", origin=ORIGIN, native=RAW(b'{"text":"t","thought":true}'))

    def is_sent(*more: Part) -> bool:
        body, _ = encoded(Message.user("x"), Message.assistant(thinking, *more), profile=profile)
        return any(part.get("thought") for part in body["contents"][1]["parts"])

    assert (with_call, without) == (is_sent(CALL), is_sent(Text(text="a")))


RESULTS: list[tuple[ToolResult, dict[str, Any]]] = [
    (ToolResult(id="c1", content=(Text(text="ok"),)), {"id": "c1", "name": "f", "response": {"output": "ok"}}),
    (ToolResult(id="c1", content=(Text(text="a"), Text(text="b"))), {"id": "c1", "name": "f", "response": {"output": "a\nb"}}),
    (ToolResult(id="c1", content=(Text(text="bad"),), is_error=True), {"id": "c1", "name": "f", "response": {"error": "bad"}}),
    (ToolResult(id="c1", structured={"t": 1}, content=(Text(text="1"),)), {"id": "c1", "name": "f", "response": {"t": 1}}),
    (ToolResult(id="c1", structured={"t": 1}, is_error=True), {"id": "c1", "name": "f", "response": {"error": {"t": 1}}}),
    (ToolResult(id="c1"), {"id": "c1", "name": "f", "response": {"output": ""}}),
    (ToolResult(id="zz", name="other"), {"id": "zz", "name": "other", "response": {"output": ""}}),
    (
        ToolResult(id="c1", content=(Text(text="see"), Image(data=PNG))),
        {"id": "c1", "name": "f", "response": {"output": "see"}, "parts": [{"inlineData": {"mimeType": "image/png", "data": PNG64}}]},
    ),
]


@pytest.mark.parametrize(("result", "wire"), RESULTS)
def test_a_result_names_the_function_that_was_called(result: ToolResult, wire: dict[str, Any]) -> None:
    body, warnings = encoded(Message.user("x"), Message.assistant(CALL), Message.tool(result))

    assert ([{"functionResponse": wire}], []) == (body["contents"][2]["parts"], warnings)


def test_made_up_ids_are_not_sent_with_the_result_either() -> None:
    response = decoded(answer({"functionCall": {"name": "f", "args": {}}}))
    result = ToolResult(id=response.tool_calls[0].id, content=(Text(text="ok"),))

    body, _ = encoded(Message.user("x"), response.message, Message.tool(result))

    assert {"functionResponse": {"name": "f", "response": {"output": "ok"}}} == body["contents"][2]["parts"][0]


def test_a_result_of_no_known_call_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="zz"):
        encoded(Message.user("x"), Message.tool(ToolResult(id="zz")))


def test_results_of_parallel_calls_share_a_turn() -> None:
    calls = Message.assistant(CALL, CALL.replace(id="c2"))

    body, _ = encoded(Message.user("x"), calls, Message.tool(ToolResult(id="c1")), Message.tool(ToolResult(id="c2")), Message.user("go"))

    assert ["user", "model", "user", "user"] == [turn["role"] for turn in body["contents"]]
    assert 2 == len(body["contents"][2]["parts"])


@pytest.mark.parametrize(
    ("part", "facts"),
    [
        (Image(data=PNG), {"images": False}),
        (Image(url="https://a/b.png"), {"image_urls": False}),
        (Audio(data=b"x", media_type="audio/wav"), {"audio": False}),
        (Video(url="https://a/b.mp4"), {"video": False}),
        (Document(text="a"), {"documents": False}),
        (Image(file_id="f", origin=FOREIGN), {}),
    ],
)
def test_media_the_model_does_not_take_are_refused(part: Part, facts: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedFeature):
        block(part, role="user", profile=gemini.PROFILE.replace(**facts))


@pytest.mark.parametrize("part", [Image(data=b"????"), Image()])
def test_media_of_unknown_kind_or_without_content_are_refused(part: Part) -> None:
    with pytest.raises(InvalidRequest):
        block(part, role="user")


def test_a_turn_of_which_nothing_is_left_is_not_sent() -> None:
    body, _ = encoded(Message.user("a"), Message.assistant(Reasoning(text="t", origin=FOREIGN)), Message.user("b"))

    assert ["user", "user"] == [turn["role"] for turn in body["contents"]]


def test_the_name_of_a_message_is_dropped_with_a_warning() -> None:
    assert ["dropped messages.name"] == encoded(Message(role="user", content=(Text(text="a"),), name="Ann"))[1]


def test_options_of_a_message_are_laid_over_the_turn() -> None:
    body, _ = encoded(Message(role="user", content=(Text(text="a"),), options={"gemini": {"role": "function", "x": 1}}))

    assert [{"role": "function", "parts": [{"text": "a"}], "x": 1}] == json.loads(json.dumps(body["contents"]))

"""Parts into Messages blocks: every kind, replay, other formats, other accounts."""

from __future__ import annotations

import base64
import json
from typing import Any

import msgspec
import pytest

from llmkit.dialects import anthropic
from llmkit.errors import UnsupportedFeature
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
    Provenance,
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
from tests.dialects.anthropic_cases import FOREIGN, TARGET, body_of, content, encoded, request

PNG = b"\x89PNG\r\n\x1a\n"
PDF = b"%PDF-1.7"
MARK = {"cache_control": {"type": "ephemeral"}}


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def source(kind: str, **fields: Any) -> dict[str, Any]:
    return {"source": {"type": kind, **fields}}


USER: list[tuple[Part, dict[str, Any]]] = [
    (Text(text="a", cache=CacheMark()), {"type": "text", "text": "a", **MARK}),
    (Image(data=PNG), {"type": "image", **source("base64", media_type="image/png", data=b64(PNG))}),
    (Image(data=b"x", media_type="image/webp"), {"type": "image", **source("base64", media_type="image/webp", data=b64(b"x"))}),
    (Image(url="https://a/b.png"), {"type": "image", **source("url", url="https://a/b.png")}),
    (Image(url=f"data:image/png;base64,{b64(PNG)}"), {"type": "image", **source("base64", media_type="image/png", data=b64(PNG))}),
    (Image(file_id="file_1", cache=CacheMark()), {"type": "image", **source("file", file_id="file_1"), **MARK}),
    (Document(data=PDF), {"type": "document", **source("base64", media_type="application/pdf", data=b64(PDF))}),
    (Document(url="https://a/b.pdf"), {"type": "document", **source("url", url="https://a/b.pdf")}),
    (Document(file_id="file_1"), {"type": "document", **source("file", file_id="file_1")}),
    (
        Document(text="words", title="T", context="C", citations=True),
        {
            "type": "document",
            **source("text", media_type="text/plain", data="words"),
            "title": "T",
            "context": "C",
            "citations": {"enabled": True},
        },
    ),
    (
        Document(data=b"a,b", media_type="text/csv", name="t.csv"),
        {"type": "document", **source("text", media_type="text/plain", data="a,b"), "title": "t.csv"},
    ),
    (Document(options={"anthropic": source("content", content="x")}), {"type": "document", **source("content", content="x")}),
    (ToolResult(id="1", content=(Text(text="r"),)), {"type": "tool_result", "tool_use_id": "1", "content": "r"}),
    (ToolResult(id="1"), {"type": "tool_result", "tool_use_id": "1"}),
    (ToolResult(id="1", structured={"a": 1}), {"type": "tool_result", "tool_use_id": "1", "content": '{"a":1}'}),
    (
        ToolResult(id="1", content=(Text(text="r"), Image(data=PNG)), is_error=True, cache=CacheMark()),
        {
            "type": "tool_result",
            "tool_use_id": "1",
            "content": [{"type": "text", "text": "r"}, {"type": "image", **source("base64", media_type="image/png", data=b64(PNG))}],
            "is_error": True,
            **MARK,
        },
    ),
]


@pytest.mark.parametrize(("part", "expected"), USER, ids=lambda value: str(value)[:60])
def test_a_part_of_the_user_has_its_block(part: Part, expected: dict[str, Any]) -> None:
    assert ([expected], []) == content(part)


CITED = Citation(
    location="char_location", quote="q", document=0, title="T", options={"anthropic": {"start_char_index": 0, "end_char_index": 4}}
)
ASSISTANT: list[tuple[Part, dict[str, Any] | None, list[str]]] = [
    (ToolCall(id="1", name="f", arguments={"a": 1}), {"type": "tool_use", "id": "1", "name": "f", "input": {"a": 1}}, []),
    (ToolCall(id="call.1:0", name="f"), {"type": "tool_use", "id": "call_1_0", "name": "f", "input": {}}, ["renamed tool_call.id"]),
    (
        InvalidToolCall(id="1", name="f", json="{"),
        {"type": "tool_use", "id": "1", "name": "f", "input": {"INVALID_JSON": "{"}},
        ["lossy tool_call.arguments"],
    ),
    (Reasoning(text="", signature="s"), {"type": "thinking", "thinking": "", "signature": "s"}, []),
    (Reasoning(encrypted="e"), {"type": "redacted_thinking", "data": "e"}, []),
    (Reasoning(text="t", signature="s", cache=CacheMark()), {"type": "thinking", "thinking": "t", "signature": "s"}, ["dropped cache"]),
    (Reasoning(text="t", origin=FOREIGN), None, ["dropped reasoning"]),
    (Refusal(text="no"), {"type": "text", "text": "no"}, ["lossy refusal"]),
    (Compaction(text="s", encrypted="e"), {"type": "compaction", "content": "s", "encrypted_content": "e"}, []),
    (Compaction(text="s", origin=FOREIGN), {"type": "text", "text": "s"}, ["lossy compaction"]),
    (Compaction(encrypted="e", origin=FOREIGN), None, ["lossy compaction"]),
    (
        ServerToolCall(id="1", name="web_search", arguments={"q": 1}),
        {"type": "server_tool_use", "id": "1", "name": "web_search", "input": {"q": 1}},
        [],
    ),
    (ServerToolCall(id="1", name="web_search", origin=FOREIGN), None, ["dropped server_tool"]),
    (ServerToolResult(id="1", name="web_search", origin=FOREIGN), None, ["dropped server_tool"]),
    (ServerToolResult(id="1", name="web_search"), None, ["dropped server_tool"]),
    (Citation(url="https://a"), None, ["dropped citations"]),
    (Unknown(kind="odd", origin=FOREIGN, native=msgspec.Raw(b'{"type":"odd"}')), None, ["dropped odd"]),
    (Unknown(kind="odd"), None, ["dropped odd"]),
    (Image(data=PNG, origin=FOREIGN), None, ["dropped media"]),
    (Audio(data=b"x", origin=FOREIGN), None, ["dropped media"]),
    (
        Text(text="a", citations=(CITED,)),
        {
            "type": "text",
            "text": "a",
            "citations": [
                {
                    "type": "char_location",
                    "cited_text": "q",
                    "document_index": 0,
                    "document_title": "T",
                    "start_char_index": 0,
                    "end_char_index": 4,
                }
            ],
        },
        [],
    ),
    (
        Text(text="a", citations=(Citation(url="https://a", location="url_citation"),), origin=FOREIGN),
        {"type": "text", "text": "a"},
        ["lossy citations"],
    ),
]


@pytest.mark.parametrize(("part", "expected", "warned"), ASSISTANT, ids=lambda value: str(value)[:60])
def test_a_part_of_the_model_has_its_block_or_leaves_a_warning(part: Part, expected: dict[str, Any] | None, warned: list[str]) -> None:
    blocks, warnings = content(Text(text="before"), part, role="assistant")

    words = [{"type": "text", "text": "before"}]
    assert ([*words, expected] if expected else "before") == blocks
    assert warned == warnings


@pytest.mark.parametrize("part", [Audio(data=b"x"), Video(url="https://a/b.mp4")], ids=str)
def test_media_that_the_format_lacks_are_refused(part: Part) -> None:
    with pytest.raises(UnsupportedFeature):
        content(part)


BLOCKS: list[dict[str, Any]] = [
    {"type": "thinking", "thinking": "", "signature": "c2ln"},
    {"type": "text", "text": "between"},
    {"type": "redacted_thinking", "data": "b3BhcXVl"},
    {"type": "thinking", "thinking": "again", "signature": "c2lnMg=="},
    {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"x": 1.0, "y": [1e3]}},
    {"type": "tool_use", "id": "toolu_2", "name": "f", "input": {}, "caller": {"type": "code_execution_20260120", "tool_id": "srvtoolu_1"}},
    {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "q"}},
    {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [{"type": "web_search_result", "encrypted_content": "E"}]},
    {"type": "mcp_tool_use", "id": "m1", "name": "x", "input": {}, "server_name": "s"},
    {"type": "mcp_tool_result", "tool_use_id": "m1", "is_error": False, "content": [{"type": "text", "text": "r"}]},
    {"type": "compaction", "content": "sum", "encrypted_content": "E"},
    {"type": "container_upload", "file_id": "file_1"},
    {"type": "fallback", "from": {"model": "a"}, "to": {"model": "b"}},
    {"type": "hologram", "z": [1, {"deep": None}]},
    {
        "type": "text",
        "text": "cited",
        "citations": [{"type": "web_search_result_location", "cited_text": "q", "url": "https://a", "title": "t", "encrypted_index": "I"}],
    },
]


def test_an_answer_goes_back_byte_for_byte() -> None:
    """Signatures, encrypted blocks and unknown blocks are checked by the API against what it sent."""
    answer = anthropic.decode(body_of(*BLOCKS), origin=TARGET)

    body = anthropic.encode(
        request(Message.user("a"), answer.message), model="m", target=TARGET, profile=anthropic.PROFILE, stream=False
    ).body

    sent = [msgspec.json.encode(block) for block in body["messages"][1]["content"]]
    wire = [json.dumps(block, separators=(",", ":")).encode() for block in BLOCKS]
    wire[4] = b'{"type":"tool_use","id":"toolu_1","name":"f","input":{"x":1.0,"y":[1000.0]}}'
    assert wire == sent


def test_a_stored_answer_goes_back_byte_for_byte() -> None:
    answer = anthropic.decode(body_of(*BLOCKS), origin=TARGET).message

    stored = Message.from_dict(json.loads(json.dumps(answer.to_dict())))

    assert encoded(request(Message.user("a"), answer)) == encoded(request(Message.user("a"), stored))


@pytest.mark.parametrize("origin", [FOREIGN, None], ids=str)
def test_a_wire_block_of_another_format_is_not_sent(origin: Provenance | None) -> None:
    part = Text(text="a", origin=origin, native=msgspec.Raw(b'{"type":"output_text"}'))

    assert ("a", []) == content(part, role="assistant")


def test_state_of_another_account_stays_behind() -> None:
    """The API refuses thinking sealed for someone else."""
    answer = anthropic.decode(body_of(*BLOCKS), origin=TARGET)

    body, warnings, _ = encoded(request(Message.user("a"), answer.message), target=TARGET.replace(account="acc-2"))

    kinds = [block["type"] for block in body["messages"][1]["content"]]
    assert {"thinking", "redacted_thinking", "container_upload"}.isdisjoint(kinds)
    assert {"text", "tool_use", "web_search_tool_result", "hologram"} <= set(kinds)
    assert ["lossy reasoning", "lossy container_upload"] == warnings


def test_a_mark_on_a_replayed_part_is_added_to_its_block() -> None:
    answer = anthropic.decode(body_of(BLOCKS[6]), origin=TARGET).content[0]

    assert ([{**BLOCKS[6], **MARK}], []) == content(answer.replace(cache=CacheMark()), role="assistant")


def test_the_mark_of_a_message_falls_on_its_last_block_that_can_carry_it() -> None:
    answer = anthropic.decode(body_of(*BLOCKS[:4]), origin=TARGET).message.replace(cache=CacheMark())

    body, warnings, _ = encoded(request(Message.user("a"), answer, Message.user("b")))

    assert [False, True, False, False] == ["cache_control" in block for block in body["messages"][1]["content"]]
    assert [] == warnings


def test_the_mark_of_a_message_turns_a_string_into_a_block() -> None:
    body, _, _ = encoded(request(Message(role="user", content=(Text(text="a"),), cache=CacheMark())))

    assert [{"type": "text", "text": "a", **MARK}] == body["messages"][0]["content"]


def test_a_turn_of_which_nothing_can_be_sent_is_left_out() -> None:
    """The API refuses empty turns."""
    body, warnings, _ = encoded(request(Message.user("a"), Message.assistant(Reasoning(text="t", origin=FOREIGN)), Message.user("b")))

    assert ["a", "b"] == [turn["content"] for turn in body["messages"]]
    assert ["dropped reasoning"] == warnings


def test_an_empty_text_beside_other_blocks_is_left_out() -> None:
    """The API refuses empty texts; other formats send them beside tool calls."""
    blocks, warnings = content(Text(text=""), ToolCall(id="1", name="f"), role="assistant")

    assert ["tool_use"] == [block["type"] for block in blocks]
    assert ["dropped messages"] == warnings


def test_reasoning_is_not_replayed_where_the_profile_forbids_it() -> None:
    asked = request(Message.user("a"), Message.assistant(Reasoning(text="t", signature="s"), Text(text="b")))

    body, _, _ = encoded(asked, profile=anthropic.PROFILE.replace(replay="never"))

    assert "b" == body["messages"][1]["content"]

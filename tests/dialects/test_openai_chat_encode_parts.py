"""Parts, calls and results as the wire has them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from llmkit.errors import UnsupportedFeature
from llmkit.types.messages import Message
from llmkit.types.parts import (
    Audio,
    Document,
    Image,
    InvalidToolCall,
    Part,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
    Video,
)
from tests.dialects.openai_chat_cases import ORIGIN
from tests.dialects.openai_chat_encode_cases import CALL, PNG, answered, request, sent, warned, wire

BLOCKS: list[tuple[Part, Any]] = [
    (Image(url="https://a.example/x.png"), {"type": "image_url", "image_url": {"url": "https://a.example/x.png"}}),
    (Image(data=PNG, detail="low"), {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo=", "detail": "low"}}),
    (Image(data=b"?", media_type="image/x"), {"type": "image_url", "image_url": {"url": "data:image/x;base64,Pw=="}}),
    (Audio(data=b"?", media_type="audio/wav"), {"type": "input_audio", "input_audio": {"data": "Pw==", "format": "wav"}}),
    (Audio(data=b"ID3?"), {"type": "input_audio", "input_audio": {"data": "SUQzPw==", "format": "mp3"}}),
    (Video(url="https://a.example/x.mp4"), {"type": "video_url", "video_url": {"url": "https://a.example/x.mp4"}}),
    (Document(file_id="file-1"), {"type": "file", "file": {"file_id": "file-1"}}),
    (
        Document(data=b"%PDF-", name="a.pdf"),
        {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERi0="}},
    ),
    (Document(data=b"%PDF-"), {"type": "file", "file": {"filename": "document.pdf", "file_data": "data:application/pdf;base64,JVBERi0="}}),
    (Image(url="u", options={"openai_chat": {"x": 1}}), {"type": "image_url", "image_url": {"url": "u"}, "x": 1}),
    (Document(url="u", options={"example": {"type": "document_url", "document_url": "u"}}), {"type": "document_url", "document_url": "u"}),
    (Unknown(kind="k", origin=ORIGIN, native=msgspec.Raw(b'{"type":"k", "x":1.0}')), {"type": "k", "x": 1.0}),
]


@pytest.mark.parametrize(("part", "expected"), BLOCKS, ids=range(len(BLOCKS)))
def test_a_part_is_sent_as_its_block(part: Part, expected: Any) -> None:
    encoded = sent(request(Message.user("See", part)))

    assert [{"type": "text", "text": "See"}, expected] == encoded.body["messages"][0]["content"]
    assert [] == encoded.warnings


REFUSED: list[tuple[Part, dict[str, Any]]] = [
    (Image(url="https://a.example/x"), {"images": False}),
    (Image(url="https://a.example/x"), {"image_urls": False}),
    (Image(file_id="f"), {}),
    (Image(data=b"?"), {}),
    (Audio(data=b"ID3"), {"audio": False}),
    (Audio(url="https://a.example/x"), {}),
    (Video(url="https://a.example/x"), {"video": False}),
    (Document(data=b"%PDF-"), {"documents": False}),
    (Document(url="https://a.example/x"), {}),
]


@pytest.mark.parametrize(("part", "facts"), REFUSED, ids=range(len(REFUSED)))
def test_a_part_that_cannot_be_sent_is_refused_before_sending(part: Part, facts: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedFeature):
        sent(request(Message.user(part)), **facts)


def test_calls_and_their_results_are_sent() -> None:
    found = wire(
        Message.assistant("Wait", CALL, InvalidToolCall(id="d", name="g", json="{")),
        Message.tool(ToolResult(id="c", content=(Text(text="1"),), name="f"), ToolResult(id="d", structured={"b": 2})),
    )

    calls = [
        {"id": "c", "type": "function", "function": {"name": "f", "arguments": '{ "a": 1 }'}},
        {"id": "d", "type": "function", "function": {"name": "g", "arguments": "{"}},
    ]
    assert [
        {"role": "assistant", "content": "Wait", "tool_calls": calls},
        {"role": "tool", "tool_call_id": "c", "name": "f", "content": "1"},
        {"role": "tool", "tool_call_id": "d", "content": '{"b":2}'},
    ] == found


def test_a_turn_of_calls_alone_has_null_content_and_arguments_are_never_empty() -> None:
    found = answered(ToolCall(id="c", name="f"))

    assert (None, "{}") == (found["content"], found["tool_calls"][0]["function"]["arguments"])


def test_pictures_in_tool_results_follow_after_all_results() -> None:
    """A user's message between the results of one turn is refused by the API."""
    picture = ToolResult(id="c", content=(Image(data=PNG),))
    encoded = sent(request(Message.assistant(CALL), Message.tool(picture), Message.tool(ToolResult(id="d", content=(Text(text="2"),)))))

    assert ["assistant", "tool", "tool", "user"] == [message["role"] for message in encoded.body["messages"]]
    assert "image_url" == encoded.body["messages"][3]["content"][1]["type"]
    assert "c" in encoded.body["messages"][3]["content"][0]["text"]
    assert [("emulated", "messages")] == warned(encoded)


def test_a_failed_tool_is_told_with_a_warning() -> None:
    assert [("lossy", "messages")] == warned(sent(request(Message.tool(ToolResult(id="c", content=(Text(text="no"),), is_error=True)))))


def test_results_inside_a_users_message_become_tool_messages_before_it() -> None:
    found = wire(Message.user(ToolResult(id="c", content=(Text(text="1"),)), Text(text="Go on")))

    assert [{"role": "tool", "tool_call_id": "c", "content": "1"}, {"role": "user", "content": "Go on"}] == found

"""Wire blocks of clients' conversations into parts, and back into the same blocks."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from llmkit.serving.gemini import parse_request
from llmkit.types.parts import (
    Audio,
    Document,
    Image,
    Part,
    Provenance,
    Reasoning,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
    Video,
)
from tests.serving.gemini_round_trip import sent_again


def part_of(block: dict[str, Any], role: str = "user") -> Part:
    """Return the part that a block says."""
    return parse_request({"contents": [{"role": role, "parts": [block]}]}).messages[0].content[0]


ORIGIN = Provenance(provider="", dialect="gemini")
BLOCKS: list[tuple[dict[str, Any], Part]] = [
    ({"text": "a"}, Text(text="a")),
    ({"text": "a", "thought": False, "x": 1}, Text(text="a", options={"gemini": {"thought": False, "x": 1}})),
    ({"text": "", "thoughtSignature": "s"}, Text(text="", signature="s", origin=ORIGIN)),
    ({"thoughtSignature": "s"}, Text(text="", signature="s", origin=ORIGIN, options={"gemini": {"text": None}})),
    ({"text": "a", "thought": True, "thoughtSignature": "s"}, Reasoning(text="a", signature="s", summary=True, origin=ORIGIN)),
    (
        {"functionCall": {"id": "c", "name": "f", "args": {"a_b": None}}, "thoughtSignature": "s"},
        ToolCall(id="c", name="f", arguments={"a_b": None}, json='{"a_b":null}', signature="s", origin=ORIGIN),
    ),
    (
        {"functionCall": {"name": "f", "args": {}, "z": 1}},
        ToolCall(id="llmkit_1", name="f", json="{}", options={"gemini": {"functionCall": {"z": 1}}}),
    ),
    ({"inlineData": {"mimeType": "image/png", "data": "YQ=="}}, Image(data=b"a", media_type="image/png")),
    (
        {"inlineData": {"mimeType": "image/png", "data": "_-8"}},
        Image(data=b"\xff\xef", media_type="image/png", options={"gemini": {"inlineData": {"data": "_-8"}}}),
    ),
    (
        {"inlineData": {"mimeType": "audio/wav", "data": "YQ=="}, "thoughtSignature": "s"},
        Audio(data=b"a", media_type="audio/wav", origin=ORIGIN, options={"gemini": {"thoughtSignature": "s"}}),
    ),
    (
        {"fileData": {"fileUri": "https://youtu.be/x"}, "videoMetadata": {"fps": 2}},
        Video(url="https://youtu.be/x", options={"gemini": {"videoMetadata": {"fps": 2}, "fileData": {"mimeType": None}}}),
    ),
    (
        {"fileData": {"mimeType": "application/pdf", "fileUri": "https://h/v1beta/files/1", "displayName": "n"}},
        Document(file_id="https://h/v1beta/files/1", media_type="application/pdf", options={"gemini": {"fileData": {"displayName": "n"}}}),
    ),
    (
        {"executableCode": {"language": "PYTHON", "code": "1"}, "thoughtSignature": "s"},
        ServerToolCall(
            id="llmkit_1",
            name="code_execution",
            arguments={"language": "PYTHON", "code": "1"},
            origin=ORIGIN,
            options={"gemini": {"thoughtSignature": "s"}},
        ),
    ),
    (
        {"toolCall": {"id": "t", "toolType": "GOOGLE_SEARCH_WEB", "args": {"q": 1}}},
        ServerToolCall(id="t", name="web_search", arguments={"q": 1}, origin=ORIGIN),
    ),
    (
        {"toolResponse": {"id": "t", "toolType": "GOOGLE_SEARCH_WEB", "response": {"r": 1}}},
        ServerToolResult(
            id="t",
            name="web_search",
            origin=ORIGIN,
            native=msgspec.Raw(b'{"toolResponse":{"id":"t","toolType":"GOOGLE_SEARCH_WEB","response":{"r":1}}}'),
        ),
    ),
    (
        {"codeExecutionResult": {"outcome": "OUTCOME_FAILED", "id": "e"}},
        ServerToolResult(
            id="e",
            name="code_execution",
            is_error=True,
            origin=ORIGIN,
            native=msgspec.Raw(b'{"codeExecutionResult":{"outcome":"OUTCOME_FAILED","id":"e"}}'),
        ),
    ),
    ({"brandNew": {"a": 1}}, Unknown(kind="brandNew", origin=ORIGIN, native=msgspec.Raw(b'{"brandNew":{"a":1}}'))),
    (
        {"functionResponse": {"id": "c", "name": "f", "response": {"output": "ok"}}},
        ToolResult(id="c", name="f", content=(Text(text="ok"),)),
    ),
    (
        {"functionResponse": {"name": "f", "response": {"error": {"code": 1}}, "scheduling": "SILENT"}},
        ToolResult(
            id="llmkit_1",
            name="f",
            content=(Text(text='{"error":{"code":1}}'),),
            structured={"error": {"code": 1}},
            is_error=True,
            options={"gemini": {"functionResponse": {"scheduling": "SILENT"}}},
        ),
    ),
    (
        {
            "functionResponse": {
                "id": "c",
                "name": "f",
                "response": {"t": 1},
                "parts": [{"inlineData": {"mimeType": "image/png", "data": "YQ=="}}],
            }
        },
        ToolResult(id="c", name="f", content=(Text(text='{"t":1}'), Image(data=b"a", media_type="image/png")), structured={"t": 1}),
    ),
]


@pytest.mark.parametrize(("wire", "part"), BLOCKS, ids=[f"{next(iter(block))}-{number}" for number, (block, _) in enumerate(BLOCKS)])
def test_a_block_is_a_part_and_goes_out_as_it_came(wire: dict[str, Any], part: Part) -> None:
    body = {"contents": [{"role": "model", "parts": [wire]}]}

    assert part == part_of(wire, "model")
    assert body == sent_again(body)

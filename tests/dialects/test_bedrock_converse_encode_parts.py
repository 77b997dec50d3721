"""Parts, media, results and turns as the wire has them."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.messages import Message
from llmkit.types.parts import (
    Audio,
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
    ToolResult,
    Unknown,
    Video,
)
from llmkit.types.profile import Profile
from tests.dialects.bedrock_converse_cases import FOREIGN, HELLO, TARGET, content, encoded, request
from tests.dialects.bedrock_converse_encode_cases import CALL, PROFILE, WEATHER

PNG = b"\x89PNG\r\n\x1a\n"


PDF = b"%PDF-1.7"


USED = {"toolUse": {"toolUseId": "t1", "name": "weather", "input": {"a": 1}}}


LONG = "call|" + "x" * 80


def _bytes(data: bytes) -> dict[str, str]:
    return {"bytes": b64encode(data).decode()}


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

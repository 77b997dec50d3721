"""What is sent again: the format's own items byte for byte, those of others translated, what is bound to an account left behind."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.dialects import openai_responses
from llmkit.types.messages import Message
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import (
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
)
from llmkit.types.tools import Tool
from tests.dialects.openai_responses_cases import (
    CALL,
    CUSTOM,
    ELSEWHERE,
    FOREIGN,
    REASONING,
    SAID,
    SEARCH,
    SEVERAL,
    TARGET,
    compact,
    decoded,
    encoded,
    items,
    request,
)

COMPACTION = {"type": "compaction", "id": "cmp_1", "encrypted_content": "Qw=="}
FUTURE = {"type": "from_the_future", "id": "x_1", "y": {"b": 1, "a": 2}}
OWN: list[dict[str, Any]] = [REASONING, SAID, SEVERAL, CALL, CUSTOM, SEARCH, COMPACTION, FUTURE]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(OWN), min_size=1, max_size=6))
def test_an_answer_goes_out_again_byte_for_byte(output: list[dict[str, Any]]) -> None:
    """Reasoning is refused unless it comes back whole, in its place; a phase that is lost makes the model worse."""
    told = [{**item, "id": f"{item['id']}_{place}"} for place, item in enumerate(output)]

    found = openai_responses.encode(
        request(decoded(*told).message), model="m", target=TARGET, profile=openai_responses.PROFILE, stream=False
    )

    assert compact(told) == msgspec.json.encode(found.body["input"])
    assert [] == found.warnings


def _turn(*parts: Part) -> tuple[list[Any], list[str]]:
    return items(*parts)


@pytest.mark.parametrize(
    ("part", "expected", "warnings"),
    [
        (Text(text="x", origin=FOREIGN), [{"type": "message", "role": "assistant", "content": "x"}], []),
        (
            Text(text="x", citations=(Citation(url="https://a"),), origin=FOREIGN),
            [{"type": "message", "role": "assistant", "content": "x"}],
            ["lossy citations"],
        ),
        (Refusal(text="No."), [{"type": "message", "role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]}], []),
        (Reasoning(text="x", signature="S", origin=FOREIGN), [], ["dropped reasoning"]),
        (Reasoning(text="x"), [], ["dropped reasoning"]),
        (
            Reasoning(text="x", summary=True, encrypted="Rw==", origin=TARGET),
            [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "x"}], "encrypted_content": "Rw=="}],
            [],
        ),
        (
            Reasoning(text="x", origin=TARGET),
            [{"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "x"}]}],
            [],
        ),
        (
            ToolCall(id="c", name="f", arguments={"a": 1}, signature="S", origin=FOREIGN),
            [{"type": "function_call", "call_id": "c", "name": "f", "arguments": '{"a":1}'}],
            ["lossy tool_call.signature"],
        ),
        (InvalidToolCall(id="c", name="f", json="{"), [{"type": "function_call", "call_id": "c", "name": "f", "arguments": "{"}], []),
        (ServerToolCall(id="s", name="web_search", origin=FOREIGN), [], ["dropped server_tool"]),
        (ServerToolResult(id="s", name="web_search", origin=FOREIGN), [], ["dropped server_tool"]),
        (Unknown(kind="x", origin=FOREIGN, native=msgspec.Raw(b"{}")), [], ["dropped x"]),
        (Compaction(text="Sum.", origin=FOREIGN), [{"type": "message", "role": "assistant", "content": "Sum."}], ["lossy compaction"]),
        (Compaction(encrypted="x", origin=FOREIGN), [], ["dropped compaction"]),
        (Compaction(encrypted="Qw=="), [{"type": "compaction", "encrypted_content": "Qw=="}], []),
        (Image(url="https://a", origin=FOREIGN), [], ["dropped media"]),
        (Document(text="x", origin=FOREIGN), [], ["dropped media"]),
        (Citation(url="https://a", origin=FOREIGN), [], ["dropped citations"]),
    ],
)
def test_parts_of_another_format_are_translated_or_named_in_a_warning(part: Part, expected: list[Any], warnings: list[str]) -> None:
    found, warned = _turn(part)

    assert (expected, warnings) == (found, warned)


def test_words_of_another_format_that_follow_each_other_are_one_message() -> None:
    found, _ = _turn(Text(text="a", origin=FOREIGN), Text(text="b", origin=FOREIGN), ToolCall(id="c", name="f"), Text(text="d"))

    assert ["message", "function_call", "message"] == [item["type"] for item in found]
    assert ["a", "b"] == [block["text"] for block in found[0]["content"]]


def _replayed(*output: Any, profile: dict[str, Any] | None = None, **fields: Any) -> tuple[list[Any], list[str]]:
    message = decoded(*output).message
    fields.setdefault("target", TARGET)
    target = fields.pop("target")
    body, warnings = encoded(request(message, **fields), target=target, profile=openai_responses.PROFILE.merged(profile or {}))
    return body["input"], warnings


def test_another_account_gets_neither_sealed_thinking_nor_ids() -> None:
    """They are the other account's: here they are an error, or a leak."""
    found, warnings = _replayed(REASONING, SAID, CALL, SEARCH, COMPACTION, target=ELSEWHERE)

    assert [{name: value for name, value in item.items() if name != "id"} for item in (SAID, CALL)] == found
    assert ["lossy reasoning", "lossy server_tool", "lossy compaction"] == warnings


def test_thinking_that_nobody_kept_stays_behind_and_what_followed_it_loses_its_name() -> None:
    """An item with an id is refused without the reasoning it followed; reasoning without its seal is looked up and not found."""
    bare = {**REASONING, "encrypted_content": None}

    found, warnings = _replayed(bare, SAID)
    kept, fine = _replayed(bare, SAID, store=True)

    assert [{name: value for name, value in SAID.items() if name != "id"}] == found
    assert ["lossy reasoning"] == warnings
    assert ([bare, SAID], []) == (kept, fine)


def test_thinking_in_plain_words_needs_no_seal() -> None:
    told = {**REASONING, "summary": [], "content": [{"type": "reasoning_text", "text": "Hm."}], "encrypted_content": None}

    assert ([told, SAID], []) == _replayed(told, SAID)


def test_thinking_stays_behind_where_the_api_wants_none() -> None:
    found, warnings = _replayed(REASONING, CALL, profile={"replay": "never"})

    assert ([{name: value for name, value in CALL.items() if name != "id"}], []) == (found, warnings)


def test_options_are_laid_over_an_item() -> None:
    (part,) = decoded(SAID).content

    found, _ = _turn(part.replace(options={"openai": {"phase": "commentary"}}))

    assert [{**SAID, "phase": "commentary"}] == found


def test_ids_that_are_too_long_are_shortened_alike_in_call_and_result() -> None:
    long = "call_" + "x" * 90
    native = {**CALL, "call_id": long}
    conversation = [decoded(native).message, Message.tool(ToolResult(id=long, content=(Text(text="ok"),)))]

    body, warnings = encoded(request(*conversation))

    call, result = body["input"]
    assert call["call_id"] == result["call_id"] != long
    assert len(call["call_id"]) <= 64
    assert ["renamed tool_call.id"] == warnings


SCREEN = {"type": "computer_call", "id": "cu", "call_id": "c", "action": {"type": "screenshot"}, "status": "completed"}
SHELL = {"type": "shell_call", "id": "sh", "call_id": "c", "action": {"commands": ["ls"]}, "status": "completed"}
LOCAL = {"type": "local_shell_call", "id": "ls", "call_id": "c", "action": {"type": "exec", "command": ["ls"]}, "status": "completed"}
PATCH = {"type": "apply_patch_call", "id": "ap", "call_id": "c", "operation": {"type": "create_file"}, "status": "completed"}
FIND = {"type": "tool_search_call", "id": "ts", "call_id": "c", "execution": "client", "arguments": {}, "status": "completed"}
ASK = {"type": "mcp_approval_request", "id": "c", "name": "roll", "arguments": "{}", "server_label": "l"}
OK = (Text(text="ok"),)


@pytest.mark.parametrize(
    ("call", "result", "expected"),
    [
        ({**CALL, "call_id": "c"}, ToolResult(id="c", content=OK), {"type": "function_call_output", "call_id": "c", "output": "ok"}),
        (
            {**CALL, "call_id": "c"},
            ToolResult(id="c", content=(Text(text="a"), Image(url="https://a"))),
            {
                "type": "function_call_output",
                "call_id": "c",
                "output": [{"type": "input_text", "text": "a"}, {"type": "input_image", "image_url": "https://a"}],
            },
        ),
        (
            {**CALL, "call_id": "c"},
            ToolResult(id="c", structured={"a": 1}),
            {"type": "function_call_output", "call_id": "c", "output": '{"a":1}'},
        ),
        ({**CUSTOM, "call_id": "c"}, ToolResult(id="c", content=OK), {"type": "custom_tool_call_output", "call_id": "c", "output": "ok"}),
        (
            SHELL,
            ToolResult(id="c", content=OK),
            {
                "type": "shell_call_output",
                "call_id": "c",
                "output": [{"stdout": "ok", "stderr": "", "outcome": {"type": "exit", "exit_code": 0}}],
            },
        ),
        (
            SHELL,
            ToolResult(id="c", structured={"output": [{"stdout": "", "stderr": "", "outcome": {"type": "timeout"}}]}),
            {"type": "shell_call_output", "call_id": "c", "output": [{"stdout": "", "stderr": "", "outcome": {"type": "timeout"}}]},
        ),
        (LOCAL, ToolResult(id="c", content=OK), {"type": "local_shell_call_output", "id": "c", "output": "ok"}),
        (
            PATCH,
            ToolResult(id="c", content=OK, is_error=True),
            {"type": "apply_patch_call_output", "call_id": "c", "status": "failed", "output": "ok"},
        ),
        (
            SCREEN,
            ToolResult(id="c", content=(Image(url="https://a"),)),
            {"type": "computer_call_output", "call_id": "c", "output": {"type": "computer_screenshot", "image_url": "https://a"}},
        ),
        (
            FIND,
            ToolResult(id="c", structured={"tools": [{"type": "function"}]}),
            {"type": "tool_search_output", "call_id": "c", "execution": "client", "status": "completed", "tools": [{"type": "function"}]},
        ),
        (FIND, ToolResult(id="c", content=OK), {"type": "function_call_output", "call_id": "c", "output": "ok"}),
        (
            ASK,
            ToolResult(id="c", structured={"approve": True, "reason": "fine"}),
            {"type": "mcp_approval_response", "approval_request_id": "c", "approve": True, "reason": "fine"},
        ),
        (ASK, ToolResult(id="c", is_error=True), {"type": "mcp_approval_response", "approval_request_id": "c", "approve": False}),
    ],
)
def test_a_result_is_of_the_kind_that_its_call_needs(call: dict[str, Any], result: ToolResult, expected: dict[str, Any]) -> None:
    body, warnings = encoded(request(decoded(call).message, Message.tool(result)))

    assert [call, expected] == body["input"]
    assert [] == warnings


def test_a_call_of_a_tool_for_free_text_is_one_whoever_made_it() -> None:
    tool = Tool(name="sql", options={"openai_responses": {"type": "custom"}})
    call = ToolCall(id="c", name="sql", arguments={"input": "SELECT"}, origin=FOREIGN)

    body, _ = encoded(request(Message.assistant(call), Message.tool(ToolResult(id="c", content=OK)), tools=(tool,)))

    assert [
        {"type": "custom_tool_call", "call_id": "c", "name": "sql", "input": "SELECT"},
        {"type": "custom_tool_call_output", "call_id": "c", "output": "ok"},
    ] == body["input"]


def test_an_error_cannot_be_said_of_a_function_s_result() -> None:
    _, warnings = encoded(request(Message.tool(ToolResult(id="c", content=OK, is_error=True))))

    assert ["lossy tool_result.is_error"] == warnings


def test_media_of_results_follow_where_results_hold_only_text() -> None:
    result = ToolResult(id="c", content=(Text(text="see"), Image(url="https://a")))

    body, warnings = encoded(request(Message.tool(result)), profile=openai_responses.PROFILE.merged({"media_in_results": False}))

    output, after = body["input"]
    assert ("see", "user", "https://a") == (output["output"], after["role"], after["content"][1]["image_url"])
    assert ["emulated messages"] == warnings


def test_a_picture_that_the_api_made_goes_back_as_the_item_it_was() -> None:
    made = {"type": "image_generation_call", "id": "ig_1", "status": "completed", "result": "iVBORw0KGgo="}

    assert ([made], []) == _replayed(made)


def test_parts_without_their_wire_block_are_written_anew() -> None:
    parts = [part.replace(native=NO_NATIVE) for part in decoded(REASONING, SAID, CALL).content]

    found, warnings = _turn(*parts)

    assert ["reasoning", "message", "function_call"] == [item["type"] for item in found]
    assert ("U0VBTA==", "Grüße 🎉", CALL["arguments"]) == (found[0]["encrypted_content"], found[1]["content"], found[2]["arguments"])
    assert [] == warnings

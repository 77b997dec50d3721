"""Response objects into our types."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.dialects import openai_responses
from llmkit.errors import ContentFiltered, LLMKitError, ProtocolError, RateLimited, ServerError
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import (
    Compaction,
    Image,
    InvalidToolCall,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    Unknown,
)
from tests.dialects.openai_responses_cases import CALL, CUSTOM, REASONING, SAID, SEARCH, SEVERAL, TARGET, body_of, compact, decoded
from tests.strategies import json_objects, json_values, names

SHELL = {"type": "shell_call", "id": "sh_1", "call_id": "c", "status": "completed", "action": {"commands": ["ls"]}}
HOSTED = {**SHELL, "environment": {"type": "container_reference", "container_id": "cntr_1"}}
SEARCHED = {"type": "tool_search_call", "id": "t", "call_id": "c", "execution": "client", "arguments": {"goal": "x"}, "status": "completed"}
PICTURE = {"type": "image_generation_call", "id": "ig_1", "status": "completed", "result": "iVBORw0KGgo="}


def _of(part: Any) -> Any:
    return part.replace(origin=None, native=NO_NATIVE)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (SAID, Text(text="Grüße 🎉")),
        ({**SAID, "content": [{"type": "refusal", "refusal": "No."}]}, Refusal(text="No.")),
        ({**SAID, "content": []}, Text(text="")),
        (REASONING, Reasoning(text="Hm.", encrypted="U0VBTA==", summary=True)),
        ({**REASONING, "summary": [], "encrypted_content": None}, Reasoning()),
        ({**REASONING, "content": [{"type": "reasoning_text", "text": "Long."}]}, Reasoning(text="Long.", encrypted="U0VBTA==")),
        (
            {**REASONING, "summary": [{"type": "summary_text", "text": "A"}, {"type": "summary_text", "text": "B"}]},
            Reasoning(text="A\n\nB", encrypted="U0VBTA==", summary=True),
        ),
        (CALL, ToolCall(id="call_1", name="f", arguments={"a": [1, {"b": "c"}]}, json=CALL["arguments"])),
        ({**CALL, "arguments": ""}, ToolCall(id="call_1", name="f")),
        (CUSTOM, ToolCall(id="call_2", name="sql", arguments={"input": 'SELECT "a"\n'}, json='{"input":"SELECT \\"a\\"\\n"}')),
        (SEARCH, ServerToolCall(id="ws_1", name="web_search", arguments={"type": "search", "query": "q"})),
        (
            {"type": "mcp_call", "id": "mcp_1", "name": "roll", "arguments": '{"d":6}', "server_label": "dice", "output": "4"},
            ServerToolCall(id="mcp_1", name="roll", arguments={"d": 6}),
        ),
        (
            {"type": "mcp_approval_request", "id": "mcpr_1", "name": "roll", "arguments": "{}", "server_label": "dice"},
            ServerToolCall(id="mcpr_1", name="roll"),
        ),
        (
            {"type": "code_interpreter_call", "id": "ci_1", "code": "1+1", "container_id": "c", "outputs": [], "status": "completed"},
            ServerToolCall(id="ci_1", name="code_execution", arguments={"code": "1+1"}),
        ),
        (SHELL, ToolCall(id="c", name="shell", arguments={"commands": ["ls"]}, json='{"commands":["ls"]}')),
        (HOSTED, ServerToolCall(id="c", name="shell", arguments={"commands": ["ls"]})),
        (SEARCHED, ToolCall(id="c", name="tool_search", arguments={"goal": "x"}, json='{"goal":"x"}')),
        ({**SEARCHED, "execution": "server"}, ServerToolCall(id="c", name="tool_search", arguments={"goal": "x"})),
        (
            {"type": "shell_call_output", "call_id": "c", "output": [], "status": "failed"},
            ServerToolResult(id="c", name="shell", is_error=True),
        ),
        (PICTURE, Image(data=b"\x89PNG\r\n\x1a\n", media_type="image/png")),
        ({**PICTURE, "result": None}, ServerToolCall(id="ig_1", name="image_generation")),
        ({"type": "compaction", "id": "cmp_1", "encrypted_content": "Qw=="}, Compaction(encrypted="Qw==")),
        ({"type": "from_the_future", "x": 1}, Unknown(kind="from_the_future")),
    ],
)
def test_each_item_is_a_part_and_keeps_its_wire_block(item: dict[str, Any], expected: Any) -> None:
    (part,) = decoded(item).content

    assert expected == _of(part)
    assert compact(item) == bytes(part.native)
    assert TARGET == part.origin


def test_each_content_of_a_message_is_a_part_with_the_message_around_it() -> None:
    text, refusal = decoded(SEVERAL).content

    assert ("One.", "No.") == (text.text, refusal.text)
    assert [{**SEVERAL, "content": [content]} for content in SEVERAL["content"]] == [
        json.loads(bytes(part.native)) for part in (text, refusal)
    ]


@pytest.mark.parametrize("arguments", ["{", "[1]", "nonsense", "1"])
def test_arguments_that_are_no_object_are_said_to_be_so(arguments: str) -> None:
    (part,) = decoded({**CALL, "arguments": arguments}).content

    assert isinstance(part, InvalidToolCall)
    assert (arguments, "call_1", "f") == (part.json, part.id, part.name)


def test_annotations_are_citations_and_keep_what_we_have_no_field_for() -> None:
    web = {"type": "url_citation", "start_index": 1, "end_index": 5, "title": "T", "url": "https://a"}
    file = {"type": "container_file_citation", "container_id": "c", "file_id": "f", "filename": "x.csv", "start_index": 0, "end_index": 2}
    (part,) = decoded({**SAID, "content": [{"type": "output_text", "text": "x", "annotations": [web, file]}]}).content

    first, second = part.citations
    assert ("https://a", "T", 1, 5, "url_citation", {}) == (
        first.url,
        first.title,
        first.start,
        first.end,
        first.location,
        first.options,
    )
    assert ("x.csv", {"openai_responses": {"container_id": "c", "file_id": "f"}}) == (second.title, second.options)


@pytest.mark.parametrize(
    ("fields", "output", "unified", "raw"),
    [
        ({}, SAID, "stop", "completed"),
        ({}, CALL, "tool_calls", "completed"),
        ({}, CUSTOM, "tool_calls", "completed"),
        ({}, SHELL, "tool_calls", "completed"),
        ({}, {**SAID, "content": [{"type": "refusal", "refusal": "No."}]}, "refusal", "completed"),
        ({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}, SAID, "length", "max_output_tokens"),
        ({"status": "incomplete", "incomplete_details": {"reason": "content_filter"}}, SAID, "content_filter", "content_filter"),
        ({"status": "incomplete", "incomplete_details": {"reason": "steered"}}, SAID, "interrupted", "steered"),
        ({"status": "incomplete", "incomplete_details": {"reason": "from_the_future"}}, SAID, "other", "from_the_future"),
        ({"status": "queued"}, None, "pause", "queued"),
        ({"status": "in_progress"}, None, "pause", "in_progress"),
        ({"status": "cancelled"}, None, "interrupted", "cancelled"),
        ({"status": "from_the_future"}, SAID, "other", "from_the_future"),
        ({"status": None}, SAID, "other", None),
    ],
)
def test_the_end_is_said_in_our_words_and_theirs(fields: dict[str, Any], output: Any, unified: str, raw: str | None) -> None:
    reply = decoded(*([] if output is None else [output]), **fields)

    assert (unified, raw) == (reply.finish.unified, reply.finish.raw)


@pytest.mark.parametrize(
    ("usage", "buckets"),
    [
        ({"input_tokens": 10, "output_tokens": 7}, (10, 0, 0, 7, 0)),
        ({"input_tokens": 10, "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 1}, "output_tokens": 7}, (5, 4, 1, 7, 0)),
        ({"input_tokens": 10, "output_tokens": 7, "output_tokens_details": {"reasoning_tokens": 3}, "total_tokens": 17}, (10, 0, 0, 4, 3)),
        ({"input_tokens": 10, "output_tokens": 2, "output_tokens_details": {"reasoning_tokens": 5}, "total_tokens": 17}, (10, 0, 0, 2, 5)),
        ({"input_tokens": 3, "input_tokens_details": {"cached_tokens": 9}, "output_tokens": None}, (0, 3, 0, 0, 0)),
    ],
)
def test_buckets_of_usage_are_disjoint_and_sum_up(usage: dict[str, Any], buckets: tuple[int, ...]) -> None:
    """Cached and written tokens count inside the input, thinking inside the output (unless the sum says otherwise)."""
    found = decoded(SAID, usage=usage).usage

    assert buckets == (found.uncached, found.cache_read, found.cache_write, found.output_text, found.reasoning)
    assert usage["input_tokens"] == found.input
    assert compact(usage) == bytes(found.raw)


def test_no_usage_is_not_zero_usage_and_the_provider_s_price_counts() -> None:
    assert decoded(SAID, usage=None).usage is None
    assert decoded(SAID).cost is None
    assert "0.0025" == str(decoded(SAID, usage={"input_tokens": 1, "output_tokens": 1, "cost": 0.0025}).cost.usd)
    assert {"web_search": 2} == decoded(SAID, tool_usage={"web_search": {"num_requests": 2}}).usage.server_tools


def test_what_the_server_took_out_of_the_input_is_a_warning() -> None:
    edits = [{"type": "reasoning", "action": "removed", "reason": "model_mismatch", "id": "rs_9"}]

    reply = decoded(SAID, input_transformations=edits)

    assert ["dropped reasoning: The server removed rs_9: model_mismatch."] == [str(warning) for warning in reply.warnings]
    assert edits == reply.extra["input_transformations"]


def test_what_has_no_place_is_kept_beside_the_answer() -> None:
    reply = decoded(SAID, prompt_cache_diagnostics={"type": "cache_hit"}, tools=[{"type": "web_search"}], truncation=None)

    assert {"status": "completed", "prompt_cache_diagnostics": {"type": "cache_hit"}} == reply.extra
    assert ("resp_1", "m-1", 1767225600.0, "default") == (reply.id, reply.model, reply.created, reply.service_tier)


def test_probabilities_come_with_their_rivals() -> None:
    one = {"token": "a", "bytes": [97], "logprob": -0.5, "top_logprobs": [{"token": "b", "bytes": [98], "logprob": -1.5}]}

    reply = decoded({**SAID, "content": [{"type": "output_text", "annotations": [], "text": "a", "logprobs": [one]}]})

    assert [("a", -0.5, (97,), ["b"])] == [(p.token, p.logprob, p.bytes, [rival.token for rival in p.top]) for p in reply.logprobs]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<html></html>", ProtocolError),
        (b"[]", ProtocolError),
        (b"{}", ProtocolError),
        (b'{"id":"resp_1","object":"response.deleted","deleted":true}', ProtocolError),
        (b'{"choices":[{"message":{"content":"hi"}}]}', ProtocolError),
        (b'{"object":"response","error":{"code":"rate_limit_exceeded","message":"Slow down"}}', RateLimited),
        (body_of(status="failed", error={"code": "bio_policy", "message": "No."}), ContentFiltered),
        (body_of(status="failed", error={"code": "vector_store_timeout", "message": "Slow."}), ServerError),
        (body_of(status="failed"), ServerError),
    ],
)
def test_what_is_no_answer_is_an_error(body: bytes, kind: type[LLMKitError]) -> None:
    with pytest.raises(kind):
        openai_responses.decode(body, origin=TARGET)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.builds(lambda kind, rest: {**rest, "type": kind}, names, json_objects), max_size=3), json_values)
def test_no_item_of_any_shape_is_lost(output: list[dict[str, Any]], odd: Any) -> None:
    """Hosts send what no documentation mentions."""
    reply = openai_responses.decode(body_of(*output, SAID, metadata=odd), origin=TARGET)

    assert [compact(item) for item in [*output, SAID]] == [compact(json.loads(bytes(part.native))) for part in reply.content]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["content", "summary", "arguments", "call_id", "name", "input", "action", "result", "role", "id"]), json_values)
def test_a_field_of_any_shape_is_no_crash(field: str, value: Any) -> None:
    for item in (SAID, REASONING, CALL, CUSTOM, SEARCH, PICTURE, SHELL):
        assert decoded({**item, field: value}).raw

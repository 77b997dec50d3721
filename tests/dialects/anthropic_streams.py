"""Streams that the tests of the Messages format share."""

from __future__ import annotations

from typing import Any

from tests.dialects.anthropic_cases import stream_of

WEB = {"type": "web_search_result_location", "cited_text": "q", "url": "https://a", "title": "t", "encrypted_index": "I"}
RESULT = {"type": "web_search_tool_result", "tool_use_id": "s1", "content": [{"type": "web_search_result", "encrypted_content": "E"}]}
PAIRS: list[tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]] = [
    (
        {"type": "text", "text": "Grüße 🎉"},
        {"type": "text", "text": ""},
        [{"type": "text_delta", "text": "Grü"}, {"type": "text_delta", "text": "ße 🎉"}],
    ),
    (
        {"type": "thinking", "thinking": "ab", "signature": "s"},
        {"type": "thinking", "thinking": "", "signature": ""},
        [
            {"type": "thinking_delta", "thinking": "a"},
            {"type": "thinking_delta", "thinking": "b"},
            {"type": "signature_delta", "signature": "s"},
        ],
    ),
    (
        {"type": "thinking", "thinking": "", "signature": "s"},
        {"type": "thinking", "thinking": "", "signature": ""},
        [{"type": "signature_delta", "signature": "s"}],
    ),
    (
        {"type": "thinking", "thinking": "", "signature": "s1s2"},
        {"type": "thinking", "thinking": "", "signature": ""},
        [{"type": "signature_delta", "signature": "s1"}, {"type": "signature_delta", "signature": "s2"}],
    ),
    ({"type": "redacted_thinking", "data": "d"}, {"type": "redacted_thinking", "data": "d"}, []),
    (
        {"type": "tool_use", "id": "1", "name": "f", "input": {"a": [1, {"b": "c"}]}},
        {"type": "tool_use", "id": "1", "name": "f", "input": {}},
        [{"type": "input_json_delta", "partial_json": piece} for piece in ("", '{"a":[1,', '{"b":"c"}', "]}")],
    ),
    (
        {"type": "tool_use", "id": "1", "name": "f", "input": {}},
        {"type": "tool_use", "id": "1", "name": "f", "input": {}},
        [{"type": "input_json_delta", "partial_json": ""}],
    ),
    (
        {"type": "tool_use", "id": "1", "name": "f", "input": {"a": 1}, "caller": {"type": "direct"}},
        {"type": "tool_use", "id": "1", "name": "f", "input": {}, "caller": {"type": "direct"}},
        [{"type": "input_json_delta", "partial_json": '{"a":1}'}],
    ),
    (
        {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "q"}},
        {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {}},
        [{"type": "input_json_delta", "partial_json": '{"query":'}, {"type": "input_json_delta", "partial_json": '"q"}'}],
    ),
    (RESULT, RESULT, []),
    (
        {"type": "text", "text": "cited", "citations": [WEB, WEB]},
        {"type": "text", "text": "", "citations": []},
        [
            {"type": "citations_delta", "citation": WEB},
            {"type": "text_delta", "text": "cited"},
            {"type": "citations_delta", "citation": WEB},
        ],
    ),
    ({"type": "compaction", "content": "sum"}, {"type": "compaction", "content": None}, [{"type": "compaction_delta", "content": "sum"}]),
    (
        {"type": "fallback", "from": {"model": "a"}, "to": {"model": "b"}},
        {"type": "fallback", "from": {"model": "a"}, "to": {"model": "b"}},
        [],
    ),
    ({"type": "hologram", "z": 1}, {"type": "hologram", "z": 1}, []),
]
ALL = stream_of(*[(start, deltas) for _, start, deltas in PAIRS])

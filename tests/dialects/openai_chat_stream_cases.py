"""Chunks of a stream, for tests."""

from __future__ import annotations

from typing import Any

from llmkit.errors import BadRequest, ContextLengthExceeded, Overloaded, ProtocolError, RateLimited, ServerError
from tests.dialects.openai_chat_cases import chunk, sse

STOP = chunk(finish="stop")


def call_piece(index: int | None = 0, **fields: Any) -> dict[str, Any]:
    function = {key: fields.pop(key) for key in ("name", "arguments") if key in fields}
    place = {} if index is None else {"index": index}
    return chunk({"tool_calls": [{**place, **fields, "function": function}]})


CALLS: dict[str, tuple[list[dict[str, Any]], list[tuple[str, str, Any]]]] = {
    "in pieces": (
        [call_piece(id="a", name="f", arguments=""), call_piece(arguments='{"x"'), call_piece(arguments=": 1}")],
        [("a", "f", {"x": 1})],
    ),
    "whole in one chunk": ([call_piece(id="a", name="f", arguments='{"x": 1}')], [("a", "f", {"x": 1})]),
    "two, by index": (
        [call_piece(id="a", name="f", arguments="{}"), call_piece(1, id="b", name="g", arguments='{"y":2}')],
        [("a", "f", {}), ("b", "g", {"y": 2})],
    ),
    "two that grow in turns": (
        [
            call_piece(id="a", name="f"),
            call_piece(1, id="b", name="g"),
            call_piece(arguments='{"x":'),
            call_piece(1, arguments='{"y":'),
            call_piece(arguments="1}"),
            call_piece(1, arguments="2}"),
        ],
        [("a", "f", {"x": 1}), ("b", "g", {"y": 2})],
    ),
    "all with index 0": (
        [call_piece(id="a", name="f", arguments='{"x":1}'), call_piece(id="b", name="f", arguments='{"x":2}')],
        [("a", "f", {"x": 1}), ("b", "f", {"x": 2})],
    ),
    "all with index 0, in pieces": (
        [call_piece(id="a", name="f"), call_piece(arguments='{"x":1}'), call_piece(id="b", name="g"), call_piece(arguments='{"x":2}')],
        [("a", "f", {"x": 1}), ("b", "g", {"x": 2})],
    ),
    "without index": (
        [call_piece(None, id="a", name="f", arguments='{"x":1}'), call_piece(None, id="b", name="g", arguments='{"x":2}')],
        [("a", "f", {"x": 1}), ("b", "g", {"x": 2})],
    ),
    "without index, in pieces": (
        [call_piece(None, id="a", name="f", arguments=""), call_piece(None, arguments='{"x"'), call_piece(None, arguments=":1}")],
        [("a", "f", {"x": 1})],
    ),
    "the id on every piece": ([call_piece(id="a", name="f"), call_piece(id="a", name="f", arguments='{"x":1}')], [("a", "f", {"x": 1})]),
    "another id on every piece": (
        [call_piece(id="a", name="f"), call_piece(id="b", name="", arguments='{"x"'), call_piece(id="c", name="", arguments=":1}")],
        [("a", "f", {"x": 1})],
    ),
    "the id late": ([call_piece(name="f", arguments='{"x"'), call_piece(id="a", arguments=":1}")], [("a", "f", {"x": 1})]),
    "the name in pieces": ([call_piece(id="a", name="get_"), call_piece(name="x", arguments="{}")], [("a", "get_x", {})]),
    "arguments null": ([call_piece(id="a", name="f", arguments=None), call_piece(arguments=None)], [("a", "f", {})]),
    "arguments absent": ([call_piece(id="a", name="f")], [("a", "f", {})]),
    "arguments as an object": ([call_piece(id="a", name="f", arguments={"x": 1})], [("a", "f", {"x": 1})]),
    "a null inside, alone in its piece": (
        [call_piece(id="a", name="f", arguments='{"x":'), call_piece(arguments="null"), call_piece(arguments="}")],
        [("a", "f", {"x": None})],
    ),
    "all said again at the end": (
        [call_piece(id="a", name="f"), call_piece(arguments='{"x"'), call_piece(arguments=":1}"), call_piece(arguments='{"x":1}')],
        [("a", "f", {"x": 1})],
    ),
    "an empty object first": ([call_piece(id="a", name="f", arguments="{}"), call_piece(arguments='{"x":1}')], [("a", "f", {"x": 1})]),
    "no JSON": ([call_piece(id="a", name="f", arguments="{x")], [("a", "f", "{x")]),
    "with usage in every chunk": (
        [
            {**call_piece(id="a", name="f"), "usage": {"prompt_tokens": 1}},
            {**call_piece(arguments='{"x":1}'), "usage": {"prompt_tokens": 1}},
        ],
        [("a", "f", {"x": 1})],
    ),
    "beside the delta": (
        [{**chunk(), "choices": [{"index": 0, "delta": {}, "tool_calls": [{"id": "a", "function": {"name": "f", "arguments": "{}"}}]}]}],
        [("a", "f", {})],
    ),
}


REASONING: dict[str, tuple[list[dict[str, Any]], Any]] = {
    "reasoning_content": ([{"reasoning_content": "a"}, {"reasoning_content": "b"}], {"reasoning_content": "ab"}),
    "reasoning": ([{"reasoning": "a"}, {"reasoning": "b"}], {"reasoning": "ab"}),
    "both": (
        [{"reasoning": "a", "reasoning_content": "a"}, {"reasoning": "b", "reasoning_content": "b"}],
        {"reasoning_content": "ab", "reasoning": "ab"},
    ),
    "details": (
        [
            {"reasoning": "a", "reasoning_details": [{"type": "reasoning.text", "text": "a", "index": 0, "format": "x"}]},
            {"reasoning": "b", "reasoning_details": [{"type": "reasoning.text", "text": "b", "index": 0}]},
            {"reasoning_details": [{"type": "reasoning.text", "signature": "S", "index": 0}]},
            {"reasoning_details": [{"type": "reasoning.encrypted", "data": "E", "index": 1}]},
        ],
        {
            "reasoning": "ab",
            "reasoning_details": [
                {"type": "reasoning.text", "text": "ab", "index": 0, "format": "x", "signature": "S"},
                {"type": "reasoning.encrypted", "data": "E", "index": 1},
            ],
        },
    ),
    "details alone": (
        [{"reasoning_details": [{"type": "reasoning.summary", "summary": piece}]} for piece in "ab"],
        {"reasoning_details": [{"type": "reasoning.summary", "summary": "ab"}]},
    ),
    "blocks": (
        [{"content": [{"type": "thinking", "thinking": [{"type": "text", "text": piece}], "closed": True}]} for piece in "ab"],
        {"type": "thinking", "thinking": [{"type": "text", "text": "ab"}], "closed": True},
    ),
    "summary blocks": (
        [{"content": [{"type": "reasoning", "summary": [{"type": "summary_text", "text": piece}]}]} for piece in "ab"],
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "ab"}]},
    ),
}


UNFINISHED = {
    "cut before the finish": sse(chunk({"content": "a"}), done=False),
    "cut inside a chunk": sse(chunk({"content": "a"}), done=False) + b'data: {"id": "c1", "choi',
    "comments alone": b": hello\n\n",
    "nothing": b"",
}


ERRORS: dict[str, tuple[Any, type[Exception]]] = {
    "an error object": ({"error": {"message": "no", "type": "invalid_request_error", "code": None}}, BadRequest),
    "an error with a status as code": ({"id": "c1", "error": {"message": "busy", "code": 503}, "choices": []}, Overloaded),
    "a rate limit": ({"error": {"message": "slow down", "code": 429}}, RateLimited),
    "an error beside a choice": ({**chunk({"content": "b"}, finish="error"), "error": {"message": "gone", "code": 502}}, ServerError),
    "an error inside a choice": ({"id": "c1", "choices": [{"index": 0, "delta": {}, "error": "[object Object]"}]}, ServerError),
    "a text": ({"error": "something broke"}, ServerError),
    "an error by its kind": (
        {"object": "error", "message": "This model's maximum context length is 10 tokens.", "code": 400},
        ContextLengthExceeded,
    ),
    "a detail": ({"detail": "Internal"}, ServerError),
    "no JSON": ("{nope", ProtocolError),
    "an end without an answer": ("[DONE]", ProtocolError),
}


ODD = [
    {
        "id": 5,
        "created": "x",
        "model": None,
        "choices": [{"index": 0, "delta": {"content": "a", "role": None, "new": 1}, "finish_reason": ""}],
    },
    {"choices": [{"delta": None, "text": "b"}]},
    {"choices": [{"index": 0, "delta": {"content": {"c": 1}}}]},
    {"choices": [{"index": 0, "delta": {"content": ["d", {"type": "text", "text": "e"}]}, "logprobs": 0.1}], "usage": "none"},
    {"choices": [{"index": 0, "delta": {"tool_calls": None, "function_call": None, "reasoning": None, "reasoning_details": []}}]},
    {"choices": [{"index": "0", "message": {"content": "f"}}]},
    {"choices": None},
    [],
    None,
]

"""The fields of a request that go to the runtime, with defaults that suit a small model."""

from __future__ import annotations

import json
from typing import Any

from llmkit.local.refusal import Refusal
from llmkit.local.schemas import guided

MAX_TOKENS = 1024
"""Of an answer whose request sets no limit: a small model may not find an end by itself."""

# The likeliest word: at temperature 0.2 one answer in four to a plain question was invented French. Without the penalty it loops.
_SMALL = {"temperature": 0, "repeat_penalty": 1.1}
_GUIDED = {"temperature": 0, "repeat_penalty": 1.0}  # a penalty would drive it off the very words it must copy
_RENAMED = {"repetition_penalty": "repeat_penalty", "max_completion_tokens": "max_tokens"}
_OURS = frozenset(
    {"model", "messages", "tools", "tool_choice", "parallel_tool_calls", "response_format", "stream", "stream_options", "n"}
    | {"user", "store", "metadata", "service_tier", "reasoning_effort", "verbosity", "functions", "function_call"}
)
_FOR_TEXT = frozenset({"stop", "logprobs", "top_logprobs", "grammar"})
_STREAM = {"stream": True, "stream_options": {"include_usage": True}, "return_progress": True}


def free(body: dict[str, Any], *, small: bool) -> dict[str, Any]:
    """Return the fields for an answer in text, or in the JSON that `response_format` asks for."""
    schema = schema_of(body)
    if schema is None:
        return {**(_SMALL if small else {}), **_given(body), **_STREAM}
    return {**_GUIDED, **_given(body), **_STREAM, "grammar": _grammar(guided(schema))}


def constrained(body: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return the fields for a choice that must fit `schema`."""
    given = {name: value for name, value in _given(body).items() if name not in _FOR_TEXT}
    return {**_GUIDED, **given, **_STREAM, "grammar": _grammar(schema)}


def _given(body: dict[str, Any]) -> dict[str, Any]:
    if body.get("n") not in (None, 1):
        raise Refusal("The embedded model gives one answer: n must be 1.", parameter="n")
    fields = {_RENAMED.get(name, name): value for name, value in body.items() if name not in _OURS and value is not None}
    return {"max_tokens": MAX_TOKENS, **fields}


def _grammar(schema: dict[str, Any]) -> str:
    """Return `schema` as a grammar: the runtime's own `response_format` does not keep the output compact."""
    return "%llguidance {}\nstart: %json " + json.dumps(schema, ensure_ascii=False)


def schema_of(body: dict[str, Any]) -> dict[str, Any] | None:
    """Return the schema that an answer in text must fit. Raises `Refusal`."""
    match body.get("response_format"):
        case None | {"type": "text"}:
            return None
        case {"type": "json_object"}:
            return {"type": "object"}
        case {"type": "json_schema", "json_schema": {"schema": dict(schema)}}:
            return schema
    raise Refusal("The embedded model does not know this response_format.", parameter="response_format")

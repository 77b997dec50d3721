"""The quick way to read an ordinary answer gives what the careful way gives."""

from __future__ import annotations

import json

import msgspec
import pytest

from llmkit.dialects.openai_chat.decode import read_answer
from llmkit.dialects.openai_chat.plain_answer import plain_answer
from llmkit.types.parts import Provenance
from llmkit.types.responses import CompletionResponse

ORIGIN = Provenance(provider="p", dialect="openai_chat", model="m")
USAGE = {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17}


def body(*, message: dict | None = None, choice: dict | None = None, usage: dict | None = None, **fields) -> bytes:
    answer = {
        "id": "1",
        "created": 1770000000,
        "model": "m",
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": "Hi", **(message or {})}, "finish_reason": "stop", **(choice or {})}
        ],
        "usage": {**USAGE, **(usage or {})},
        **fields,
    }
    return json.dumps(answer).encode()


def settled(response: CompletionResponse) -> CompletionResponse:
    """Return `response` without what only tells how the body was spelled."""
    usage = response.usage
    if usage is not None:
        usage = usage.replace(raw=msgspec.Raw(msgspec.json.encode(msgspec.json.decode(usage.raw))))
    return response.replace(raw=msgspec.Raw(), usage=usage)


@pytest.mark.parametrize(
    "answer",
    [
        body(),
        body(system_fingerprint="fp", service_tier="default", object="chat.completion"),
        body(choice={"finish_reason": "length", "logprobs": None}),
        body(choice={"finish_reason": "brand_new"}),
        body(message={"refusal": None, "annotations": [], "tool_calls": []}),
        body(usage={"prompt_tokens_details": {"cached_tokens": 7, "audio_tokens": 1}}),
        body(usage={"completion_tokens_details": {"reasoning_tokens": 3, "audio_tokens": 0, "accepted_prediction_tokens": 0}}),
        body(usage={"prompt_tokens_details": None, "completion_tokens_details": None}),
    ],
)
def test_an_ordinary_answer_is_read_alike_both_ways(answer: bytes) -> None:
    quick = plain_answer(answer, ORIGIN)

    assert quick is not None
    assert settled(read_answer(answer, ORIGIN)) == settled(quick)


@pytest.mark.parametrize(
    "answer",
    [
        body(message={"content": None}),
        body(message={"content": ""}),
        body(message={"reasoning_content": "Hm"}),
        body(message={"tool_calls": [{"id": "1", "function": {"name": "f", "arguments": "{}"}}]}),
        body(message={"new_field": 1}),
        body(choice={"finish_reason": None}),
        body(choices=[]),
        body(usage={"total_tokens": 99}),
        body(usage={"prompt_tokens_details": {"cached_tokens": 99}}),
        body(usage={"cost": 0.1}),
        body(error={"message": "no"}),
        b"",
        b"[]",
        b"<html>",
    ],
)
def test_anything_else_is_left_to_the_careful_way(answer: bytes) -> None:
    assert None is plain_answer(answer, ORIGIN)

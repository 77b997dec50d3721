"""Why an answer ended, further candidates, probabilities, tokens and cost."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from llmkit.dialects import openai_chat
from llmkit.types.parts import (
    Text,
)
from llmkit.types.responses import FinishReason, Logprob
from llmkit.types.usage import Cost, Usage
from tests.dialects.openai_chat_cases import ORIGIN, body, decoded

FINISHES = [
    ("stop", "stop"),
    ("length", "length"),
    ("tool_calls", "tool_calls"),
    ("function_call", "tool_calls"),
    ("content_filter", "content_filter"),
    ("eos", "stop"),
    ("COMPLETE", "stop"),
    ("model_length", "length"),
    ("error", "error"),
    ("model_context_window_exceeded", "context_exceeded"),
    ("something_new", "other"),
]


@pytest.mark.parametrize(("raw", "unified"), FINISHES)
def test_a_finish_reason_is_unified_and_kept(raw: str, unified: Any) -> None:
    assert FinishReason(unified=unified, raw=raw) == decoded({"content": "a"}, raw).finish


def test_a_missing_reason_is_told_from_the_parts() -> None:
    call = {"id": "c", "function": {"name": "f", "arguments": "{}"}}

    assert FinishReason(unified="other") == decoded({"content": "a"}, None).finish
    assert FinishReason(unified="tool_calls") == decoded({"tool_calls": [call]}, "").finish


def test_the_stop_text_is_told_beside_the_reason() -> None:
    answer = body({"content": "a"})
    answer["choices"][0]["stop_reason"] = "END"

    assert "END" == openai_chat.decode(json.dumps(answer).encode(), origin=ORIGIN).finish.detail


def test_further_candidates_are_read() -> None:
    answer = body({"content": "a"})
    answer["choices"].append({"index": 1, "message": {"content": "b"}, "finish_reason": "length"})

    found = openai_chat.decode(json.dumps(answer).encode(), origin=ORIGIN)

    assert ("a", (Text(text="b", origin=ORIGIN),)) == (found.text, found.candidates[0].content)
    assert "length" == getattr(found.candidates[0].finish, "raw", None)


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        (
            {"content": [{"token": "a", "logprob": -0.5, "bytes": [97], "top_logprobs": [{"token": "b", "logprob": -1, "bytes": None}]}]},
            (Logprob(token="a", logprob=-0.5, bytes=(97,), top=(Logprob(token="b", logprob=-1.0),)),),
        ),
        ({"tokens": ["a"], "token_logprobs": [-0.5], "token_ids": [1]}, (Logprob(token="a", logprob=-0.5),)),
        ({"content": None, "refusal": [{"token": "n", "logprob": -2}]}, (Logprob(token="n", logprob=-2.0),)),
        (-0.3, ()),
        (None, ()),
    ],
    ids=range(5),
)
def test_probabilities_are_read_in_both_spellings(wire: Any, expected: Any) -> None:
    answer = body({"content": "a"})
    answer["choices"][0]["logprobs"] = wire

    assert expected == openai_chat.decode(json.dumps(answer).encode(), origin=ORIGIN).logprobs


USAGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "plain": ({"prompt_tokens": 10, "completion_tokens": 4, "total_tokens": 14}, {"uncached": 10, "output_text": 4}),
    "cached inside the prompt": (
        {
            "prompt_tokens": 10,
            "completion_tokens": 4,
            "total_tokens": 14,
            "prompt_tokens_details": {"cached_tokens": 6, "cache_write_tokens": 1},
        },
        {"uncached": 3, "cache_read": 6, "cache_write": 1, "output_text": 4},
    ),
    "hit and miss": (
        {"prompt_tokens": 10, "completion_tokens": 4, "prompt_cache_hit_tokens": 8, "prompt_cache_miss_tokens": 2},
        {"uncached": 2, "cache_read": 8, "output_text": 4},
    ),
    "cached at the top": (
        {"prompt_tokens": 10, "completion_tokens": 4, "num_cached_tokens": 9},
        {"uncached": 1, "cache_read": 9, "output_text": 4},
    ),
    "cached beside the prompt": (
        {"prompt_tokens": 10, "completion_tokens": 4, "total_tokens": 114, "cache_read_input_tokens": 100},
        {"uncached": 10, "cache_read": 100, "output_text": 4},
    ),
    "more cached than sent": (
        {"prompt_tokens": 7, "completion_tokens": 4, "total_tokens": 11, "prompt_tokens_details": {"cached_tokens": 161}},
        {"uncached": 7, "cache_read": 161, "output_text": 4},
    ),
    "read reported as written too": (
        {
            "prompt_tokens": 10,
            "completion_tokens": 4,
            "total_tokens": 14,
            "prompt_tokens_details": {"cached_tokens": 8, "cache_write_tokens": 8},
        },
        {"cache_read": 8, "cache_write": 2, "output_text": 4},
    ),
    "lifetimes": (
        {
            "prompt_tokens": 10,
            "completion_tokens": 4,
            "total_tokens": 14,
            "cache_creation_input_tokens": 6,
            "cache_creation": {"ephemeral_5m_input_tokens": 2, "ephemeral_1h_input_tokens": 3, "ephemeral_24h_input_tokens": 1},
        },
        {"uncached": 4, "cache_write": 1, "cache_write_5m": 2, "cache_write_1h": 3, "output_text": 4},
    ),
    "thinking inside the completion": (
        {"prompt_tokens": 10, "completion_tokens": 9, "total_tokens": 19, "completion_tokens_details": {"reasoning_tokens": 5}},
        {"uncached": 10, "output_text": 4, "reasoning": 5},
    ),
    "thinking beside the completion": (
        {"prompt_tokens": 10, "completion_tokens": 4, "total_tokens": 19, "completion_tokens_details": {"reasoning_tokens": 5}},
        {"uncached": 10, "output_text": 4, "reasoning": 5},
    ),
    "thinking by another tokenizer": (
        {"prompt_tokens": 10, "completion_tokens": 4, "total_tokens": 14, "completion_tokens_details": {"reasoning_tokens": 5}},
        {"uncached": 10, "reasoning": 4},
    ),
    "a research host": (
        {
            "prompt_tokens": 10,
            "completion_tokens": 4,
            "total_tokens": 14,
            "reasoning_tokens": 500,
            "citation_tokens": 3,
            "num_search_queries": 2,
        },
        {"uncached": 10, "output_text": 4, "reasoning": 500, "server_tools": {"web_search": 2}},
    ),
    "sound and pictures": (
        {
            "prompt_tokens": 10,
            "completion_tokens": 9,
            "total_tokens": 19,
            "prompt_tokens_details": {"audio_tokens": 3, "image_tokens": 2},
            "completion_tokens_details": {"audio_tokens": 5, "image_tokens": 1, "reasoning_tokens": 1},
        },
        {"uncached": 10, "input_audio": 3, "input_image": 2, "output_text": 2, "output_audio": 5, "output_image": 1, "reasoning": 1},
    ),
    "null and odd": (
        {"prompt_tokens": 10, "completion_tokens": None, "total_tokens": "x", "prompt_tokens_details": None},
        {"uncached": 10},
    ),
}


@pytest.mark.parametrize("name", USAGES)
def test_tokens_are_counted_once_whatever_the_convention(name: str) -> None:
    wire, expected = USAGES[name]

    usage = decoded({"content": "a"}, usage=wire).usage

    assert usage is not None
    assert Usage(**expected) == usage.replace(raw=Usage().raw)
    assert wire == json.loads(bytes(usage.raw))


COSTS: list[tuple[dict[str, Any], dict[str, Any], str | None]] = [
    ({"cost": 0.0012}, {}, "0.0012"),
    ({"cost": 0}, {}, "0"),
    ({"cost": 6e-7}, {}, "6E-7"),
    ({"cost": {"total_cost": 0.5, "input_tokens_cost": 0.1}}, {}, "0.5"),
    ({"cost": 0.1, "is_byok": True, "cost_details": {"upstream_inference_cost": 2}}, {}, "2.1"),
    ({"cost": 0.1, "is_byok": False, "cost_details": {"upstream_inference_cost": 2}}, {}, "0.1"),
    ({"cost_in_usd_ticks": 37_756_000}, {}, "0.0037756"),
    ({"cost_in_usd_ticks": 0}, {}, None),
    ({"estimated_cost": 0.25}, {}, "0.25"),
    ({}, {"cost": {"usd": 0.5, "diem": 1}}, "0.5"),
    ({"cost": None}, {}, None),
    ({"cost": -1}, {}, None),
    ({}, {}, None),
]


@pytest.mark.parametrize(("usage", "beside", "expected"), COSTS, ids=range(len(COSTS)))
def test_the_providers_own_cost_is_read_and_an_unknown_one_is_none(
    usage: dict[str, Any], beside: dict[str, Any], expected: str | None
) -> None:
    answer = decoded({"content": "a"}, usage={"prompt_tokens": 1, **usage}, **beside)

    assert (None if expected is None else Cost(amount=Decimal(expected))) == answer.cost


def test_what_is_said_beside_the_answer_is_kept() -> None:
    answer = body(
        {"content": "a", "provider_metadata": {"x": 1}},
        timings={"ms": 1},
        prompt_filter_results=[{"i": 0}],
        x_groq={"id": "r"},
        metadata=None,
    )
    answer["choices"][0]["content_filter_results"] = {"hate": {"filtered": False}}

    extra = openai_chat.decode(json.dumps(answer).encode(), origin=ORIGIN).extra

    assert {"timings", "prompt_filter_results", "x_groq", "choice", "message"} == extra.keys()
    assert {"provider_metadata": {"x": 1}} == extra["message"]


def test_a_filtered_answer_without_a_message_is_an_answer() -> None:
    wire = {"id": "c1", "choices": [{"index": 0, "finish_reason": "content_filter", "content_filter_results": {}}]}

    answer = openai_chat.decode(json.dumps(wire).encode(), origin=ORIGIN)

    assert ((), "content_filter") == (answer.content, answer.finish.unified)

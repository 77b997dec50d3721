"""How each format asks for the number of tokens, on hand-made and on recorded questions."""

from __future__ import annotations

import gzip
import json
from functools import cache
from itertools import takewhile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.dialects import COUNTS, counting_of
from llmkit.errors import ProtocolError
from llmkit.types.dialect import Counting, Encoded
from tests.conformance.corpus import CORPUS

SURPLUS = {
    "anthropic": {"max_tokens": 9, "stream": True, "temperature": 0.5, "metadata": {"user_id": "x"}, "stop_sequences": ["x"]},
    "openai_responses": {"max_output_tokens": 9, "stream": True, "temperature": 0.5, "store": False, "include": ["x"], "top_p": 1},
    "bedrock_converse": {"inferenceConfig": {"maxTokens": 9}, "requestMetadata": {"a": "b"}, "serviceTier": {"type": "flex"}},
    "gemini": {},
}
"""What concerns the answer alone; the Gemini API takes it."""
PATHS = [
    ("anthropic", "/messages", "/messages/count_tokens"),
    ("anthropic", "/messages?beta=true", "/messages/count_tokens?beta=true"),
    ("anthropic", "/publishers/anthropic/models/claude-x@1:rawPredict", "/publishers/anthropic/models/count-tokens:rawPredict"),
    ("anthropic", "/model/anthropic.claude-x/invoke", None),
    ("openai_responses", "/responses", "/responses/input_tokens"),
    ("openai_responses", "/responses?api-version=1", "/responses/input_tokens?api-version=1"),
    ("openai_responses", "/agent", None),
    ("openai_chat", "/chat/completions", None),
    ("gemini", "/models/gemini-x:generateContent", "/models/gemini-x:countTokens"),
    ("gemini", "/endpoints/123:generateContent", "/endpoints/123:countTokens"),
    ("gemini", "/models/gemini-x:other", None),
    ("bedrock_converse", "/model/amazon.nova-lite-v1%3A0/converse", "/model/amazon.nova-lite-v1%3A0/count-tokens"),
    ("bedrock_converse", "/model/us.anthropic.claude-x/converse", "/model/anthropic.claude-x/count-tokens"),
    ("bedrock_converse", "/model/us-gov.anthropic.claude-x/converse", "/model/anthropic.claude-x/count-tokens"),
    ("bedrock_converse", "/model/us.deepseek/converse", "/model/us.deepseek/count-tokens"),
    ("bedrock_converse", "/model/arn%3Aaws%3Abedrock/converse", "/model/arn%3Aaws%3Abedrock/count-tokens"),
    ("bedrock_converse", "/elsewhere", None),
]
APIS = {"anthropic": "anthropic", "bedrock": "bedrock_converse", "google": "gemini", "openai": "openai_responses", "vertex": "gemini"}


def how(dialect: str) -> Counting:
    found = counting_of(dialect)
    assert found is not None
    return found


@cache
def recorded() -> list[tuple[str, str, Any, Any]]:
    """Return dialect, path, question and answer of the recorded questions that were answered."""
    if not CORPUS.is_dir():
        pytest.skip(f"NO RECORDED TRAFFIC: {CORPUS} is not there")
    found = []
    for provider, dialect in APIS.items():
        with gzip.open(CORPUS / f"{provider}.jsonl.gz", "rt", encoding="utf-8") as lines:
            diverse = takewhile(lambda line: '"tier": 2' not in line, lines)  # the small part at the beginning of each file
            records = [json.loads(line) for line in diverse if '"count_tokens"' in line[:2000]]
        for record in records:
            request = record["request"] or {}
            if record["api"] == "count_tokens" and record["response"]["status"] == 200 and request.get("body"):
                found.append((dialect, request["url"], request["body"], record["response"]["body"]))
    return found


@pytest.mark.parametrize(("dialect", "path", "expected"), PATHS)
def test_the_place_follows_from_where_the_request_goes(dialect: str, path: str, expected: str | None) -> None:
    assert expected == how(dialect).count_path(path)


def test_recorded_answers_hold_a_number() -> None:
    numbers = [how(dialect).decode_count(json.dumps(answer).encode()) for dialect, _, _, answer in recorded()]

    assert len(numbers) >= 25
    assert all(4 <= number < 10_000 for number in numbers)


def test_recorded_questions_are_what_we_would_ask() -> None:
    """The body that was taken comes out again of a request that holds all that concerns the answer too."""
    asked = 0
    for dialect, url, body, _ in recorded():
        inner = _request_in(dialect, body)
        if inner is None:
            continue
        model = body.get("model", "") if dialect in ("anthropic", "openai_responses") else "x"
        path = f"/models/{url.rpartition('/')[2].partition(':')[0]}:generateContent" if "generateContentRequest" in body else "/p:x"
        question = how(dialect).encode_count(Encoded(path=path, body={**inner, **SURPLUS[dialect]}), model=model)

        assert body == question.body
        asked += 1
    assert asked >= 22


def _request_in(dialect: str, body: dict[str, Any]) -> dict[str, Any] | None:
    """Return the request inside of a recorded question; None for a kind that we do not use."""
    if dialect == "bedrock_converse":
        inner = body["input"].get("converse")
        return None if inner is None else dict(inner)
    wrapped = body.get("generateContentRequest")
    return {name: value for name, value in wrapped.items() if name != "model"} if wrapped else dict(body)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"input_tokens": 12}, 12),  # llama.cpp
        ({"count": 12, "max_model_len": 4096, "tokens": [1, 2]}, 12),  # vLLM
        ({"data": {"total_tokens": 80}}, 80),  # Moonshot
        ({"usage": {"prompt_tokens": 7, "image_tokens": 3, "total_tokens": 10}, "request_id": "1"}, 10),  # Zhipu
        ({"usage": {"prompt_tokens": 7}}, 7),
        ({"count": 0}, 0),
    ],
)
def test_servers_of_chats_answer_in_several_ways(body: dict[str, Any], expected: int) -> None:
    assert expected == how("openai_chat").decode_count(json.dumps(body).encode())


@pytest.mark.parametrize("dialect", sorted(set(COUNTS.values())))
@pytest.mark.parametrize("body", [b"", b"null", b"7", b"[]", b"{}", b"<html>", b'{"input_tokens": null}', b"\xff", b'{"totalTokens": "7"}'])
def test_an_answer_without_a_number_is_a_protocol_error(dialect: str, body: bytes) -> None:
    with pytest.raises(ProtocolError):
        how(dialect).decode_count(body)


@settings(max_examples=30, deadline=None)
@given(
    body=st.binary(max_size=60)
    | st.recursive(
        st.integers() | st.text(max_size=5),
        lambda x: st.lists(x) | st.dictionaries(st.sampled_from(["input_tokens", "usage", "count", "data", "total_tokens"]), x),
        max_leaves=6,
    ).map(lambda x: json.dumps(x).encode())
)
def test_any_bytes_are_a_number_or_a_protocol_error(body: bytes) -> None:
    try:
        number = how("openai_chat").decode_count(body)
    except ProtocolError:
        return

    assert type(number) is int
    assert number >= 0


def test_asking_changes_nothing_of_the_request() -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "x"}], "max_tokens": 3}
    before = json.dumps(body)
    for dialect in set(COUNTS.values()):
        how(dialect).encode_count(Encoded(path="/models/x:generateContent", body=body), model="m")

    assert before == json.dumps(body)

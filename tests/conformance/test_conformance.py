"""The dialects against recorded traffic: here the small diverse subset; `make.py conformance` checks all of it."""

from __future__ import annotations

import pytest

from tests.conformance import corpus, table
from tests.conformance.check import check
from tests.conformance.corpus import Interaction
from tests.conformance.normalisations import NORMALISATIONS, first_difference, normalised
from tests.conformance.run import core

FEWEST = {"openai_chat": 50, "anthropic": 50, "gemini": 50}
"""Fewer would mean that the reading of the files went wrong; the other formats have few recordings, or none of a phase."""
needs_corpus = pytest.mark.skipif(not corpus.files(), reason="no recorded traffic beside the repository (../shared/corpus/dev)")


@needs_corpus
def test_recorded_traffic_passes() -> None:
    """One test, because reading the recordings takes longer than checking them."""
    results = core()
    totals = table.totals(results)
    few: dict[str, int] = {}
    failing: dict[str, str] = {}
    for dialect in corpus.dialects():
        for phase in table.PHASES:
            passed, failed = totals[dialect].passed[phase], totals[dialect].failed[phase]
            if passed + failed <= FEWEST.get(dialect, -1):
                few[f"{dialect}, {phase}"] = passed + failed
            if passed + failed and passed / (passed + failed) < table.LINES[phase]:
                failing[f"{dialect}, {phase}"] = table.render({key: value for key, value in results.items() if key[0] == dialect})

    assert ({}, {}) == (few, failing)


GOOD = (
    b'{"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [{"index": 0, "message": {"role": "assistant",'
    b' "content": "Hello"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}}'
)
SENT = {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "temperature": 0.5}


def _interaction(raw: bytes = GOOD, status: int = 200, stream: bool = False) -> Interaction:
    return Interaction("x", "openai", "chat.completions", False, 1, stream, status, raw, {}, SENT, "/v1/chat/completions")


def test_a_sound_interaction_passes_every_phase() -> None:
    assert {"decode": None, "round trip": None} == check(_interaction()).phases


def test_an_error_page_with_status_200_must_be_an_error() -> None:
    assert {"decode": None} == check(_interaction(b"<html></html>")).phases


@pytest.mark.parametrize(
    ("field", "value"),
    [("text", "Hullo"), ("finish", "length"), ("usage", {"input": 4}), ("calls", [("c", "f", {})]), ("refusal", "No."), ("kept", ["seal"])],
)
def test_the_comparison_notices_each_difference(field: str, value: object) -> None:
    """A harness that cannot fail proves nothing."""
    from llmkit.dialects import openai_chat
    from llmkit.types.parts import Provenance
    from tests.conformance.comparison import differences
    from tests.conformance.reading_openai_chat import read_body

    reading = read_body(GOOD)
    response = openai_chat.decode(GOOD, origin=Provenance(provider="openai", dialect="openai_chat"))
    assert [] == differences(reading, response)

    setattr(reading, field, value)

    assert [] != differences(reading, response)


def test_the_first_difference_of_two_bodies_is_named() -> None:
    assert "messages[0].content: 'Hi' became 'Ho'" == first_difference(
        {"messages": [{"content": "Hi"}], "seed": 1}, {"messages": [{"content": "Ho"}]}
    )
    assert "seed was lost: 1" == first_difference({"seed": 1}, {})
    assert "seed was added: 1" == first_difference({}, {"seed": 1})
    assert first_difference({"a": 1}, {"a": True}) is not None
    assert first_difference({"a": 1}, {"a": 1.0}) is None


def test_normalisations_have_reasons_and_leave_user_data_alone() -> None:
    assert all(entry.reason.endswith(".") for entry in NORMALISATIONS)
    call = {"function_call": {"name": "f", "args": {"some_name": None, "list": []}}}
    schema = {"type": "OBJECT", "properties": {"some_name": {"any_of": []}}}
    body = {"contents": [{"parts": [call]}], "tools": [{"function_declarations": [{"name": "f", "parameters": schema}]}]}

    found = normalised("gemini", body)

    assert {"some_name": None, "list": []} == found["contents"][0]["parts"][0]["functionCall"]["args"]
    assert ["some_name"] == list(found["tools"][0]["functionDeclarations"][0]["parameters"]["properties"])

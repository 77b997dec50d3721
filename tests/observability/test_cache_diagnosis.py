"""Why a prompt cache did not help is told in the same words for every provider that says."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit import CompletionResponse, LLMKit
from llmkit.errors import UnsupportedFeature
from llmkit.testing import Answer, FakeHost, FakeProvider
from llmkit.tracing import CacheDiagnosis, cache_diagnosis, compared_with
from tests.faces import DIALECTS, FACES, ask, client_of
from tests.operations.faces import client_for


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ({}, None),
        ({"diagnostics": None}, None),
        ({"diagnostics": {}}, None),
        ({"diagnostics": {"cache_miss_reason": None}}, ("pending", None, None)),
        ({"diagnostics": {"cache_miss_reason": {"type": "tools_changed", "cache_missed_input_tokens": 41}}}, ("miss", "tools_changed", 41)),
        ({"diagnostics": {"cache_miss_reason": {"type": "previous_message_not_found"}}}, ("not_found", None, None)),
        ({"diagnostics": {"cache_miss_reason": {"type": "unavailable"}}}, ("unavailable", None, None)),
        ({"diagnostics": {"cache_miss_reason": {"type": "new"}}}, ("other", "new", None)),
        ({"diagnostics": {"cache_miss_reason": {"type": 5}}}, ("other", None, None)),
        ({"prompt_cache_diagnostics": {"type": "cache_hit"}}, ("hit", None, None)),
        (
            {"prompt_cache_diagnostics": {"type": "cache_miss", "reason": "input_changed", "cache_missed_tokens": 7}},
            ("miss", "input_changed", 7),
        ),
        ({"prompt_cache_diagnostics": {"type": "comparison_response_not_found"}}, ("not_found", None, None)),
    ],
)
def test_both_formats_say_the_same(extra: dict[str, Any], expected: Any) -> None:
    found = cache_diagnosis(CompletionResponse(extra=extra))

    assert expected == (None if found is None else (found.kind, found.reason, found.missed_tokens))
    assert found is None or isinstance(found, CacheDiagnosis)


@pytest.mark.parametrize(
    ("dialect", "where"),
    [("anthropic", ("diagnostics", "previous_message_id")), ("openai_responses", ("prompt_cache_options", "comparison_response_id"))],
)
def test_a_call_asks_about_the_answer_before_it(dialect: str, where: tuple[str, str]) -> None:
    model = DIALECTS[dialect][1]
    with FakeProvider(dialect).always(Answer(text="ok", id="before_1")) as fake, LLMKit(**client_of(fake)) as kit:
        kit.complete(model, "again", options=compared_with(kit.complete(model, "hi")))

    assert "before_1" == fake.requests[1].json[where[0]][where[1]]


def test_a_format_without_the_question_refuses() -> None:
    with FakeProvider("gemini").always(Answer(text="ok")) as fake, LLMKit(**client_of(fake)) as kit, pytest.raises(UnsupportedFeature):
        compared_with(kit.complete(DIALECTS["gemini"][1], "hi"))


USAGE = {"input_tokens": 5, "output_tokens": 1}
WORDS = {"type": "output_text", "text": "ok", "annotations": []}
ITEM = {"type": "message", "id": "m", "status": "completed", "role": "assistant", "content": [WORDS]}
ANSWERS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "anthropic": (
        "POST /messages",
        {"id": "a", "type": "message", "role": "assistant", "model": "m", "content": [{"type": "text", "text": "ok"}], "usage": USAGE},
        {"diagnostics": {"cache_miss_reason": {"type": "tools_changed", "cache_missed_input_tokens": 41}}},
    ),
    "openai_responses": (
        "POST /responses",
        {"id": "a", "object": "response", "status": "completed", "model": "m", "output": [ITEM], "usage": USAGE},
        {"prompt_cache_diagnostics": {"type": "cache_miss", "reason": "tools_changed", "cache_missed_tokens": 41}},
    ),
}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("dialect", ANSWERS)
def test_an_answer_says_it_in_its_extra(dialect: str, face: str) -> None:
    """Nobody has to know which provider tells it where; an answer that tells nothing has no such field."""
    (provider, model), (place, answer, told) = DIALECTS[dialect], ANSWERS[dialect]
    found = []
    for body in ({**answer, "stop_reason": "end_turn"}, {**answer, **told, "stop_reason": "end_turn"}):
        with FakeHost() as host:
            host.on(place, body)
            found.append(ask(face, client_for(provider, host.url), model, "hi").extra.get("cache_diagnosis"))

    assert [None, {"kind": "miss", "reason": "tools_changed", "missed_tokens": 41}] == found

"""Typed questions and their answers through both clients."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit.errors import InvalidRequest, LLMKitError, ProtocolError, ProviderError, UnsupportedFeature
from llmkit.testing import FakeHost
from llmkit.types.decision import Choice, Predicate, Score
from llmkit.types.parts import Image, Text
from tests.operations.faces import FACES, client_for, use

QUESTIONS = {
    "urgent": Predicate(question="Is it urgent?", when_true="today"),
    "team": Choice(question="Whose?", choices={"sales": "", "support": "broken things"}),
    "mood": Score(question="How angry?", levels=("calm", "cross", "furious")),
}
DECISIONS: dict[str, tuple[str, str, Any, Any]] = {
    "openai": (
        "openai/gpt-6-luna",
        "/decisions",
        {
            "model": "gpt-6-luna",
            "input": "help",
            "questions": [
                {"type": "predicate", "name": "urgent", "instructions": "Is it urgent?\nTrue: today"},
                {
                    "type": "choice",
                    "name": "team",
                    "instructions": "Whose?",
                    "choices": [{"value": "sales"}, {"value": "support", "description": "broken things"}],
                },
                {
                    "type": "score",
                    "name": "mood",
                    "instructions": "How angry?",
                    "levels": [{"label": "calm"}, {"label": "cross"}, {"label": "furious"}],
                },
            ],
        },
        {
            "model": "gpt-6-luna",
            "answers": [
                {"type": "predicate", "name": "urgent", "probability": 0.9},
                {"type": "choice", "name": "team", "choice": "support", "probabilities": [{"value": "support", "probability": 0.75}]},
                {"type": "score", "name": "mood", "score": 1.2, "probabilities": [{"label": "cross", "value": 1, "probability": 0.5}]},
            ],
            "usage": {"input_tokens": 9, "input_tokens_details": {"cached_tokens": 4}, "output_tokens": 3},
        },
    ),
    "systemone": (
        "openrouter/typesafe/jev-1.14",
        "/api/alpha/decisions",
        {
            "model": "typesafe/jev-1.14",
            "state": "help",
            "questions": {
                "urgent": {"type": "noul", "instructions": "Is it urgent?", "criteria": {"true": "today"}},
                "team": {"type": "choice", "instructions": "Whose?", "criteria": {"sales": "sales", "support": "broken things"}},
                "mood": {"type": "score", "instructions": "How angry?", "criteria": ["calm", "cross", "furious"]},
            },
        },
        {
            "answers": {
                "mood": {"type": "score", "score": 1.2, "probabilities": {"1": 0.5}, "legend": {"1": "cross"}},
                "team": {"type": "choice", "choice": "support", "probabilities": {"support": 0.75}},
                "urgent": {"type": "noul", "noul": 0.9},
            },
            "usage": {"input_tokens": 9, "input_tokens_details": {"cached_tokens": 4}, "output_tokens": 3},
        },
    ),
    "google": (
        "google/decisions-prerelease",
        "/decisions",
        {
            "model": "decisions-prerelease",
            "input": "help",
            "questions": {
                "urgent": {"type": "noul", "instructions": "Is it urgent?", "criteria": {"true_description": "today"}},
                "team": {"type": "choice", "instructions": "Whose?", "criteria": {"sales": "sales", "support": "broken things"}},
                "mood": {"type": "score", "instructions": "How angry?", "criteria": ["calm", "cross", "furious"]},
            },
        },
        {
            "answers": {
                "mood": {"type": "score", "score": 1.2, "probabilities": {"1": 0.5}},
                "team": {"type": "choice", "choice": "support", "probabilities": {"support": 0.75}},
                "urgent": {"type": "noul", "noul": 0.9},
            },
            "usage": {"total_input_tokens": 9, "total_cached_tokens": 4, "total_output_tokens": 3},
        },
    ),
}


@pytest.mark.parametrize(("name", "face"), [(name, face) for name in DECISIONS for face in FACES])
def test_typed_questions_get_typed_answers(name: str, face: str) -> None:
    """Levels of a scale are numbers on one wire and names on another."""
    model, path, body, answer = DECISIONS[name]
    with FakeHost() as host:
        host.on(f"POST {path}", answer)

        reply = use(face, client_for(model.partition("/")[0], host.url), "decide", model, "help", QUESTIONS)

    assert body == host.requests[0].json
    assert (0.9, "support", {"support": 0.75}) == (reply["urgent"].probability, reply["team"].choice, reply["team"].probabilities)
    assert (1.2, {"cross": 0.5}) == (reply["mood"].score, reply["mood"].probabilities)
    assert (9, 4, 3) == (reply.usage.input, reply.usage.cache_read, reply.usage.output)


def test_one_refused_question_leaves_the_others_answered() -> None:
    """The refusal stands at its place."""
    answers = [{"type": "refusal", "name": None}, {"type": "predicate", "name": "b", "probability": 0.2}]
    with FakeHost() as host:
        host.on("POST /decisions", {"answers": answers, "model": "m"})

        reply = use(
            "sync",
            client_for("openai", host.url),
            "decide",
            "openai/gpt-6-luna",
            (Text(text="x"), Image(data=b"x", detail="low")),
            {"a": Predicate(question="?"), "b": Predicate(question="?")},
        )

    assert (True, None, False, 0.2) == (reply["a"].refused, reply["a"].probability, reply["b"].refused, reply["b"].probability)
    assert {"type": "input_image", "image_url": "data:image/png;base64,eA==", "detail": "low"} == host.requests[0].json["input"][0][
        "content"
    ][1]


WRONG: dict[str, tuple[str, list[Any], dict[str, Any], Any, type[LLMKitError], str]] = {
    "a question with one answer": (
        "decide",
        ["openai/gpt-6-luna", "x", {"q": Choice(question="?", choices={"a": ""})}],
        {},
        {},
        InvalidRequest,
        "needs 2 to 255 answers",
    ),
    "no questions": ("decide", ["openai/gpt-6-luna", "x", {}], {}, {}, InvalidRequest, "Predicate, Choice and Score"),
    "who does not decide": ("decide", ["together/x", "x", QUESTIONS], {}, {}, UnsupportedFeature, "decide"),
    "answers too few": ("decide", ["openai/gpt-6-luna", "x", QUESTIONS], {}, {"answers": []}, ProtocolError, "0 answers to 3"),
    "an answer left out": ("decide", ["typesafe/jev-latest", "x", QUESTIONS], {}, {"answers": {}}, ProtocolError, "leaves out"),
    "an error with status 200": ("decide", ["openai/gpt-6-luna", "x", QUESTIONS], {}, {"error": {"message": "no"}}, ProviderError, "no"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_an_error_with_words(name: str) -> None:
    """No label, no probability is made up."""
    method, arguments, options, answer, error, words = WRONG[name]
    with FakeHost() as host, pytest.raises(error, match=words):
        host.on("POST /*", answer)
        use("sync", client_for(arguments[0].partition("/")[0], host.url, retries=0), method, *arguments, **options)

"""Moderation through both clients."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit.errors import LLMKitError, ProtocolError, ProviderError, UnsupportedFeature
from llmkit.guardrails.verdicts import Verdict
from llmkit.operations.moderation import verdicts_of
from llmkit.testing import FakeHost, Received
from llmkit.types.messages import Message
from llmkit.types.moderation import Moderation, ModerationRequest
from llmkit.types.parts import Image, Text
from tests.operations.faces import FACES, client_for, use

OPENAI, MISTRAL, GUARDRAIL = "openai/omni-moderation-latest", "mistral/mistral-moderation-latest", "bedrock/abc123"


def verdict(text: str) -> dict[str, Any]:
    bad = "bad" in text
    return {
        "flagged": bad,
        "categories": {"hate": bad, "illicit": None},
        "category_scores": {"hate": 0.9 if bad else 0.1, "illicit": None},
        "category_applied_input_types": {"hate": ["text"]},
    }


def judged(request: Received) -> dict[str, Any]:
    """Answer as OpenAI does: a verdict for each text, and one for all parts of a list."""
    given = request.json["input"]
    items = given if all(isinstance(item, str) for item in given) else [str(given)]
    return {"id": "m1", "model": "omni-moderation-2024-09-26", "results": [verdict(item) for item in items]}


@pytest.mark.parametrize("face", FACES)
def test_each_text_gets_its_verdict(face: str) -> None:
    """Scores and categories are the provider's; what it does not tell is not there."""
    with FakeHost() as host:
        host.on("POST /moderations", judged)

        reply = use(face, client_for("openai", host.url), "moderate", OPENAI, ["fine", "bad"])

    assert [{"model": "omni-moderation-latest", "input": ["fine", "bad"]}] == [request.json for request in host.requests]
    assert [False, True] == [result.flagged for result in reply.results]
    assert ({"hate": True}, {"hate": 0.9}, {"hate": ("text",)}) == (
        reply.results[1].categories,
        reply.results[1].scores,
        reply.results[1].kinds,
    )
    assert (True, ("hate",)) == (reply.flagged, reply.results[1].found)


def test_inputs_with_pictures_go_one_by_one() -> None:
    """All parts of one request get a single verdict."""
    with FakeHost() as host:
        host.on("POST /moderations", judged)

        reply = use("sync", client_for("openai", host.url), "moderate", OPENAI, ["fine", [Text(text="bad"), Image(data=b"x")]])

    assert [False, True] == [result.flagged for result in reply.results]
    assert ["fine"] == host.requests[0].json["input"]
    assert {"type": "image_url", "image_url": {"url": "data:image/png;base64,eA=="}} == host.requests[1].json["input"][1]


def test_what_the_caller_adds_belongs_to_every_request() -> None:
    """Where inputs go one by one."""
    with FakeHost() as host:
        host.on("POST /moderations", judged)
        use("sync", client_for("openai", host.url), "moderate", OPENAI, ["a", [Text(text="b")]], extra_body={"policy": "strict"})

    assert ["strict", "strict"] == [request.json["policy"] for request in host.requests]


@pytest.mark.parametrize("face", FACES)
def test_a_conversation_is_judged_as_one(face: str) -> None:
    """Mistral has a place of its own for it; it says no `flagged`, so a true category is one."""
    with FakeHost() as host:
        host.on("POST /chat/moderations", {"results": [{"categories": {"pii": True, "law": False}, "category_scores": {"pii": 0.7}}]})

        reply = use(face, client_for("mistral", host.url), "moderate", MISTRAL, [Message.user("a"), Message.assistant("b")])

    assert [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}] == host.requests[0].json["input"]
    assert [(True, {"pii": 0.7})] == [(result.flagged, result.scores) for result in reply.results]


def test_a_guardrail_says_what_it_found_and_what_it_would_say_instead() -> None:
    """Names of what was found, never the words."""
    answer = {
        "action": "GUARDRAIL_INTERVENED",
        "outputs": [{"text": "call {PHONE}"}],
        "assessments": [
            {
                "sensitiveInformationPolicy": {
                    "piiEntities": [{"type": "PHONE", "match": "555-0100", "action": "ANONYMIZED", "detected": True}]
                },
                "wordPolicy": {"customWords": [{"match": "x", "detected": True}, {"match": "y", "detected": False}]},
                "contentPolicy": {"filters": [{"type": "HATE", "confidence": "NONE", "action": "NONE", "detected": False}]},
                "contextualGroundingPolicy": {"filters": [{"type": "GROUNDING", "score": 0.4, "action": "NONE", "detected": True}]},
            }
        ],
    }
    client = {**client_for("bedrock", ""), "settings": {"bedrock": {"region": "us-east-1"}}}
    with FakeHost() as host:
        host.on("POST /guardrail/abc123/version/DRAFT/apply", answer)
        client["base_urls"] = {"bedrock": host.url}

        result = use("sync", client, "moderate", GUARDRAIL, "call 555-0100").results[0]

    assert {"word": True, "pii:phone": True, "content:hate": False, "grounding:grounding": True} == result.categories
    assert (True, {"grounding:grounding": 0.4}, "call {PHONE}") == (result.flagged, result.scores, result.text)
    assert "555" not in repr(result)


def test_verdicts_are_those_of_guardrails() -> None:
    """Records and rules read both alike."""
    result = Moderation(flagged=True, categories={"hate": True, "pii": False, "law": True}, scores={"hate": 0.9})

    found = verdicts_of(result, "output")

    assert (
        Verdict(where="output", category="hate", action="flag", score=0.9),
        Verdict(where="output", category="law", action="flag", score=None),
    ) == found


WRONG: dict[str, tuple[str, Any, Any, type[LLMKitError]]] = {
    "nothing": (OPENAI, [], {}, LLMKitError),
    "a conversation where only texts are judged": (OPENAI, [Message.user("a")], {}, UnsupportedFeature),
    "a picture where only texts are judged": (MISTRAL, [Image(data=b"x")], {}, UnsupportedFeature),
    "a verdict too few": (OPENAI, ["a", "b"], {"results": [verdict("a")]}, ProtocolError),
    "no verdicts": (OPENAI, ["a"], {"id": "x"}, ProtocolError),
    "an error with status 200": (OPENAI, ["a"], {"error": {"message": "down", "type": "server_error"}}, ProviderError),
}


@pytest.mark.parametrize("name", WRONG)
def test_no_verdict_is_made_up(name: str) -> None:
    """Neither for what cannot be judged, nor for an answer that is none."""
    model, inputs, answer, error = WRONG[name]
    with FakeHost() as host, pytest.raises(error):
        host.on("POST /*", answer)
        use("sync", client_for(model.partition("/")[0], host.url, retries=0), "moderate", model, inputs)


def test_words_of_a_request_can_be_read_and_changed() -> None:
    """Guardrails do this, in conversations too."""
    request = ModerationRequest(model="m", inputs=("a", (Text(text="b"), Image(data=b"x"))), messages=(Message.user("c"),))

    changed = request.with_texts([text.upper() for text in request.texts()])

    assert ("a", "b", "c") == request.texts()
    assert ("A", "B", "C") == changed.texts()

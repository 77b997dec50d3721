"""Classification and decisions through both clients: natively, by typed questions, and by a model that writes a label."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from llmkit.errors import InvalidRequest, LLMKitError, ProtocolError, UnsupportedFeature
from llmkit.testing import FakeHost, Received
from llmkit.testing.serving import json_reply
from tests.operations.faces import FACES, client_for, use

LABELS = ["spam", "ham"]
SCORED = [{"label": "ham", "score": 0.2}, {"label": "spam", "score": 0.8}]
SPAM = (("spam", 0.8, {"ham": 0.2, "spam": 0.8}),)

# model, path, options, body, answer: what is asked and the best label with its scores
NATIVE: dict[str, tuple[str, str, dict[str, Any], Any, Any]] = {
    "jina": (
        "jina/jina-embeddings-v3",
        "/v1/classify",
        {"labels": LABELS},
        {"model": "jina-embeddings-v3", "labels": LABELS, "input": ["win a prize"]},
        {"data": [{"index": 0, "prediction": "spam", "score": 0.8, "predictions": SCORED}], "usage": {"total_tokens": 4}},
    ),
    "jina, trained": (
        "jina/0d1f-classifier",
        "/v1/classify",
        {},
        {"classifier_id": "0d1f-classifier", "input": ["win a prize"]},
        {"data": [{"index": 0, "prediction": "spam", "score": 0.8, "predictions": SCORED}]},
    ),
    "infinity": (
        "infinity/roberta",
        "/classify",
        {},
        {"model": "roberta", "input": ["win a prize"]},
        {"data": [SCORED], "usage": {"prompt_tokens": 4}},
    ),
    "mistral": (
        "mistral/ft:classifier:mine",
        "/classifications",
        {},
        {"model": "ft:classifier:mine", "input": ["win a prize"]},
        {"id": "c", "results": [{"kind": {"scores": {"ham": 0.2, "spam": 0.8}}}]},
    ),
    "huggingface, zero-shot": (
        "huggingface/facebook/bart-large-mnli",
        "/hf-inference/models/facebook/bart-large-mnli",
        {"labels": LABELS},
        {"inputs": "win a prize", "parameters": {"candidate_labels": LABELS}},
        SCORED,
    ),
    "huggingface, as it was": (
        "huggingface/facebook/bart-large-mnli",
        "/hf-inference/models/facebook/bart-large-mnli",
        {"labels": LABELS},
        {"inputs": "win a prize", "parameters": {"candidate_labels": LABELS}},
        {"sequence": "win a prize", "labels": ["ham", "spam"], "scores": [0.2, 0.8]},
    ),
    "huggingface, its own labels": (
        "huggingface/mine/spam",
        "/hf-inference/models/mine/spam",
        {},
        {"inputs": "win a prize"},
        [SCORED],
    ),
}


@pytest.mark.parametrize(("name", "face"), [(name, FACES[place % 2]) for place, name in enumerate(NATIVE)])
def test_a_provider_s_own_classifier_is_asked(name: str, face: str) -> None:
    """The table holds bodies and answers of their documentation."""
    model, path, options, body, answer = NATIVE[name]
    with FakeHost() as host:
        host.on(f"POST {path}", answer)

        reply = use(face, client_for(model.partition("/")[0], host.url), "classify", model, "win a prize", **options)

    assert body == host.requests[0].json
    assert SPAM == tuple([(result.label, result.score, result.scores) for result in reply.results])
    assert "classifier" == reply.how


def test_several_targets_keep_their_own_scores() -> None:
    """There is no one best label of two questions."""
    with FakeHost() as host:
        host.on("POST /classifications", {"results": [{"mood": {"scores": {"good": 0.9}}, "topic": {"scores": {"food": 0.7}}}]})

        result = use("sync", client_for("mistral", host.url), "classify", "mistral/ft:classifier:mine", "x").results[0]

    assert (None, {"mood": {"good": 0.9}, "topic": {"food": 0.7}}) == (result.label, result.targets)


DECIDED = {"type": "choice", "choice": "spam", "confidence": 0.7, "probabilities": {"spam": 0.8, "ham": 0.2}}


@pytest.mark.parametrize("face", FACES)
def test_a_model_for_decisions_chooses_with_probabilities(face: str) -> None:
    """Each input is a request of its own, several at once; their order holds."""

    def decided(request: Received) -> dict[str, Any]:
        best = "spam" if "prize" in request.json["state"] else "ham"
        return {"model": "jev-1.14.0", "answers": {"label": {**DECIDED, "choice": best}}, "usage": {"input_tokens": 100, "cost": 0.001}}

    with FakeHost() as host:
        host.on("POST /systemone", decided)

        reply = use(
            face,
            client_for("typesafe", host.url),
            "classify",
            "typesafe/jev-latest",
            ["win a prize", "see you", "a prize"],
            labels={"spam": "unwanted", "ham": ""},
        )

    assert (["spam", "ham", "spam"], "decision", 0.8) == (reply.labels, reply.how, reply.results[0].score)
    assert {
        "label": {"type": "choice", "instructions": "Which label fits best?", "criteria": {"spam": "unwanted", "ham": "ham"}}
    } == host.requests[0].json["questions"]
    assert (300, "0.003") == (reply.usage.input, str(reply.cost.amount))


def test_several_labels_are_asked_about_one_by_one() -> None:
    """Each is true or not for itself."""
    answers = {"spam": {"type": "noul", "noul": 0.9}, "ham": {"type": "noul", "noul": 0.1}, "ad": {"type": "noul", "noul": 0.7}}
    with FakeHost() as host:
        host.on("POST /systemone", {"answers": answers})

        result = use(
            "sync", client_for("typesafe", host.url), "classify", "typesafe/jev-latest", "x", labels=["spam", "ham", "ad"], several=True
        ).results[0]

    assert (("spam", "ad"), "spam", {"spam": 0.9, "ham": 0.1, "ad": 0.7}) == (result.labels, result.label, result.scores)


def written(label: str, tokens: list[Any] | None = None) -> dict[str, Any]:
    content = json.dumps({"value": label})
    choice: dict[str, Any] = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
    if tokens is not None:
        choice["logprobs"] = {"content": tokens}
    return {"id": "c", "model": "m", "choices": [choice], "usage": {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25}}


def token(text: str, odds: float, **rivals: float) -> dict[str, Any]:
    top = [{"token": name, "logprob": math.log(value)} for name, value in {text: odds, **rivals}.items()]
    return {"token": text, "logprob": math.log(odds), "top_logprobs": top}


@pytest.mark.parametrize("face", FACES)
def test_any_other_model_writes_a_label_and_its_tokens_tell_the_odds(face: str) -> None:
    """What the model might have written instead is told beside each token."""
    tokens = [token('{"', 1.0), token("value", 1.0), token('": "', 1.0), token("sp", 0.8, h=0.15), token("am", 1.0), token('"}', 1.0)]
    with FakeHost() as host:
        host.on("POST /chat/completions", written("spam", tokens))

        reply = use(face, client_for("together", host.url), "classify", "together/a/model", "win a prize", labels=LABELS)

    result = reply.results[0]
    assert ("completion", "spam") == (reply.how, result.label)
    assert {"spam": 0.8, "ham": 0.15} == {label: round(score, 9) for label, score in result.scores.items()}
    assert 0.8 == round(result.score, 9)
    assert 25 == reply.usage.total


def test_a_model_that_tells_no_odds_has_none() -> None:
    """None is what is not known; nobody is warned of odds that only we wanted."""
    with FakeHost() as host:
        host.on("POST /chat/completions", written("ham"))

        reply = use("sync", client_for("together", host.url), "classify", "together/a/model", "x", labels=LABELS)

    assert ("ham", None, {}) == (reply.results[0].label, reply.results[0].score, reply.results[0].scores)
    assert not any("logprobs" in warning.parameter for warning in reply.warnings)


def test_where_odds_are_refused_the_label_alone_is_asked_for() -> None:
    """Models that think refuse them with a bare 400."""
    refusal = json_reply(400, {"error": {"message": "logprobs are not supported with this model"}})
    with FakeHost() as host:
        host.on("POST /chat/completions", refusal, written("ham"))

        reply = use("sync", client_for("together", host.url, retries=0), "classify", "together/a/model", "x", labels=LABELS)

    assert ["ham"] == reply.labels
    assert [True, False] == ["logprobs" in request.json for request in host.requests]


def test_several_labels_are_written_as_a_list() -> None:
    """Their odds are not told: a token of one says nothing of another."""
    with FakeHost() as host:
        host.on(
            "POST /chat/completions",
            {**written("x"), "choices": [{"index": 0, "message": {"content": '{"value": ["ham"]}'}, "finish_reason": "stop"}]},
        )

        result = use("sync", client_for("together", host.url), "classify", "together/a/model", "x", labels=LABELS, several=True).results[0]

    assert (("ham",), "ham", {}) == (result.labels, result.label, result.scores)


WRONG: dict[str, tuple[str, list[Any], dict[str, Any], Any, type[LLMKitError], str]] = {
    "no labels": ("classify", ["together/a/model", "x"], {}, {}, InvalidRequest, "no labels to choose from"),
    "one label": ("classify", ["together/a/model", "x"], {"labels": ["a"]}, {}, InvalidRequest, "leaves nothing to choose"),
    "labels that are text": ("classify", ["together/x", "x"], {"labels": "ab"}, {}, InvalidRequest, "list of texts"),
    "labels for a trained model": ("classify", ["infinity/x", "x"], {"labels": LABELS}, {}, UnsupportedFeature, "leave them out"),
    "results too few": ("classify", ["infinity/x", ["a", "b"]], {}, {"data": [SCORED]}, ProtocolError, "1 results for 2 inputs"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_an_error_with_words(name: str) -> None:
    """No label, no probability is made up."""
    method, arguments, options, answer, error, words = WRONG[name]
    with FakeHost() as host, pytest.raises(error, match=words):
        host.on("POST /*", answer)
        use("sync", client_for(arguments[0].partition("/")[0], host.url, retries=0), method, *arguments, **options)

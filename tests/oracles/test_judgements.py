"""Ranking, moderation, classification, decisions and document reading: the vendors' packages and ours ask alike.

Both are pointed at the same fake; method, path and JSON must be equal. Amazon's package judges our requests by its service model.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from llmkit import LLMKit
from llmkit.testing import FakeHost
from llmkit.types.decision import Choice, Predicate, Score
from llmkit.types.messages import Message
from llmkit.types.parts import Document, Image, Text
from tests.operations.faces import client_for

RANKING = {"id": "r", "results": [{"index": 0, "relevance_score": 0.5}], "meta": {"api_version": {"version": "2"}}}
VERDICT = {
    "id": "m",
    "model": "m",
    "results": [{"flagged": False, "categories": {}, "category_scores": {}, "category_applied_input_types": {}}],
}
VERDICTS = {**VERDICT, "results": VERDICT["results"] * 2}
LABELS = {"id": "c", "model": "m", "results": [{"target": {"scores": {"a": 0.9, "b": 0.1}}}]}
PAGES = {"model": "m", "pages": [{"index": 0, "markdown": "", "images": [], "dimensions": None}], "usage_info": {"pages_processed": 1}}
ANSWERS = {
    "model": "gpt-6-luna",
    "answers": [
        {"type": "predicate", "name": "p", "probability": 0.9},
        {"type": "choice", "name": "c", "choice": "a", "confidence": 0.9, "probabilities": [{"value": "a", "probability": 0.9}]},
        {
            "type": "score",
            "name": "s",
            "score": 0.4,
            "confidence": 0.7,
            "probabilities": [{"label": "low", "value": 0, "probability": 0.6}],
        },
    ],
    "usage": {
        "input_tokens": 1,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": 1,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 2,
    },
}
BY_NAME = {
    "answers": {
        "p": {"type": "noul", "noul": 0.9, "confidence": 0.9},
        "c": {"type": "choice", "choice": "a", "confidence": 0.9, "probabilities": {"a": 0.9, "b": 0.1}},
        "s": {"type": "score", "score": 0.4, "confidence": 0.7, "legend": {"0": "low"}, "probabilities": {"0": 0.6, "1": 0.4}},
    }
}
QUESTIONS = {
    "p": Predicate(question="Is it?"),
    "c": Choice(question="Which?", choices={"a": "the first", "b": "the second"}),
    "s": Score(question="How much?", levels=("low", "high")),
}
_KEPT: list[Any] = []
SCHEMA = {"type": "object", "title": "Bill", "properties": {"sum": {"type": "number"}}}


def _openai(url: str) -> Any:
    from openai import OpenAI

    return OpenAI(base_url=url, api_key="sk-test", max_retries=0)


def _cohere(url: str) -> Any:
    from cohere import ClientV2

    return ClientV2(api_key="sk-test", base_url=url)


def _mistral(url: str) -> Any:
    from mistralai.client import Mistral

    return Mistral(api_key="sk-test", server_url=url)


def _google(url: str) -> Any:
    from google import genai

    client = genai.Client(api_key="sk-test", http_options={"base_url": url, "api_version": "v1beta"})
    _KEPT.append(client)  # it closes when nobody holds it, even in the middle of a call of its own parts
    return client


class Case(NamedTuple):
    provider: str
    address: str
    """What of the row's address stands behind the host: the vendor's package adds it itself."""
    answer: dict[str, Any]
    theirs: Callable[[str], Any]
    ours: Callable[[LLMKit], Any]


def _with_image() -> tuple[Any, ...]:
    return (Text(text="x"), Image(url="https://a.b/c.png"))


CASES: dict[str, Case] = {
    "cohere: rank": Case(
        "cohere",
        "/v2",
        RANKING,
        lambda url: _cohere(url).rerank(model="rerank-v3.5", query="q", documents=["a", "b"], top_n=1, max_tokens_per_doc=99),
        lambda kit: kit.rerank("cohere/rerank-v3.5", "q", ["a", "b"], top=1, tokens_per_document=99),
    ),
    "openai: moderate texts": Case(
        "openai",
        "",
        VERDICTS,
        lambda url: _openai(url).moderations.create(model="omni-moderation-latest", input=["x", "y"]),
        lambda kit: kit.moderate("openai/omni-moderation-latest", ["x", "y"]),
    ),
    "openai: moderate a text with a picture": Case(
        "openai",
        "",
        VERDICT,
        lambda url: _openai(url).moderations.create(
            model="omni-moderation-latest",
            input=[{"type": "text", "text": "x"}, {"type": "image_url", "image_url": {"url": "https://a.b/c.png"}}],
        ),
        lambda kit: kit.moderate("openai/omni-moderation-latest", [_with_image()]),
    ),
    "openai: decide": Case(
        "openai",
        "",
        ANSWERS,
        lambda url: _openai(url).decisions.create(
            model="gpt-6-luna",
            input=[
                {
                    "role": "user",
                    "content": [{"type": "input_text", "text": "x"}, {"type": "input_image", "image_url": "https://a.b/c.png"}],
                }
            ],
            questions=[
                {"type": "predicate", "name": "p", "instructions": "Is it?"},
                {
                    "type": "choice",
                    "name": "c",
                    "instructions": "Which?",
                    "choices": [{"value": "a", "description": "the first"}, {"value": "b", "description": "the second"}],
                },
                {"type": "score", "name": "s", "instructions": "How much?", "levels": [{"label": "low"}, {"label": "high"}]},
            ],
            safety_identifier="u1",
        ),
        lambda kit: kit.decide("openai/gpt-6-luna", _with_image(), QUESTIONS, user="u1"),
    ),
    "google: decide": Case(
        "google",
        "/v1beta",
        BY_NAME,
        lambda url: _google(url).decisions.create(
            model="decisions-prerelease",
            input=[{"type": "text", "text": "x"}, {"type": "image", "uri": "https://a.b/c.png"}],
            questions={
                "p": {"type": "noul", "instructions": "Is it?"},
                "c": {"type": "choice", "instructions": "Which?", "criteria": {"a": "the first", "b": "the second"}},
                "s": {"type": "score", "instructions": "How much?", "criteria": ["low", "high"]},
            },
        ),
        lambda kit: kit.decide("google/decisions-prerelease", _with_image(), QUESTIONS),
    ),
    "mistral: moderate texts": Case(
        "mistral",
        "/v1",
        VERDICTS,
        lambda url: _mistral(url).classifiers.moderate(model="mistral-moderation-latest", inputs=["x", "y"]),
        lambda kit: kit.moderate("mistral/mistral-moderation-latest", ["x", "y"]),
    ),
    "mistral: moderate a conversation": Case(
        "mistral",
        "/v1",
        VERDICT,
        lambda url: _mistral(url).classifiers.moderate_chat(
            model="mistral-moderation-latest", inputs=[{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]
        ),
        lambda kit: kit.moderate("mistral/mistral-moderation-latest", [Message.user("x"), Message.assistant("y")]),
    ),
    "mistral: classify": Case(
        "mistral",
        "/v1",
        LABELS,
        lambda url: _mistral(url).classifiers.classify(model="ft:classifier:mine", inputs=["x"]),
        lambda kit: kit.classify("mistral/ft:classifier:mine", ["x"]),
    ),
    "mistral: read a file": Case(
        "mistral",
        "/v1",
        PAGES,
        lambda url: _mistral(url).ocr.process(model="mistral-ocr-latest", document={"type": "file", "file_id": "f1"}, include_blocks=True),
        lambda kit: kit.ocr("mistral/mistral-ocr-latest", Document(file_id="f1"), blocks=True),
    ),
    "mistral: read pages of an address": Case(
        "mistral",
        "/v1",
        PAGES,
        lambda url: _mistral(url).ocr.process(
            model="mistral-ocr-latest",
            document={"type": "document_url", "document_url": "https://a.b/c.pdf", "document_name": "c.pdf"},
            pages=[0, 2],
            include_image_base64=True,
            table_format="html",
            include_blocks=False,
            confidence_scores_granularity="page",
            document_annotation_format={"type": "json_schema", "json_schema": {"name": "Bill", "schema": SCHEMA, "strict": False}},
            document_annotation_prompt="be exact",
        ),
        lambda kit: kit.ocr(
            "mistral/mistral-ocr-latest",
            Document(url="https://a.b/c.pdf", name="c.pdf"),
            pages=[0, 2],
            images=True,
            tables="html",
            blocks=False,
            confidence="page",
            schema=SCHEMA,
            prompt="be exact",
        ),
    ),
    "mistral: read a picture": Case(
        "mistral",
        "/v1",
        PAGES,
        lambda url: _mistral(url).ocr.process(
            model="mistral-ocr-latest", document={"type": "image_url", "image_url": "https://a.b/c.png"}, include_blocks=False
        ),
        lambda kit: kit.ocr("mistral/mistral-ocr-latest", "https://a.b/c.png", blocks=False),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_vendor_s_package_and_ours_put_the_same_request_on_the_wire(name: str) -> None:
    """What the vendor itself sends is right by definition."""
    case = CASES[name]
    with FakeHost() as host:
        host.on("POST /*", case.answer)
        case.theirs(host.url)
        with LLMKit(**client_for(case.provider, host.url + case.address)) as kit:
            case.ours(kit)

    theirs, ours = host.requests
    assert (theirs.method, theirs.path) == (ours.method, ours.path)
    assert _plain(theirs.json) == _plain(ours.json)


def _plain(value: Any) -> Any:
    """Leave out what says nothing: some packages write the defaults of a schema."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items() if not (name in ("strict", "prefix") and item is False)}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _objections(service: str, operation: str, body: dict[str, Any]) -> str:
    from botocore.session import Session
    from botocore.validate import ParamValidator

    shape = Session().get_service_model(service).operation_model(operation).input_shape
    return ParamValidator().validate(body, shape).generate_report()


def test_amazon_s_service_model_has_no_objection_to_our_ranking() -> None:
    """Its package checks the same before it sends."""
    with FakeHost() as host:
        host.on("POST /rerank", {"results": []})
        with LLMKit(**client_for("bedrock", host.url), settings={"bedrock": {"region": "us-east-1"}}) as kit:
            kit.rerank("bedrock/amazon.rerank-v1:0", "q", ["a", {"title": "t"}], top=1)

    assert "" == _objections("bedrock-agent-runtime", "Rerank", host.requests[0].json)


def test_amazon_s_service_model_has_no_objection_to_our_use_of_a_guardrail() -> None:
    """What stands in the path is a parameter there."""
    with FakeHost() as host:
        host.on("POST /guardrail/*", {"action": "NONE", "assessments": [], "outputs": []})
        with LLMKit(**client_for("bedrock", host.url), settings={"bedrock": {"region": "us-east-1"}}) as kit:
            kit.moderate("bedrock/abc123:2", [(Text(text="x"), Image(data=b"png", media_type="image/png"))], source="output")

    _, _, name, _, version, _ = host.requests[0].path.split("/")
    body = {**host.requests[0].json, "guardrailIdentifier": name, "guardrailVersion": version}
    assert ("abc123", "2") == (name, version)
    assert "" == _objections("bedrock-runtime", "ApplyGuardrail", body)

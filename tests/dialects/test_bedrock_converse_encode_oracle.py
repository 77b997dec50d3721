"""Every body fits the vendor's own model of the request, and can be read again."""

from __future__ import annotations

import botocore.session
from botocore.validate import ParamValidator
from hypothesis import given, settings

from llmkit.serving.bedrock_converse import parse_request
from llmkit.types.requests import CompletionRequest
from tests.dialects.bedrock_converse_cases import CLAUDE, encoded
from tests.strategies import completion_requests, documents, texts

SHAPE = botocore.session.get_session().get_service_model("bedrock-runtime").operation_model("Converse").input_shape


speakable = texts | documents


@settings(max_examples=15, deadline=None)
@given(completion_requests(parts=speakable))
def test_botocores_model_takes_every_body(asked: CompletionRequest) -> None:
    """The vendor's own description of the API is the judge: no unknown field, no missing one, every type right."""
    body, _ = encoded(asked)

    report = ParamValidator().validate({"modelId": CLAUDE, **body}, SHAPE)

    assert "" == report.generate_report()


@settings(max_examples=15, deadline=None)
@given(completion_requests(parts=texts))
def test_parsing_a_body_and_encoding_it_again_gives_the_same(asked: CompletionRequest) -> None:
    body, _ = encoded(asked)

    again, _ = encoded(parse_request(body, path=f"/model/{CLAUDE}/converse"))

    assert body == again

"""What is no answer, and every failure as its type."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llmkit.dialects import bedrock_converse
from llmkit.errors import (
    AuthenticationError,
    BadRequest,
    ContentFiltered,
    ContextLengthExceeded,
    LLMKitError,
    NotFound,
    Overloaded,
    PermissionDenied,
    ProtocolError,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    ServerError,
)
from llmkit.testing.aws_eventstream import event, exception, frame
from llmkit.types.events import (
    TextDelta,
)
from llmkit.types.http import Headers
from tests.dialects.bedrock_converse_answers import ALL
from tests.dialects.bedrock_converse_cases import TARGET


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"output":{}}', b"\xff", b'{"output":{"message":{"content":{}}}}', b'{"output":{"message":{"content":[1]}}}'],
)
def test_other_bytes_are_a_protocol_error(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        bedrock_converse.decode(body, origin=TARGET)


def test_an_error_with_status_200_is_an_error() -> None:
    with pytest.raises(ProviderError, match="Add a ContentBlock"):
        bedrock_converse.decode(b'{"message":"Add a ContentBlock"}', origin=TARGET)


URL = ":http://internal.amazon.com/coral/com.amazon.bedrock/"


@pytest.mark.parametrize(
    ("status", "header", "body", "kind"),
    [
        (400, "ValidationException" + URL, {"message": "The provided model identifier is invalid."}, BadRequest),
        (400, "ValidationException", {"message": "Input is too long for requested model."}, ContextLengthExceeded),
        (400, "ValidationException", {"message": "errors: prompt is too long: 9 > 8"}, ContextLengthExceeded),
        (400, "ValidationException", {"message": "Blocked by the content filter"}, ContentFiltered),
        (400, "ServiceQuotaExceededException", {"message": "x"}, QuotaExhausted),
        (403, "AccessDeniedException", {"message": "x"}, PermissionDenied),
        (403, "UnrecognizedClientException" + URL, {"message": "The security token is invalid."}, AuthenticationError),
        (403, "ExpiredTokenException", {"message": "The security token included in the request is expired"}, AuthenticationError),
        (403, "InvalidSignatureException", {"message": "Signature expired"}, AuthenticationError),
        (403, "", {"Message": "Authentication failed: token has expired"}, AuthenticationError),
        (404, "ResourceNotFoundException", {"message": "x"}, NotFound),
        (404, "", {"Output": {"__type": "com.amazon.coral.service#UnknownOperationException"}, "Version": "1.0"}, NotFound),
        (408, "ModelTimeoutException", {"message": "x"}, ServerError),
        (424, "ModelErrorException", {"message": "x", "originalStatusCode": 500}, ServerError),
        (429, "ThrottlingException", {"message": "x"}, RateLimited),
        (429, "ModelNotReadyException", {"message": "x"}, Overloaded),
        (500, "InternalServerException", {"message": "x"}, ServerError),
        (503, "", {"message": "Service capacity limit has been reached."}, Overloaded),
        (503, "", None, Overloaded),
        (418, "", {"__type": "ValidationException", "message": "x"}, BadRequest),
    ],
)
def test_every_failure_has_its_type(status: int, header: str, body: Any, kind: type[ProviderError]) -> None:
    headers = Headers([("x-amzn-errortype", header), ("X-Amzn-RequestId", "r1"), ("Retry-After", "3")] if header else [])

    error = bedrock_converse.error(status, headers, b"" if body is None else json.dumps(body).encode())

    assert (kind, status) == (type(error), error.status)
    assert error.message
    if header:
        assert ("r1", 3.0, header.partition(":")[0]) == (error.request_id, error.retry_after, error.type)


def test_an_error_shows_no_key() -> None:
    error = bedrock_converse.error(400, Headers(), b'{"message":"key AKIAIOSFODNN7EXAMPLE is wrong"}')

    assert "AKIAIOSFODNN7EXAMPLE" not in f"{error} {error.body}"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("throttlingException", RateLimited),
        ("validationException", BadRequest),
        ("modelStreamErrorException", ServerError),
        ("internalServerException", ServerError),
        ("serviceUnavailableException", Overloaded),
        ("tomorrowException", ServerError),
    ],
)
def test_an_exception_inside_a_stream_is_its_error(kind: str, expected: type[LLMKitError]) -> None:
    decoder = bedrock_converse.decoder(origin=TARGET)

    events = decoder.feed(event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "Hi"}}) + exception(kind, "too much"))

    assert ["Hi"] == [found.text for found in events if isinstance(found, TextDelta)]
    assert (expected, False) == (type(decoder.error), decoder.done)
    assert "too much" in str(decoder.error)
    assert [] == decoder.feed(ALL)


def test_an_unmodelled_error_of_the_stream_is_its_error() -> None:
    decoder = bedrock_converse.decoder(origin=TARGET)

    decoder.feed(frame({":message-type": "error", ":error-code": "InternalError", ":error-message": "it broke"}))

    assert isinstance(decoder.error, ServerError)
    assert "it broke" in str(decoder.error)


@pytest.mark.parametrize(
    "data", [b"data: {}\n\n" * 3, event("messageStart", {}) + b"\x00" * 20, frame({":event-type": "metadata"}, b"not json")]
)
def test_damaged_bytes_are_a_protocol_error(data: bytes) -> None:
    decoder = bedrock_converse.decoder(origin=TARGET)

    decoder.feed(data)
    decoder.close()

    assert isinstance(decoder.error, ProtocolError)

"""Failures in the words of each client format: the vendor's own reading of them gives the same kind of error again."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import pytest

from llmkit import errors
from llmkit.dialects import dialect
from llmkit.serving import codec
from llmkit.serving.losses import HEADER, header_of
from llmkit.types.http import Headers
from llmkit.types.warnings import Warning
from tests.serving.recorded import FORMATS

Provider = errors.ProviderError
KINDS: list[tuple[errors.LLMKitError, type[Provider]]] = [
    (errors.BadRequest("no", status=422), errors.BadRequest),
    (errors.ContextLengthExceeded("Input is too long: 9 tokens exceed the context window.", status=400), errors.ContextLengthExceeded),
    (errors.AuthenticationError("no", status=401), errors.AuthenticationError),
    (errors.PermissionDenied("no", status=403), errors.PermissionDenied),
    (errors.NotFound("no such model", status=404), errors.NotFound),
    (errors.Conflict("no", status=409), errors.Conflict),
    (errors.ContentTooLarge("no", status=413), errors.ContentTooLarge),
    (errors.RateLimited("slow down", status=429, retry_after=7.2), errors.RateLimited),
    (errors.ServerError("no", status=500), errors.ServerError),
    (errors.Overloaded("no", status=503), errors.Overloaded),
    (errors.InvalidRequest("temperature must be a number.", parameter="temperature"), errors.BadRequest),
    (errors.UnsupportedFeature("audio", where="m"), errors.BadRequest),
    (errors.UnknownModel("gpt-6", ["gpt-5"]), errors.NotFound),
    (errors.MissingKey("openai", env=["OPENAI_API_KEY"]), errors.ServerError),
    (errors.ConfigurationError("x"), errors.ServerError),
    (errors.Timeout("first_event", 3), errors.ServerError),
    (errors.ConnectionFailed("10.0.0.7:443 refused"), errors.ServerError),
    (errors.StreamInterrupted("cut", cause=errors.Overloaded("no", status=529)), errors.Overloaded),
    (errors.StreamInterrupted("cut"), errors.ServerError),
]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(("error", "kind"), KINDS, ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "")
def test_a_failure_keeps_its_kind(name: str, error: errors.LLMKitError, kind: type[Provider]) -> None:
    status, headers, body = codec(name).render_error(error)

    again = dialect(name).error(status, Headers(headers.items()), json.dumps(body).encode())

    assert isinstance(again, kind)
    assert status >= 400


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("quota", [errors.QuotaExhausted("Your credit balance is too low", status=402)])
def test_a_spent_quota_is_none_that_waiting_helps(name: str, quota: errors.LLMKitError) -> None:
    _, headers, _ = codec(name).render_error(quota)

    assert "false" == headers["x-should-retry"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_client_is_told_when_to_come_back(name: str) -> None:
    """Rounded up: too early is refused again."""
    _, headers, _ = codec(name).render_error(errors.RateLimited("slow", status=429, retry_after=7.2))

    assert "8" == headers["Retry-After"]


SECRETS = [
    errors.AuthenticationError("Incorrect API key provided: sk-proj-abcdef0123456789.", status=401, body="PROMPT sk-proj-abcdef0123456789"),
    errors.ServerError("x" * 100_000, status=500, body="PROMPT"),
    errors.MissingKey("openai", env=["OPENAI_API_KEY"]),
    errors.ConfigurationError("/home/me/config.toml: PROMPT"),
    errors.ConnectionFailed("upstream.internal:8443 refused the PROMPT"),
]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("error", SECRETS, ids=lambda error: type(error).__name__)
def test_no_failure_tells_keys_prompts_or_how_the_server_is_set_up(name: str, error: errors.LLMKitError) -> None:
    said: Any = json.dumps(codec(name).render_error(error)) + codec(name).renderer().fail(error).decode()

    assert [] == [word for word in ("sk-proj", "PROMPT", "OPENAI_API_KEY", "/home", "internal:") if word in said]
    assert len(said) < 6_000


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.ContextLengthExceeded("no", status=400), "context_length_exceeded"),
        (errors.UnknownModel("m"), "model_not_found"),
        (errors.QuotaExhausted("no", status=402), "insufficient_quota"),
        (errors.InvalidRequest("n must be 1.", parameter="n"), None),
    ],
    ids=lambda value: str(value),
)
def test_chat_clients_get_the_codes_they_look_for(error: errors.LLMKitError, code: str | None) -> None:
    _, _, body = import_module("llmkit.serving.openai_chat").render_error(error)

    assert code == body["error"]["code"]
    assert getattr(error, "parameter", None) == body["error"]["param"]


def test_warnings_go_into_one_plain_header_of_bounded_length() -> None:
    """A detail can hold anything, a header must not."""
    warnings = [Warning(kind="dropped", parameter="seed", detail="a, b\r\nSet-Cookie: x\x00 é"), Warning(kind="lossy", parameter="n")]

    assert {HEADER: "dropped seed: a; b  Set-Cookie: x? ?, lossy n"} == header_of(warnings)
    assert 2_000 == len(header_of([Warning(kind="lossy", parameter="x" * 9_000)])[HEADER])
    assert {} == header_of([])

"""How AWS's credential services are asked, and what is read out of each of their answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llmkit.auth.aws_answers import ask, keys_in_json, keys_in_xml, keys_of, now, refused
from llmkit.auth.header import HeaderCredential
from llmkit.auth.secret import Secret
from llmkit.auth.token_request import LONGEST_ANSWER
from llmkit.errors import (
    AuthenticationError,
    ConfigurationError,
    NotFound,
    Overloaded,
    PermissionDenied,
    ProtocolError,
    RateLimited,
    ServerError,
)
from llmkit.runtime import run
from llmkit.types.http import Timeouts
from tests.auth.asked import DEADLINE, LIMITS, MOMENT, SERVER, Recorder, effects_of

QUICK = Timeouts(connect=0.5)
CREDENTIAL = HeaderCredential(Secret("hidden"), origin=SERVER, name="X-Key", prefix="")
QUESTIONS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {}),
    ({"method": "PUT", "headers": {"X-A": "b"}}, {"method": "PUT", "headers": {"X-A": "b"}}),
    ({"method": "POST", "body": b"a=b", "credential": CREDENTIAL}, {"method": "POST", "body": b"a=b", "proof": {"X-Key": "hidden"}}),
    ({"timeouts": QUICK}, {"timeouts": QUICK}),
]


def clock() -> float:
    return MOMENT


@pytest.mark.parametrize(("given", "expected"), QUESTIONS)
def test_a_question_goes_out_as_it_is_meant(given: dict[str, Any], expected: dict[str, Any]) -> None:
    server = Recorder((206, b"<a/>"))

    found = run(ask(effects_of(server), (SERVER, "/a?b"), **given))

    usual = {"method": "GET", "url": "https://tokens.example:8443/a?b", "headers": {}, "body": b"", "proof": {}}
    assert {**usual, "deadline": DEADLINE, "timeouts": LIMITS, **expected} == server.sent()
    assert (206, b"<a/>") == (found.status, found.body)
    assert [(DEADLINE, LONGEST_ANSWER)] == server.bodies[0].read_with


STATUSES = [
    (201, AuthenticationError),
    (400, AuthenticationError),
    (403, PermissionDenied),
    (404, NotFound),
    (429, RateLimited),
    (499, AuthenticationError),
    (500, ServerError),
    (503, Overloaded),
    (504, ServerError),
]


def answer_of(status: int, body: bytes) -> Any:
    return run(ask(effects_of(Recorder((status, body))), (SERVER, "/")))


@pytest.mark.parametrize(("status", "kind"), STATUSES)
def test_a_refusal_has_its_kind_its_status_and_its_service(status: int, kind: type[Any]) -> None:
    error: Any = refused(answer_of(status, b"SECRETWORD"), "The service")

    assert (kind, status, None, f"The service answered {status}.") == (type(error), error.status, error.code, str(error))


@pytest.mark.parametrize("status", [300, 302, 399])
def test_a_redirect_is_no_answer(status: int) -> None:
    error = refused(answer_of(status, b""), "The service")

    assert isinstance(error, ProtocolError)
    assert str(error).startswith(f"The service answered with a redirect ({status})")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<Error><Code>AccessDenied</Code><Message>SECRETWORD</Message></Error>", "AccessDenied"),
        (b'{"__type": "com.amazon#Denied", "message": "SECRETWORD"}', "com.amazon#Denied"),
        (b'{"code":"Denied"}', "Denied"),
        (b'{"Code" : "Denied"}', "Denied"),
        (b"<Code>two words</Code>", None),
    ],
)
def test_of_a_refusal_only_the_short_code_is_told(body: bytes, code: str | None) -> None:
    error: Any = refused(answer_of(400, body), "The service")

    assert (code, f"The service answered 400{f' ({code})' if code else ''}.") == (error.code, str(error))


KEYS = {"AccessKeyId": "ASIA1", "SecretAccessKey": "hidden-key"}
FORMS: list[tuple[dict[str, Any], tuple[str, str, str | None]]] = [
    (KEYS, ("ASIA1", "hidden-key", None)),
    ({"accessKeyId": "ASIA1", "secretAccessKey": "hidden-key", "sessionToken": "T1"}, ("ASIA1", "hidden-key", "T1")),
    ({**KEYS, "Token": "T2"}, ("ASIA1", "hidden-key", "T2")),
    ({**KEYS, "SessionToken": "T1", "Token": "T2"}, ("ASIA1", "hidden-key", "T1")),
    ({**KEYS, "SessionToken": ""}, ("ASIA1", "hidden-key", None)),
    ({**KEYS, "SessionToken": 5}, ("ASIA1", "hidden-key", None)),
]


@pytest.mark.parametrize(("said", "expected"), FORMS)
def test_keys_are_found_by_each_services_names(said: dict[str, Any], expected: tuple[str, str, str | None]) -> None:
    keys = keys_of(said, clock, "The service").credential

    assert expected == (keys.key_id, keys.secret.reveal(), None if keys.token is None else keys.token.reveal())


@pytest.mark.parametrize("lost", ["AccessKeyId", "SecretAccessKey"])
@pytest.mark.parametrize("value", [None, "", 5])
def test_half_a_key_is_none(lost: str, value: Any) -> None:
    with pytest.raises(ProtocolError, match=r"^The service answered without keys"):
        keys_of({**KEYS, lost: value}, clock, "The service")


@pytest.mark.parametrize(("field", "parameter"), [("SecretAccessKey", "temporary secret key"), ("Token", "session token")])
def test_a_key_that_cannot_be_sent_is_named(field: str, parameter: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        keys_of({**KEYS, field: "a b"}, clock, "The service")

    assert parameter == caught.value.parameter


LIVES = [
    (None, None),
    (True, None),
    ("2027-01-15T08:10:00Z", 600.0),
    ("2027-01-15T07:00:00Z", 0.0),
    (MOMENT + 60, 60.0),
    (int(MOMENT + 60) * 1000, 60.0),
    (100_000_000_000, 100_000_000_000 - MOMENT),
    (MOMENT - 60, 0.0),
    ("later", None),
    ([], None),
]


@pytest.mark.parametrize(("said", "lifetime"), LIVES)
def test_how_long_keys_live_is_read_in_every_form(said: Any, lifetime: float | None) -> None:
    assert lifetime == keys_of({**KEYS, "Expiration": said}, clock, "The service").lifetime


@pytest.mark.parametrize("body", [b"", b"no", b"\xff", b"[]", b"[" * 5000])
def test_an_answer_that_is_no_object_names_the_service(body: bytes) -> None:
    with pytest.raises(ProtocolError, match=r"^The service did not answer"):
        keys_in_json(body, clock, "The service")


def test_keys_are_read_out_of_json_and_out_of_xml() -> None:
    """The space around a value is the layout's."""
    by_json = keys_in_json(json.dumps({**KEYS, "Token": "T", "Expiration": MOMENT + 9}).encode(), clock, "The service")
    words = "<AccessKeyId> ASIA1\n</AccessKeyId><SecretAccessKey>hidden-key</SecretAccessKey><SessionToken>T</SessionToken>"
    by_xml = keys_in_xml(f"<R>{words}<Expiration>2027-01-15T08:00:09Z</Expiration></R>".encode(), clock, "The service")

    for found in (by_json, by_xml):
        keys = found.credential
        assert keys.token is not None
        assert ("ASIA1", "hidden-key", "T", 9.0) == (keys.key_id, keys.secret.reveal(), keys.token.reveal(), found.lifetime)
    with pytest.raises(ProtocolError, match=r"^The service answered without keys"):
        keys_in_xml(b"<R/>", clock, "The service")
    with pytest.raises(ProtocolError, match=r"^The service answered without keys"):
        keys_in_json(b"{}", clock, "The service")
    with pytest.raises(ConfigurationError):
        keys_in_xml(b"<AccessKeyId>A</AccessKeyId><SecretAccessKey>a\xffb</SecretAccessKey>", clock, "The service")


def test_the_clock_is_that_of_the_world() -> None:
    assert now() > MOMENT - 10**8

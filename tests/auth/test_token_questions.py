"""How a token server is asked, byte by byte, and what is read out of each answer."""

from __future__ import annotations

import time
from typing import Any

import pytest

from llmkit.auth.secret import Secret
from llmkit.auth.token_request import LONGEST_ANSWER, Question, answer, basic, read_token, text, token
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

ADDRESS = (SERVER, "/token?x=1")
URL = "https://tokens.example:8443/token?x=1"
JSON = {"Accept": "application/json"}
FORM = {**JSON, "Content-Type": "application/x-www-form-urlencoded"}
QUESTIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nothing but the address": ({}, {"method": "GET", "headers": JSON, "body": b""}),
    "a form": (
        {"form": {"a": "b c", "key": Secret("s&s")}},
        {"method": "POST", "headers": FORM, "body": b"a=b+c&key=s%26s"},
    ),
    "an empty form": ({"form": {}}, {"method": "POST", "headers": FORM, "body": b""}),
    "a JSON body": (
        {"json": {"a": [1]}},
        {"method": "POST", "headers": {**JSON, "Content-Type": "application/json"}, "body": b'{"a":[1]}'},
    ),
    "its own headers": (
        {"headers": {"Accept": "text/xml", "X-A": "b"}},
        {"method": "GET", "headers": {"Accept": "text/xml", "X-A": "b"}, "body": b""},
    ),
    "a secret header": (
        {"secret_header": ("X-Key", "Pre ", Secret("hidden"))},
        {"method": "GET", "headers": JSON, "body": b"", "proof": {"X-Key": "Pre hidden"}},
    ),
    "its own limits": (
        {"timeouts": Timeouts(connect=0.25)},
        {"method": "GET", "headers": JSON, "body": b"", "timeouts": Timeouts(connect=0.25)},
    ),
}


@pytest.mark.parametrize("case", QUESTIONS)
def test_a_question_goes_out_as_it_is_meant(case: str) -> None:
    """The call's own limits hold for it, where it has none of its own."""
    given, expected = QUESTIONS[case]
    server = Recorder({"ok": 1})

    assert {"ok": 1} == run(answer(Question(address=ADDRESS, **given), effects_of(server)))

    assert {"url": URL, "proof": {}, "deadline": DEADLINE, "timeouts": LIMITS, **expected} == server.sent()
    assert [(DEADLINE, LONGEST_ANSWER)] == server.bodies[0].read_with


def test_an_answer_has_an_end() -> None:
    """What is read for a token is little, whoever serves it."""
    assert 262_144 == LONGEST_ANSWER


def test_the_text_of_an_answer_is_left_as_it_came() -> None:
    assert b"<a>\xff" == run(text(Question(address=ADDRESS), effects_of(Recorder((200, b"<a>\xff")))))


@pytest.mark.parametrize("data", [b"", b"no", b"\xff", b"[1]", b'"a"', b"null", b"[" * 5000])
def test_an_answer_that_is_no_object_is_an_error_that_names_the_server(data: bytes) -> None:
    with pytest.raises(ProtocolError, match=r"tokens\.example:8443"):
        run(answer(Question(address=ADDRESS), effects_of(Recorder((200, data)))))


@pytest.mark.parametrize(
    ("user", "password", "pair"),
    [("me", "pw", "bWU6cHc="), ("a:b/c", "p@s+", "YSUzQWIlMkZjOnAlNDBzJTJC"), (Secret("me"), "pw", "bWU6cHc=")],
)
def test_a_basic_credential_is_encoded_as_a_form_first(user: Any, password: str, pair: str) -> None:
    """A colon of the user's would else begin the password (RFC 6749, 2.3.1)."""
    assert pair == basic(user, Secret(password)).reveal()


LIVES: list[tuple[dict[str, Any], float | None]] = [
    ({}, None),
    ({"expires_in": 60}, 60.0),
    ({"expires_in": "60"}, 60.0),
    ({"expires_in": 0.5}, 0.5),
    ({"expires_in": -5}, 0.0),
    ({"expires_in": True, "expires_on": MOMENT + 9}, 9.0),
    ({"expires_in": "soon", "expires_on": str(MOMENT + 9)}, 9.0),
    ({"expires_in": 60, "expires_on": MOMENT + 9}, 60.0),
    ({"expires_in": [1], "expires_at": MOMENT + 8}, 8.0),
    ({"expiration": MOMENT + 7}, 7.0),
    ({"expiration": (MOMENT + 7) * 1000}, 7.0),
    ({"expires_on": MOMENT + 9, "expires_at": MOMENT + 8, "expiration": MOMENT + 7}, 9.0),
    ({"expires_at": MOMENT + 8, "expiration": MOMENT + 7}, 8.0),
    ({"expires_at": 99_999_999_999}, 99_999_999_999 - MOMENT),
    ({"expires_at": 100_000_000_000}, 100_000_000_000 - MOMENT),
    ({"expires_at": MOMENT - 1}, 0.0),
    ({"expires_at": "never", "expireTime": "2027-01-15T08:01:00Z"}, 60.0),
    ({"expireTime": "2027-01-15T07:00:00Z"}, 0.0),
    ({"expireTime": "later"}, None),
    ({"expireTime": 5}, None),
]


@pytest.mark.parametrize(("said", "lifetime"), LIVES, ids=[str(case[0]) for case in LIVES])
def test_how_long_a_token_lives_is_read_in_every_form(
    said: dict[str, Any], lifetime: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seconds, moments in seconds or milliseconds, texts and dates; what is over is over, and nothing said is for ever."""
    monkeypatch.setattr(time, "time", lambda: MOMENT)

    found = read_token({"access_token": "abc", **said}, SERVER)

    assert ("abc", lifetime) == (found.secret.reveal(), found.lifetime)


def test_a_token_has_two_names() -> None:
    found = run(token(Question(address=ADDRESS), effects_of(Recorder({"accessToken": "abc"}))))

    assert ("abc", "first") == (found.secret.reveal(), read_token({"access_token": "first", "accessToken": "b"}, SERVER).secret.reveal())


@pytest.mark.parametrize("said", [{}, {"access_token": 5}, {"access_token": ""}, {"access_token": None, "accessToken": [1]}])
def test_an_answer_without_a_token_names_the_server(said: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError, match=r"tokens\.example:8443"):
        run(token(Question(address=ADDRESS), effects_of(Recorder(said))))


def test_a_token_that_cannot_be_sent_is_named() -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_token({"access_token": "a b"}, SERVER)

    assert "access token" == caught.value.parameter


STATUSES = [
    (400, AuthenticationError),
    (401, AuthenticationError),
    (403, PermissionDenied),
    (404, NotFound),
    (418, AuthenticationError),
    (429, RateLimited),
    (499, AuthenticationError),
    (500, ServerError),
    (502, ServerError),
    (503, Overloaded),
    (201, AuthenticationError),
]


@pytest.mark.parametrize(("status", "kind"), STATUSES)
def test_a_refusal_has_its_kind_and_its_status(status: int, kind: type[Any]) -> None:
    with pytest.raises(kind, match=rf"tokens\.example:8443 answered {status}\.$") as caught:
        run(text(Question(address=ADDRESS), effects_of(Recorder((status, b"SECRETWORD")))))

    assert (kind, status, None) == (type(caught.value), caught.value.status, caught.value.code)


@pytest.mark.parametrize("status", [300, 302, 399])
def test_a_redirect_is_no_answer(status: int) -> None:
    with pytest.raises(ProtocolError, match=rf"tokens\.example:8443 .*\({status}\)"):
        run(text(Question(address=ADDRESS), effects_of(Recorder((status, {"error": "x"})))))


LONGEST_CODE = "a" * 64
CODES: list[tuple[Any, str | None]] = [
    ({"error": "invalid_grant"}, "invalid_grant"),
    ({"error": "a"}, "a"),
    ({"error": LONGEST_CODE}, LONGEST_CODE),
    ({"error": LONGEST_CODE + "a"}, None),
    ({"error": "two words"}, None),
    ({"error": "1a"}, None),
    ({"errorCode": "BXNIM0415E"}, "BXNIM0415E"),
    ({"error": "", "errorCode": "other.code-1"}, "other.code-1"),
    ({"error": {"status": "DENIED", "code": "x"}}, "DENIED"),
    ({"error": {"code": "x"}}, "x"),
    ({"error": {"code": 5}}, None),
    ({"error": 5}, None),
    ({"error": "invalid_client", "error_description": "AADSTS7000215: Invalid SECRETWORD"}, "invalid_client AADSTS7000215"),
    ({"error": "invalid_client", "error_description": "See AADSTS7000215"}, "invalid_client"),
    ({"error_description": "AADSTS7000215: x"}, None),
    ([{"error": "x"}], None),
    (b"no JSON", None),
    (b"\xff", None),
    (b"[" * 5000, None),
]


@pytest.mark.parametrize(("said", "code"), CODES, ids=[str(place) for place in range(len(CODES))])
def test_of_a_refusal_only_the_short_code_is_told(said: Any, code: str | None) -> None:
    """The other words of a server may hold what was sent to it."""
    with pytest.raises(AuthenticationError) as caught:
        run(text(Question(address=ADDRESS), effects_of(Recorder((400, said)))))

    assert code == caught.value.code
    assert str(caught.value).endswith(f"answered 400 ({code})." if code else "answered 400.")


@pytest.mark.parametrize(
    "given",
    [
        {"form": {"plain": "a", "key": Secret("client-secret-0123456789")}},
        {"secret_header": ("Authorization", "Bearer ", Secret("client-secret-0123456789"))},
        {"form": {"key": Secret("another")}, "secret_header": ("Authorization", "", Secret("client-secret-0123456789"))},
    ],
)
def test_a_code_that_is_what_was_sent_is_masked(given: dict[str, Any]) -> None:
    with pytest.raises(AuthenticationError) as caught:
        run(text(Question(address=ADDRESS, **given), effects_of(Recorder((401, {"error": "client-secret-0123456789"})))))

    assert "****" == caught.value.code
    assert "client-secret" not in str(caught.value)

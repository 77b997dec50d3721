"""How one request goes out, whose failure an answer is, and what of the server's words an error keeps."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from llmkit.auth.header import HeaderCredential
from llmkit.auth.schemes import HeaderAuth, NoAuth
from llmkit.auth.secret import Secret
from llmkit.errors import LLMKitError, ProtocolError, RateLimited, SecurityError, ServerError
from llmkit.providers.error_rules import ErrorRule
from llmkit.runtime import Virtual, run
from llmkit.sending import ERROR_BODY, checked, delivered, described, failure_of, rates, request_id, ruled_failure
from llmkit.types.http import Headers, HttpRequest, HttpResponse, Origin, Timeouts

HOST = Origin(scheme="https", host="models.example", port=443)
RUNTIME = Virtual()
REQUEST = HttpRequest(method="POST", origin=HOST, path="/", timeouts=Timeouts(total=7.0), deadline=99.0)


class Body:
    """Bytes, and how they were asked for."""

    def __init__(self, data: bytes = b"") -> None:
        self.data, self.closed = data, False
        self.asked: list[Any] = []

    async def read_all(self, deadline: float | None = None, limit: int = 0) -> bytes:
        self.asked.append((deadline, limit))
        return self.data

    async def aclose(self) -> None:
        self.closed = True


def response(status: int, headers: dict[str, str] | None = None, data: bytes = b"") -> Any:
    body: Any = Body(data)
    return HttpResponse(status=status, headers=Headers(tuple((headers or {}).items())), body=body)


class Endpoint:
    """An endpoint whose credentials are numbered, and whose server answers in turn."""

    def __init__(self, *answers: Any, again: bool = True, fixed: Any = None, source: bool = True, key: Any = True) -> None:
        self.answers, self.again, self.key, self.fixed = list(answers), again, key, fixed
        self.source = self if source else None
        self.transport = self
        self.sent: list[HttpRequest] = []
        self.wanted: list[Any] = []
        self.forgotten: list[Any] = []

    async def send(self, request: HttpRequest) -> Any:
        self.sent.append(request)
        return self.answers[len(self.sent) - 1]

    async def credential(self, *limits: Any) -> Any:
        self.wanted.append(limits)
        return HeaderCredential(Secret(f"c{len(self.wanted)}"), origin=HOST) if self.key else None

    def forget(self, credential: Any) -> bool:
        self.forgotten.append(credential)
        return self.again


def keys(endpoint: Endpoint) -> list[Any]:
    return [request.credential and request.credential.secret.reveal() for request in endpoint.sent]  # type: ignore[attr-defined] - ours


TYPE = "x-amzn-errortype"
REFUSALS: list[tuple[int, dict[str, str], bool]] = [
    (200, {}, False),
    (401, {}, True),
    (402, {}, False),
    (400, {}, False),
    (403, {}, False),
    (400, {TYPE: "ExpiredTokenException:http"}, True),
    (403, {TYPE: "ExpiredToken"}, True),
    (403, {TYPE: "UnrecognizedClientException"}, True),
    (400, {TYPE: "InvalidClientTokenId"}, True),
    (400, {TYPE: "ValidationException"}, False),
    (404, {TYPE: "ExpiredToken"}, False),
]


@pytest.mark.parametrize(("status", "headers", "refused"), REFUSALS)
def test_a_refused_credential_is_fetched_anew_once(status: int, headers: dict[str, str], refused: bool) -> None:
    """Within the same limits; what the first answer still had to say is not waited for."""
    first, second = response(status, headers), response(401)
    endpoint: Any = Endpoint(first, second)

    found = run(delivered(endpoint, REQUEST, RUNTIME))

    assert found is (second if refused else first)
    assert (["c1", "c2"] if refused else ["c1"]) == keys(endpoint)
    assert [(RUNTIME, REQUEST.timeouts, 99.0)] * len(endpoint.sent) == endpoint.wanted
    assert (refused, ["c1"] if refused else []) == (first.body.closed, [one.secret.reveal() for one in endpoint.forgotten])


@pytest.mark.parametrize("given", [{"source": False}, {"fixed": object()}, {"again": False}, {"key": None}])
def test_what_cannot_change_is_not_asked_again(given: dict[str, Any]) -> None:
    endpoint: Any = Endpoint(response(401), **given)

    assert endpoint.answers[0] is run(delivered(endpoint, REQUEST, RUNTIME))
    assert 1 == len(endpoint.sent)
    if "again" not in given:
        assert ([], REQUEST) == (endpoint.forgotten, endpoint.sent[0])


def failing(rules: Any = ()) -> Any:
    """Return an endpoint whose format makes a server's error of every answer."""
    seen: list[Any] = []

    def error(status: int, headers: Headers, body: bytes) -> LLMKitError:
        seen.append((status, headers, body))
        return ServerError("words", status=status)

    provider = SimpleNamespace(errors=rules, name="cloud", limits=None)
    return SimpleNamespace(dialect=SimpleNamespace(error=error), provider=provider, seen=seen)


def failure(answer: Any, endpoint: Any = None) -> Any:
    return run(failure_of(endpoint or failing(), answer, 55.0))


@pytest.mark.parametrize("status", [203, 299])
def test_a_success_that_is_no_answer_is_a_break_of_the_protocol(status: int) -> None:
    answer = response(status)
    error = failure(answer)

    assert (ProtocolError, True, True) == (type(error), str(status) in str(error), answer.body.closed)


@pytest.mark.parametrize(("status", "kind"), [(300, ProtocolError), (399, ProtocolError), (400, ServerError)])
def test_a_redirect_is_never_followed(status: int, kind: type[Any]) -> None:
    answer, endpoint = response(status, {"x-request-id": "r1"}, b"words"), failing()
    error = failure(answer, endpoint)

    assert (kind, [(55.0, ERROR_BODY)]) == (type(error), answer.body.asked)
    if kind is ServerError:
        assert ([(400, answer.headers, b"words")], "r1") == (endpoint.seen, error.request_id)
    else:
        assert f"({status})" in str(error)


@pytest.mark.parametrize(
    ("status", "said", "again", "told"),
    [
        (400, None, None, None),
        (408, None, True, None),
        (425, None, True, None),
        (400, "true", True, True),
        (500, "TRUE", True, True),
        (500, "false", False, False),
        (408, "false", False, False),
        (500, "maybe", None, None),
    ],
)
def test_the_server_says_whether_to_try_again(status: int, said: str | None, again: bool | None, told: bool | None) -> None:
    usual = ServerError("words", status=status).retryable
    error = failure(response(status, {"x-should-retry": said} if said else {}))

    assert (usual if again is None else again, told) == (error.retryable, error.should_retry)


def test_a_rows_rules_say_what_its_words_mean() -> None:
    rules = (ErrorRule(kind="rate_limited", source="none: made up", contains="slow down"),)
    error = ServerError("words", status=400)

    assert error is ruled_failure(failing(), error)
    assert error is ruled_failure(failing(rules=rules), error)
    assert isinstance(failure(response(400, {}, b'{"message": "please slow down"}'), failing(rules=rules)), RateLimited)
    other = ProtocolError("slow down")
    assert other is ruled_failure(failing(rules=rules), other, b"slow down")


IDS = [
    ({}, None),
    ({"X-Request-Id": "a", "request-id": "b"}, "a"),
    ({"request-id": "b", "x-request-id": "a"}, "a"),
    ({"cf-ray": "d", "x-amzn-RequestId": "c"}, "c"),
    ({"cf-ray": "d"}, "d"),
    ({"x-request-id": "", "request-id": "b"}, "b"),
    ({"x-request-id": "a" * 300}, "a" * 256),
    ({"other": "x"}, None),
]


@pytest.mark.parametrize(("headers", "found"), IDS)
def test_the_best_id_of_a_request_is_kept(headers: dict[str, str], found: str | None) -> None:
    assert found == request_id(Headers(tuple(headers.items())))


def test_an_error_says_whose_it_is_and_shows_no_secret() -> None:
    one, two = "sk-first-0123456789abcdef", "pa-other-zyxwvutsrqponm98"
    endpoint: Any = SimpleNamespace(provider=SimpleNamespace(name="cloud"), secrets=lambda: (Secret(one), Secret(two)))
    error = ServerError(f"bad {one} and {two}", status=500, code=two)
    error.args = (*error.args, 5)
    error.__cause__ = ValueError(one)

    found: Any = described(endpoint, "m", error)

    assert ("cloud", "m", 500, "****", 5) == (found.provider, found.model, found.status, found.code, found.args[1])
    assert "bad **** and ****" == found.message
    assert not any(word in f"{found} {found.args} {vars(found)} {found.__cause__}" for word in (one, two))


OWN = HeaderAuth(name="X-Own-Key")
RESERVED = ["Authorization", "x-api-key", "X-Goog-Api-Key", "api-key", "Proxy-Authorization", "Cookie"]


@pytest.mark.parametrize("name", [*RESERVED, "x-own-key", "X-OWN-KEY"])
@pytest.mark.parametrize("place", ["row", "route"])
def test_a_header_that_could_hold_a_key_is_refused(name: str, place: str) -> None:
    auths = (OWN, None) if place == "row" else (NoAuth(), OWN)
    endpoint: Any = SimpleNamespace(provider=SimpleNamespace(auth=auths[0]), route=SimpleNamespace(auth=auths[1]))

    with pytest.raises(SecurityError, match=f"set {name}.*keys=") as caught:
        checked({"X-A": "b", name: "k"}, endpoint)
    assert "extra_headers" == caught.value.parameter
    assert {"X-A": "b"} == checked({"X-A": "b"}, endpoint)


def test_a_route_without_a_key_does_not_keep_the_rows_header() -> None:
    endpoint: Any = SimpleNamespace(provider=SimpleNamespace(auth=OWN), route=SimpleNamespace(auth=NoAuth()))

    assert {"X-Own-Key": "k"} == checked({"X-Own-Key": "k"}, endpoint)
    assert rates(SimpleNamespace(limits=None), response(200)) is None  # type: ignore[arg-type] - all it needs

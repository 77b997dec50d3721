"""Which of Google's default credentials is there, which addresses a file may name, and how each exchange goes out."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from llmkit.auth.google import credentials_file, google_found, google_source
from llmkit.auth.google_grants import GoogleFile
from llmkit.auth.header import HeaderCredential
from llmkit.auth.schemes import GoogleAuth
from llmkit.auth.secret import Secret
from llmkit.errors import ConfigurationError, ConnectionFailed, MissingKey, SecurityError, ServerError, Timeout
from llmkit.runtime import run
from llmkit.types.http import Timeouts
from tests.auth.asked import DEADLINE, LIMITS, MOMENT, Recorder, circumstances_of, effects_of
from tests.auth.test_google import verified

TOKEN = {"access_token": "ya29.first", "expires_in": 3600}
USER = {"type": "authorized_user", "client_id": "app", "client_secret": "s", "refresh_token": "r"}
SCOPE = "https://example/scope"
CLOUD = "https://www.googleapis.com/auth/cloud-platform"
FORM = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
GOOGLE = "https://oauth2.googleapis.com/token"


def put(folder: Path, file: dict[str, Any], name: str = "file.json") -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(file), encoding="utf-8")
    return str(path)


def asked(folder: Path, server: Recorder, **fields: Any) -> HeaderCredential:
    """Return the credential that the source for these circumstances hands out."""
    source = google_source(GoogleAuth(scope=SCOPE), circumstances_of(folder, **fields))
    credential = run(source.credential(effects_of(server)))
    assert isinstance(credential, HeaderCredential)
    assert "models.example" == credential.origin.host
    return credential


def by_file(folder: Path, file: dict[str, Any], *answers: Any, trusted: bool = True) -> Recorder:
    server, path = Recorder(*(answers or (TOKEN,))), put(folder, file)
    asked(
        folder,
        server,
        **({"settings": {"credentials_file": path}} if trusted else {"environment": {"GOOGLE_APPLICATION_CREDENTIALS": path}}),
    )
    return server


PLACES: list[tuple[str, dict[str, str], bool]] = [
    ("file", {}, True),
    ("environment", {"GOOGLE_APPLICATION_CREDENTIALS": "{home}/named.json"}, False),
    ("named.json", {"GOOGLE_APPLICATION_CREDENTIALS": "{home}/named.json", "CLOUDSDK_CONFIG": "{home}/sdk"}, False),
    ("sdk/application_default_credentials.json", {"CLOUDSDK_CONFIG": "{home}/sdk", "APPDATA": "{home}/data"}, False),
    ("data/gcloud/application_default_credentials.json", {"APPDATA": "{home}/data"}, False),
    (".config/gcloud/application_default_credentials.json", {}, False),
]


@pytest.mark.parametrize(("name", "environment", "trusted"), PLACES)
def test_the_file_is_looked_for_in_googles_order(name: str, environment: dict[str, str], trusted: bool, tmp_path: Path) -> None:
    """A file is trusted with addresses of its own only where the caller named it."""
    told = {key: value.format(home=tmp_path) for key, value in environment.items()}
    wanted = put(tmp_path, USER, "named.json" if name == "environment" else name)
    given = circumstances_of(tmp_path, environment=told, settings={"credentials_file": wanted} if trusted else {})

    place = credentials_file(given)

    assert place is not None
    assert (Path(wanted), trusted, given.parse_url) == (place.path, place.trusted, place.parse_url)
    assert google_found(given)


def test_without_a_file_there_is_nothing_but_what_was_given(tmp_path: Path) -> None:
    assert credentials_file(circumstances_of(tmp_path)) is None
    assert not google_found(circumstances_of(tmp_path))
    assert google_found(circumstances_of(tmp_path, secret=Secret("k")))
    assert google_found(circumstances_of(tmp_path, secrets={"access_token": Secret("t")}))


def test_a_key_and_a_token_are_sent_each_in_its_header(tmp_path: Path) -> None:
    request: Any = None
    key = asked(tmp_path, Recorder(TOKEN), secret=Secret("k"), secrets={"access_token": Secret("t")})
    token = asked(tmp_path, Recorder(TOKEN), secrets={"access_token": Secret("t")})

    assert (("x-goog-api-key", "k"),) == key.headers(request)
    assert (("Authorization", "Bearer t"),) == token.headers(request)


@pytest.mark.parametrize("host", ["", "metadata.test"])
def test_the_machine_is_asked_for_the_scope(host: str, tmp_path: Path) -> None:
    server = Recorder(TOKEN)

    asked(tmp_path, server, environment={"GCE_METADATA_HOST": host})

    where = host or "169.254.169.254"
    assert {
        "method": "GET",
        "url": f"http://{where}/computeMetadata/v1/instance/service-accounts/default/token?scopes={SCOPE}",
        "headers": {"Accept": "application/json", "Metadata-Flavor": "Google"},
        "body": b"",
        "proof": {},
        "deadline": DEADLINE,
        "timeouts": Timeouts(connect=1.0, write=1.0, pool=5.0, first_event=5.0, idle=5.0),
    } == server.sent()
    assert server.requests[0].origin.machine


@pytest.mark.parametrize("failure", [ConnectionFailed("nobody"), Timeout("connect")])
def test_where_no_machine_answers_the_key_is_missing(failure: Exception, tmp_path: Path) -> None:
    with pytest.raises(MissingKey, match=r"cloud.*CLOUD_KEY or GOOGLE_APPLICATION_CREDENTIALS"):
        asked(tmp_path, Recorder(failure))
    with pytest.raises(ServerError):
        asked(tmp_path, Recorder((500, b"")))


@pytest.mark.parametrize(
    ("file", "environment", "more"),
    [
        (USER, {}, ()),
        ({**USER, "quota_project_id": "file"}, {}, (("x-goog-user-project", "file"),)),
        ({**USER, "quota_project_id": "file"}, {"GOOGLE_CLOUD_QUOTA_PROJECT": "said"}, (("x-goog-user-project", "said"),)),
        (None, {"GOOGLE_CLOUD_QUOTA_PROJECT": "said"}, (("x-goog-user-project", "said"),)),
    ],
)
def test_who_pays_goes_with_the_token(file: Any, environment: dict[str, str], more: tuple[Any, ...], tmp_path: Path) -> None:
    request: Any = None
    settings = {} if file is None else {"credentials_file": put(tmp_path, file)}

    credential = asked(tmp_path, Recorder(TOKEN), settings=settings, environment=environment)

    assert (("Authorization", "Bearer ya29.first"), *more) == credential.headers(request)


def test_accounts_are_told_apart_by_what_names_them(tmp_path: Path) -> None:
    """A file's account is known before a token is; a machine's is not."""
    names = ("client_email", "service_account_impersonation_url", "audience", "client_id")
    full = {"type": "x", **{name: name for name in names}}
    for place, name in enumerate(names):
        assert name == GoogleFile(**{key: value for key, value in full.items() if key not in names[:place]}).identity
    source = google_source(GoogleAuth(), circumstances_of(tmp_path, settings={"credentials_file": put(tmp_path, USER)}))
    assert Secret("app").fingerprint() == source.account
    assert "" == google_source(GoogleAuth(), circumstances_of(tmp_path)).account
    assert "GoogleFile(x)" == repr(GoogleFile(**full))


@pytest.mark.parametrize("uri", [None, "https://tokens.googleapis.com/x"])
def test_a_users_question(uri: str | None, tmp_path: Path) -> None:
    server = by_file(tmp_path, {**USER, "token_uri": uri or ""}, trusted=False)

    assert {
        "method": "POST",
        "url": uri or GOOGLE,
        "headers": FORM,
        "body": b"grant_type=refresh_token&client_id=app&client_secret=s&refresh_token=r",
        "proof": {},
        "deadline": DEADLINE,
        "timeouts": LIMITS,
    } == server.sent()


ROBOT = {"type": "service_account", "client_email": "robot@p.iam"}


@pytest.mark.parametrize("named", [{}, {"private_key_id": "k1"}])
def test_a_service_accounts_question(
    named: dict[str, str], pem: str, private_key: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: MOMENT + 0.5)
    server = by_file(tmp_path, {**ROBOT, **named, "private_key": pem}, trusted=False)

    grant, _, assertion = server.sent()["body"].decode().partition("&assertion=")
    header, claims = verified(assertion, private_key)
    assert (GOOGLE, "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer") == (server.sent()["url"], grant)
    assert {"alg": "RS256", "typ": "JWT", **({"kid": "k1"} if named else {})} == header
    assert {"iss": "robot@p.iam", "scope": SCOPE, "aud": GOOGLE, "iat": int(MOMENT), "exp": int(MOMENT) + 3600} == claims


def workload(folder: Path, **more: Any) -> dict[str, Any]:
    subject = folder / "subject"
    subject.write_text(" outside \n", encoding="utf-8")
    known = {"type": "external_account", "audience": "aud", "subject_token_type": "jwt", "token_url": "https://sts.googleapis.com/v1/token"}
    return {**known, "credential_source": {"file": str(subject)}, **more}


def exchange(scope: str, options: str = "") -> bytes:
    urn = "urn%3Aietf%3Aparams%3Aoauth%3A"
    kinds = f"requested_token_type={urn}token-type%3Aaccess_token&subject_token_type=jwt&subject_token=outside"
    text = f"grant_type={urn}grant-type%3Atoken-exchange&audience=aud&scope={scope}&{kinds}{options}"
    return text.encode()


MINE = "https%3A%2F%2Fexample%2Fscope"
PROJECT = "&options=%7B%22userProject%22%3A%22p%22%7D"


@pytest.mark.parametrize(
    ("more", "body", "proof"),
    [
        ({}, exchange(MINE), {}),
        ({"client_id": "a", "client_secret": "b"}, exchange(MINE), {"Authorization": "Basic YTpi"}),
        ({"client_id": "a", "workforce_pool_user_project": "p"}, exchange(MINE, PROJECT), {}),
        ({"client_secret": "b", "workforce_pool_user_project": "p"}, exchange(MINE, PROJECT), {}),
        ({"client_id": "a", "client_secret": "b", "workforce_pool_user_project": "p"}, exchange(MINE), {"Authorization": "Basic YTpi"}),
    ],
)
def test_a_workloads_question(more: dict[str, str], body: bytes, proof: dict[str, str], tmp_path: Path) -> None:
    server = by_file(tmp_path, workload(tmp_path, **more), trusted=False)

    usual = {"method": "POST", "url": "https://sts.googleapis.com/v1/token", "headers": FORM, "deadline": DEADLINE, "timeouts": LIMITS}
    assert {**usual, "body": body, "proof": proof} == server.sent()


BECOME = "https://iamcredentials.googleapis.com/v1/robot:generateAccessToken"
TAKEN = {"accessToken": "ya29.taken", "expireTime": "2027-01-15T09:00:00Z"}


@pytest.mark.parametrize("delegates", [[], ["one"]])
def test_a_service_account_is_become_with_the_others_token(delegates: list[str], tmp_path: Path) -> None:
    """The first exchange asks for all of the cloud, the second for the scope alone."""
    file = workload(tmp_path, service_account_impersonation_url=BECOME, delegates=delegates)
    server = by_file(tmp_path, file, {"access_token": "fed"}, TAKEN, trusted=False)

    assert exchange("https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fcloud-platform") == server.sent(0)["body"]
    assert {
        "method": "POST",
        "url": BECOME,
        "headers": {"Accept": "application/json", "Content-Type": "application/json"},
        "proof": {"Authorization": "Bearer fed"},
        "deadline": DEADLINE,
        "timeouts": LIMITS,
    } == {name: value for name, value in server.sent(1).items() if name != "body"}
    wanted = {"scope": [SCOPE], "lifetime": "3600s", **({"delegates": delegates} if delegates else {})}
    assert wanted == json.loads(server.sent(1)["body"])


def test_a_service_account_can_be_become_by_a_user(tmp_path: Path) -> None:
    file = {"type": "impersonated_service_account", "service_account_impersonation_url": BECOME, "source_credentials": USER}
    server = by_file(tmp_path, file, TOKEN, TAKEN, trusted=False)

    assert ([GOOGLE, BECOME], {"Authorization": "Bearer ya29.first"}) == (
        [server.sent(0)["url"], server.sent(1)["url"]],
        server.sent(1)["proof"],
    )
    assert {"scope": [SCOPE], "lifetime": "3600s"} == json.loads(server.sent(1)["body"])
    with pytest.raises(ConfigurationError, match="source_credentials of the credentials file"):
        by_file(tmp_path, {**file, "source_credentials": 5})


BAD = "https://evil.example/x"
FOREIGN: list[tuple[str, dict[str, Any]]] = [
    ("token_uri", {**USER, "token_uri": BAD}),
    ("token_uri", {**ROBOT, "token_uri": BAD}),
    ("token_url", {"type": "external_account", "token_url": BAD}),
    ("service_account_impersonation_url", {"type": "external_account", "service_account_impersonation_url": BAD}),
]


@pytest.mark.parametrize(("parameter", "file"), FOREIGN)
def test_a_file_that_was_found_cannot_lead_a_secret_elsewhere(parameter: str, file: dict[str, Any], tmp_path: Path) -> None:
    """Which of its addresses it is stands in the error; a file that the caller named may lead there."""
    whole = workload(tmp_path, **file) if file["type"] == "external_account" else file

    with pytest.raises(SecurityError, match=f"{parameter} is not an https address.*credentials_file") as caught:
        by_file(tmp_path, whole, TOKEN, trusted=False)
    assert parameter == caught.value.parameter


@pytest.mark.parametrize("url", ["https://googleapis.com/t", "https://x.googleapis.com/t"])
@pytest.mark.parametrize("trusted", [True, False])
def test_an_address_of_googles_is_googles(url: str, trusted: bool, tmp_path: Path) -> None:
    assert url == by_file(tmp_path, {**USER, "token_uri": url}, trusted=trusted).sent()["url"]


@pytest.mark.parametrize(
    "url", ["http://x.googleapis.com/t", "https://x.googleapis.com:8443/t", "https://evilgoogleapis.com/t", "https://googleapis.com.evil/t"]
)
def test_what_only_looks_like_googles_is_not(url: str, tmp_path: Path) -> None:
    with pytest.raises(SecurityError):
        by_file(tmp_path, {**USER, "token_uri": url}, trusted=False)


SUBJECTS: list[tuple[dict[str, Any], Any, str]] = [
    ({"url": "https://idp.example/t", "headers": {"X-A": "b"}}, (200, b" outside \n"), "outside"),
    ({"url": "https://idp.example/t", "format": {"type": "json", "subject_token_field_name": "v"}}, {"v": "outside"}, "outside"),
]


@pytest.mark.parametrize(("source", "told", "subject"), SUBJECTS)
def test_a_subject_token_can_come_from_an_address(source: dict[str, Any], told: Any, subject: str, tmp_path: Path) -> None:
    server = by_file(tmp_path, workload(tmp_path, credential_source=source), told, TOKEN)

    headers = {"Accept": "application/json", **source.get("headers", {})}
    first = server.sent(0)
    assert ("GET", "https://idp.example/t", headers) == (first["method"], first["url"], first["headers"])
    assert f"subject_token={subject}" in server.sent(1)["body"].decode()


UNUSABLE: list[tuple[dict[str, Any], str, str]] = [
    ({"type": "authorized_user"}, "credentials_file", "client_secret is missing"),
    ({"type": "authorized_user", "client_secret": "s"}, "credentials_file", "refresh_token is missing"),
    ({**USER, "client_secret": "a b"}, "client_secret", ""),
    ({**USER, "refresh_token": "a b"}, "refresh_token", ""),
    ({"type": "x" * 60}, "credentials_file", "x" * 40 + "'"),
    ({"type": "external_account", "credential_source": {"executable": {}}}, "credentials_file", "never run"),
    ({"type": "external_account", "credential_source": {"environment_id": "aws1"}}, "credentials_file", "not supported"),
    ({"type": "external_account", "credential_source": {"certificate": {}}}, "credentials_file", "not supported"),
    ({"type": "external_account", "credential_source": None}, "credentials_file", "does not say"),
    ({"type": "external_account", "client_id": "a", "client_secret": "a b"}, "client_secret", ""),
    ({"type": "external_account", "credential_source": {"file": "/nowhere"}}, "settings", "subject token file /nowhere"),
    (ROBOT, "auth", "no PEM key"),
]


@pytest.mark.parametrize(("file", "parameter", "words"), UNUSABLE)
def test_what_a_file_lacks_is_named(file: dict[str, Any], parameter: str, words: str, tmp_path: Path) -> None:
    whole = {**(workload(tmp_path) if file["type"] == "external_account" else {}), **file}

    with pytest.raises(ConfigurationError) as caught:
        by_file(tmp_path, whole)
    assert (parameter, True) == (caught.value.parameter, words in str(caught.value))


@pytest.mark.parametrize(
    ("text", "parameter"), [("a b", "subject token"), ('{"v": 5}', "credentials_file"), ('{"v": "a b"}', "subject token")]
)
def test_a_subject_token_that_cannot_be_sent_is_named(text: str, parameter: str, tmp_path: Path) -> None:
    kind = {"type": "json", "subject_token_field_name": "v"} if text.startswith("{") else {}
    (tmp_path / "bad").write_text(text, encoding="utf-8")
    source = {"file": str(tmp_path / "bad"), "format": kind}

    with pytest.raises(ConfigurationError, match="subject token") as caught:
        by_file(tmp_path, workload(tmp_path, credential_source=source))
    assert parameter == caught.value.parameter


def test_a_file_is_read_again_for_each_token_and_named_when_it_is_none(tmp_path: Path) -> None:
    path = put(tmp_path, USER)
    source = google_source(GoogleAuth(), circumstances_of(tmp_path, settings={"credentials_file": path}))
    put(tmp_path, {**USER, "client_id": "next"})
    server = Recorder(TOKEN)

    run(source.credential(effects_of(server)))

    assert b"client_id=next" in server.sent()["body"]
    put(tmp_path, {"no": "type"})
    with pytest.raises(ConfigurationError, match=f"Google credentials file {path}") as caught:
        google_source(GoogleAuth(), circumstances_of(tmp_path, settings={"credentials_file": path}))
    assert "settings" == caught.value.parameter

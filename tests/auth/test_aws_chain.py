"""Where AWS keys come from, in which order, and how each service is asked."""

from __future__ import annotations

import datetime
import hashlib
import json
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import parse_qs

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from llmkit.auth.aws import aws_found, aws_region, aws_source
from llmkit.auth.schemes import AwsAuth
from llmkit.auth.source import Effects, Fixed
from llmkit.errors import AuthenticationError, ConfigurationError, MissingKey, ProtocolError, SecurityError
from llmkit.runtime import Virtual, run
from llmkit.types.http import HttpRequest, Timeouts
from tests.auth.aws_cases import HOST, IN_AN_HOUR, MOMENT, SECRET, Table, circumstances, key_id, signer, source_of, write, xml

KEYS = {"AWS_ACCESS_KEY_ID": "AKIAENVIRONMENT0000", "AWS_SECRET_ACCESS_KEY": SECRET}
CREDENTIALS = f"""
[default]
aws_access_key_id = AKIADEFAULT00000000
aws_secret_access_key = {SECRET}
[dev]
aws_access_key_id = AKIADEV000000000000
aws_secret_access_key = {SECRET}
aws_session_token = TOKEN
"""
CONFIG = """
[default]
region = eu-west-1
[profile dev]
region = eu-central-1
s3 =
  max_concurrent_requests = 20
[profile role]
role_arn = arn:aws:iam::123456789012:role/model
source_profile = dev
role_session_name = me
external_id = x1
duration_seconds = 900
[profile chain]
role_arn = arn:aws:iam::123456789012:role/second
source_profile = role
[profile loop]
role_arn = arn:aws:iam::1:role/a
source_profile = pool
[profile pool]
role_arn = arn:aws:iam::1:role/b
source_profile = loop
[profile mfa]
role_arn = arn:aws:iam::1:role/a
source_profile = dev
mfa_serial = arn:aws:iam::1:mfa/me
[profile from-environment]
role_arn = arn:aws:iam::1:role/e
credential_source = Environment
[profile sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Models
[sso-session corp]
sso_region = us-west-2
sso_start_url = https://corp.awsapps.com/start
[profile program]
credential_process = /nowhere/program --flag
[profile empty]
region = eu-west-3
"""
STS = "POST https://sts.{}.amazonaws.com/"
JSON_KEYS = json.dumps({"AccessKeyId": "ASIAMACHINE", "SecretAccessKey": SECRET, "Token": "T", "Expiration": IN_AN_HOUR, "Code": "Success"})
EC2 = "http://169.254.169.254/latest/"
EC2_ANSWERS: dict[str, Any] = {
    f"PUT {EC2}api/token": "session-token",
    f"GET {EC2}meta-data/iam/security-credentials/": "my-role\n",
    f"GET {EC2}meta-data/iam/security-credentials/my-role": JSON_KEYS,
}
EXPLICIT: dict[str, Any] = {"access_key_id": "AKIAEXPLICIT0000000", "secrets": {"secret_access_key": SECRET}}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write(tmp_path, "credentials", CREDENTIALS)
    write(tmp_path, "config", CONFIG)
    return tmp_path


@pytest.mark.parametrize(
    ("environment", "settings", "expected"),
    [
        ({}, {}, "AKIADEFAULT00000000"),
        ({"AWS_PROFILE": "dev"}, {}, "AKIADEV000000000000"),
        (KEYS, {}, "AKIAENVIRONMENT0000"),
        ({**KEYS, "AWS_PROFILE": "dev"}, {}, "AKIAENVIRONMENT0000"),
        (KEYS, {"profile": "dev"}, "AKIADEV000000000000"),
        ({**KEYS, "AWS_PROFILE": "dev"}, EXPLICIT, "AKIAEXPLICIT0000000"),
        ({"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"}, {}, "AKIADEFAULT00000000"),
    ],
)
def test_what_is_nearer_to_the_caller_wins(home: Path, environment: dict[str, str], settings: dict[str, Any], expected: str) -> None:
    """The order of the AWS tools: the caller, the environment's keys, the profile, the machine."""
    assert expected == key_id(circumstances(home, environment, **settings))


def test_a_bearer_key_is_sent_as_it_is_and_nothing_else_is_looked_for(home: Path) -> None:
    source = aws_source(AwsAuth(service="bedrock"), circumstances(home, KEYS, secret="bedrock-key", region=None))

    assert isinstance(source, Fixed)
    assert (("Authorization", "Bearer bedrock-key"),) == source.held.headers(HttpRequest(method="POST", origin=HOST, path="/"))


def test_files_elsewhere_are_read_where_the_environment_says(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text(CREDENTIALS.replace("AKIADEFAULT", "AKIAELSEWHE"), encoding="utf-8")

    assert "AKIAELSEWHE00000000" == key_id(circumstances(home, {"AWS_SHARED_CREDENTIALS_FILE": str(other)}))


@pytest.mark.parametrize(
    ("given", "environment", "region"),
    [
        ({}, {}, "eu-west-1"),
        ({"profile": "dev"}, {}, "eu-central-1"),
        ({}, {"AWS_PROFILE": "dev"}, "eu-central-1"),
        ({}, {"AWS_PROFILE": "empty"}, "eu-west-3"),
        ({}, {"AWS_DEFAULT_REGION": "us-east-2"}, None),
        ({"region": "us-east-2"}, {}, None),
        ({"profile": "unknown"}, {}, None),
    ],
)
def test_the_profile_names_the_region_where_nobody_else_does(
    home: Path, given: dict[str, str], environment: dict[str, str], region: str | None
) -> None:
    assert ({"region": region} if region else {}) == aws_region(given, {"HOME": str(home), **environment})


def test_a_role_is_assumed_with_the_keys_of_its_source(home: Path) -> None:
    table = Table({STS.format("us-east-1"): xml("ASIAROLE")})

    credential = signer(source_of(circumstances(home, profile="role")), table)

    (sent,) = table.sent
    form = {name: values[0] for name, values in parse_qs(sent.body).items()}
    assert "ASIAROLE" == credential.keys.key_id
    assert {
        "Action": "AssumeRole",
        "Version": "2011-06-15",
        "RoleArn": "arn:aws:iam::123456789012:role/model",
        "RoleSessionName": "me",
        "ExternalId": "x1",
        "DurationSeconds": "900",
    } == form
    assert "Credential=AKIADEV000000000000/20270115/us-east-1/sts/aws4_request" in sent.headers["authorization"]
    assert "TOKEN" == sent.headers["x-amz-security-token"]
    assert "X-Amz-Security-Token" in dict(credential.headers(HttpRequest(method="POST", origin=HOST, path="/")))


def test_the_question_for_a_role_is_signed_as_botocore_signs_it(home: Path) -> None:
    table = Table({STS.format("us-east-1"): xml("ASIAROLE")})
    signer(source_of(circumstances(home, profile="role")), table)

    (sent,) = table.sent
    request = AWSRequest(method="POST", url=sent.url, data=sent.body.encode(), headers={"Content-Type": sent.headers["content-type"]})
    auth = botocore.auth.SigV4Auth(Credentials("AKIADEV000000000000", SECRET, "TOKEN"), "sts", "us-east-1")
    with mock.patch.object(botocore.auth, "get_current_datetime", lambda: datetime.datetime(2027, 1, 15, 8)):
        auth.add_auth(request)

    assert request.headers["Authorization"] == sent.headers["authorization"]


def test_roles_can_follow_one_another(home: Path) -> None:
    table = Table({STS.format("us-east-1"): xml("ASIANEXT")})

    signer(source_of(circumstances(home, profile="chain")), table)

    assert ["role%2Fmodel", "role%2Fsecond"] == [
        next(name for name in ("role%2Fmodel", "role%2Fsecond") if name in sent.body) for sent in table.sent
    ]
    assert "Credential=ASIANEXT/" in table.sent[1].headers["authorization"]


def test_a_role_can_be_assumed_with_the_environments_keys(home: Path) -> None:
    table = Table({STS.format("us-east-1"): xml("ASIAENV")})

    signer(source_of(circumstances(home, KEYS, profile="from-environment")), table)

    assert "Credential=AKIAENVIRONMENT0000/" in table.sent[0].headers["authorization"]


def test_a_web_identity_is_exchanged_and_its_file_read_each_time(home: Path, tmp_path: Path) -> None:
    """Kubernetes renews the file; a token read once would end after an hour."""
    file = tmp_path / "token"
    file.write_text("first.jwt\n", encoding="utf-8")
    environment = {"AWS_WEB_IDENTITY_TOKEN_FILE": str(file), "AWS_ROLE_ARN": "arn:aws:iam::1:role/pod", "AWS_ROLE_SESSION_NAME": "pod"}
    table = Table({STS.format("us-east-1"): xml("ASIAPOD", "AssumeRoleWithWebIdentity")})
    source, runtime = source_of(circumstances(home, environment)), Virtual()
    credential = signer(source, table, runtime)

    file.write_text("second.jwt\n", encoding="utf-8")
    runtime.advance(3400)
    signer(source, table, runtime)

    forms = [{name: values[0] for name, values in parse_qs(sent.body).items()} for sent in table.sent]
    assert "ASIAPOD" == credential.keys.key_id
    assert ["first.jwt", "second.jwt"] == [form["WebIdentityToken"] for form in forms]
    assert ("AssumeRoleWithWebIdentity", "pod") == (forms[0]["Action"], forms[0]["RoleSessionName"])
    assert "authorization" not in table.sent[0].headers


def test_a_chinese_region_has_its_own_token_service(home: Path) -> None:
    table = Table({"POST https://sts.cn-north-1.amazonaws.com.cn/": xml("ASIACN")})

    assert "ASIACN" == signer(source_of(circumstances(home, profile="role", region="cn-north-1")), table).keys.key_id


def _sign_on(home: Path, expires: str) -> None:
    name = hashlib.sha1(b"corp").hexdigest()
    write(home, f"sso/cache/{name}.json", json.dumps({"accessToken": "SSO-TOKEN", "expiresAt": expires, "region": "us-west-2"}))


def test_a_sign_on_session_gives_the_keys_of_its_role(home: Path) -> None:
    _sign_on(home, IN_AN_HOUR)
    url = "https://portal.sso.us-west-2.amazonaws.com/federation/credentials?role_name=Models&account_id=123456789012"
    keys = {"accessKeyId": "ASIASSO", "secretAccessKey": SECRET, "sessionToken": "T", "expiration": (MOMENT + 3600) * 1000}
    table = Table({f"GET {url}": json.dumps({"roleCredentials": keys})})

    found = signer(source_of(circumstances(home, profile="sso")), table)

    assert "ASIASSO" == found.keys.key_id
    assert "SSO-TOKEN" == table.sent[0].headers["x-amz-sso_bearer_token"]


@pytest.mark.parametrize("expires", ["2027-01-15T07:59:00Z", "2027-01-15T08:00:30UTC", "nonsense", None])
def test_a_sign_on_session_that_is_over_says_how_to_begin_one(home: Path, expires: str | None) -> None:
    if expires is not None:
        _sign_on(home, expires)

    with pytest.raises(AuthenticationError, match="aws sso login"):
        key_id(circumstances(home, profile="sso"))


def test_an_instance_is_asked_for_a_session_first(tmp_path: Path) -> None:
    table = Table(EC2_ANSWERS)

    found = signer(source_of(circumstances(tmp_path, {"AWS_EC2_METADATA_DISABLED": ""})), table)

    assert "ASIAMACHINE" == found.keys.key_id
    assert ["PUT", "GET", "GET"] == [sent.request.method for sent in table.sent]
    assert "21600" == table.sent[0].headers["x-aws-ec2-metadata-token-ttl-seconds"]
    assert ["session-token"] * 2 == [sent.headers["x-aws-ec2-metadata-token"] for sent in table.sent[1:]]
    assert all(sent.request.timeouts.connect == 1.0 for sent in table.sent)


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {f"PUT {EC2}api/token": (404, "")},
        {f"PUT {EC2}api/token": (403, "")},
        {f"PUT {EC2}api/token": "s", f"GET {EC2}meta-data/iam/security-credentials/": (404, "")},
    ],
    ids=["nobody there", "no such service", "switched off", "no role"],
)
def test_without_any_keys_the_error_names_the_ways_to_give_them(tmp_path: Path, answers: dict[str, Any]) -> None:
    """The first version of the service, which needs no session, is never asked."""
    table = Table(answers)

    with pytest.raises(MissingKey, match="AWS_BEARER_TOKEN_BEDROCK or AWS_ACCESS_KEY_ID"):
        signer(source_of(circumstances(tmp_path, {"AWS_EC2_METADATA_DISABLED": "false"})), table)
    assert "PUT" == table.sent[0].request.method


def test_an_instance_that_must_not_be_asked_is_not(tmp_path: Path) -> None:
    table = Table(EC2_ANSWERS)

    with pytest.raises(MissingKey):
        signer(source_of(circumstances(tmp_path)), table)
    assert [] == table.sent


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/1?x=y"}, "http://169.254.170.2/v2/credentials/1?x=y"),
        ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials"}, "http://169.254.170.23/v1/credentials"),
        ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://[fd00:ec2::23]/v1/credentials"}, "http://[fd00:ec2::23]/v1/credentials"),
        ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost:8080/c"}, "http://localhost:8080/c"),
        ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "https://keys.example/c"}, "https://keys.example/c"),
    ],
)
def test_a_container_is_asked_at_its_own_address(tmp_path: Path, environment: dict[str, str], url: str) -> None:
    table = Table({f"GET {url}": JSON_KEYS})
    token = {"AWS_CONTAINER_AUTHORIZATION_TOKEN": "one"}

    found = signer(source_of(circumstances(tmp_path, {**environment, **token})), table)

    assert ("ASIAMACHINE", "one") == (found.keys.key_id, table.sent[0].headers["authorization"])


def test_a_containers_token_file_is_read_each_time_and_wins(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("from-file\n", encoding="utf-8")
    url = "http://169.254.170.23/v1/credentials"
    environment = {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": url,
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(file),
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "old",
    }
    table = Table({f"GET {url}": JSON_KEYS})

    signer(source_of(circumstances(tmp_path, environment)), table)

    assert "from-file" == table.sent[0].headers["authorization"]


@pytest.mark.parametrize("url", ["http://keys.example/c", "http://10.0.0.1/c", "http://169.254.169.253/c", "http://169.254.170.2:81/c"])
def test_a_containers_address_over_plain_http_elsewhere_is_refused(tmp_path: Path, url: str) -> None:
    """The environment variable must not be a way to send tokens over the network, or to reach other services."""
    with pytest.raises(SecurityError):
        key_id(circumstances(tmp_path, {"AWS_CONTAINER_CREDENTIALS_FULL_URI": url}), {f"GET {url}": JSON_KEYS})


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ("unknown", "no AWS profile 'unknown'"),
        ("empty", "holds no keys"),
        ("loop", "leads back to itself"),
        ("mfa", "second factor"),
        ("program", "program to run"),
    ],
)
def test_a_profile_that_leads_nowhere_is_said(home: Path, profile: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        key_id(circumstances(home, profile=profile))


def test_a_program_runs_only_where_the_settings_allow_it(home: Path, tmp_path: Path) -> None:
    """Without the setting, whoever can write the file could run code in our process's name."""
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho '{json.dumps({'Version': 1, **json.loads(JSON_KEYS)})}'\n", encoding="utf-8")
    program.chmod(0o700)
    write(tmp_path, "config", f"[profile program]\ncredential_process = {program} --flag\n")

    from llmkit.runtime import Blocking

    source = source_of(circumstances(tmp_path, profile="program", credential_process="allow"))
    effects = Effects(runtime=Blocking(), transport=Table({}), timeouts=Timeouts(), deadline=None)
    found = run(source.credential(effects))

    assert "ASIAMACHINE" in dict(found.headers(HttpRequest(method="POST", origin=HOST, path="/")))["Authorization"]


def test_keys_are_fetched_again_five_minutes_before_they_expire(tmp_path: Path) -> None:
    table, runtime = Table(EC2_ANSWERS), Virtual()
    source = source_of(circumstances(tmp_path, {"AWS_EC2_METADATA_DISABLED": ""}))
    first = signer(source, table, runtime)

    runtime.advance(3299)
    assert first is signer(source, table, runtime)
    runtime.advance(2)
    assert first is not signer(source, table, runtime)
    assert 6 == len(table.sent)


def test_keys_that_were_refused_are_fetched_again(home: Path) -> None:
    """Session keys in a file are rewritten by the user's tools while we run."""
    source = source_of(circumstances(home, profile="dev"))
    first = signer(source, Table({}))
    write(home, "credentials", CREDENTIALS.replace("AKIADEV", "AKIANEW"))

    assert source.forget(first)
    assert ("AKIADEV000000000000", "AKIANEW000000000000") == (first.keys.key_id, signer(source, Table({})).keys.key_id)


def test_keys_that_the_caller_gave_are_not_asked_for_again(tmp_path: Path) -> None:
    source = source_of(circumstances(tmp_path, **EXPLICIT))

    assert not source.forget(signer(source, Table({})))


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (
            (403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>SECRETWORD</Message></Error></ErrorResponse>"),
            Exception,
            "AccessDenied",
        ),
        ((500, "SECRETWORD"), Exception, "answered 500"),
        ((302, ""), ProtocolError, "redirect"),
        ("<AssumeRoleResponse/>", ProtocolError, "without keys"),
    ],
)
def test_what_the_token_service_refuses_is_a_typed_error_without_its_words(
    home: Path, answer: Any, kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words) as caught:
        key_id(circumstances(home, profile="role"), {STS.format("us-east-1"): answer})

    assert "SECRETWORD" not in str(caught.value)


@pytest.mark.parametrize(
    ("environment", "settings", "found"),
    [
        ({}, {}, True),
        ({"AWS_PROFILE": "sso"}, {}, True),
        ({"AWS_PROFILE": "empty"}, {}, False),
        ({"AWS_PROFILE": "empty", **KEYS}, {}, True),
        ({"AWS_PROFILE": "empty", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"}, {}, True),
        ({"AWS_PROFILE": "empty"}, EXPLICIT, True),
    ],
)
def test_what_is_there_is_known_without_asking_anyone(
    home: Path, environment: dict[str, str], settings: dict[str, Any], found: bool
) -> None:
    assert found == aws_found(circumstances(home, environment, **settings))


def test_a_malformed_file_is_named_and_nothing_of_it_shown(tmp_path: Path) -> None:
    write(tmp_path, "credentials", f"aws_secret_access_key = {SECRET}\n")

    with pytest.raises(ConfigurationError, match="malformed") as caught:
        key_id(circumstances(tmp_path))
    assert SECRET not in str(caught.value)


def test_the_keys_held_are_known_so_that_errors_can_be_scrubbed_of_them(home: Path) -> None:
    source = source_of(circumstances(home, profile="dev"))
    before = source.secrets()
    signer(source, Table({}))

    assert () == before
    assert ["**** ****"] == ["".join(_scrubbed(source.secrets(), f"{SECRET} TOKEN"))]


def _scrubbed(secrets: Any, text: str) -> str:
    for secret in secrets:
        text = secret.scrub(text)
    return text

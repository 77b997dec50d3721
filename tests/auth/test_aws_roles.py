"""Roles, web identities and sign-on sessions."""

from __future__ import annotations

import datetime
import hashlib
import json
from pathlib import Path
from unittest import mock
from urllib.parse import parse_qs

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from llmkit.errors import AuthenticationError
from llmkit.runtime import Virtual
from llmkit.types.http import HttpRequest
from tests.auth.aws_cases import HOST, IN_AN_HOUR, MOMENT, SECRET, Table, circumstances, key_id, signer, source_of, write, xml
from tests.auth.aws_chain_cases import KEYS, STS


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

"""How the services of a machine and of the sign-on are asked, and what each of their answers means."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from llmkit.errors import AuthenticationError, ConfigurationError, ConnectionFailed, LLMKitError, MissingKey, ProtocolError, RateLimited
from llmkit.types.http import Timeouts
from tests.auth.aws_cases import IN_AN_HOUR, MOMENT, SECRET, Table, circumstances, key_id, signer, source_of, write
from tests.auth.aws_chain_cases import EC2, EC2_ANSWERS, JSON_KEYS
from tests.auth.test_aws_places import RELATIVE


def test_a_machine_is_asked_in_a_second_and_in_the_callers_time(tmp_path: Path) -> None:
    """Off its cloud nobody answers, and every user of a laptop would wait."""
    table = Table({**EC2_ANSWERS, "GET http://169.254.170.2/x": JSON_KEYS})
    signer(source_of(circumstances(tmp_path, {"AWS_EC2_METADATA_DISABLED": ""})), table)
    signer(source_of(circumstances(tmp_path, {RELATIVE: "//x"})), table)

    limits = Timeouts(connect=1.0, write=1.0, pool=5.0, first_event=5.0, idle=5.0, total=Timeouts().total)
    assert [limits] * 4 == [sent.request.timeouts for sent in table.sent]
    assert "application/json" == table.sent[3].headers["accept"]
    assert "authorization" not in table.sent[3].headers


def test_an_instance_can_be_asked_over_ipv6_and_its_role_may_hold_anything(tmp_path: Path) -> None:
    base = "http://[fd00:ec2::254]/latest/"
    roles = f"{base}meta-data/iam/security-credentials/"
    table = Table({f"PUT {base}api/token": " s \n", f"GET {roles}": " a/b \nsecond", f"GET {roles}a%2Fb": JSON_KEYS})
    environment = {"AWS_EC2_METADATA_DISABLED": "", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"}

    assert "ASIAMACHINE" == signer(source_of(circumstances(tmp_path, environment)), table).keys.key_id
    assert ["s", "s"] == [sent.headers["x-aws-ec2-metadata-token"] for sent in table.sent[1:]]


ROLES = f"{EC2}meta-data/iam/security-credentials/"
SESSION = f"PUT {EC2}api/token"


@pytest.mark.parametrize(
    ("answers", "kind", "words"),
    [
        ({}, MissingKey, "bedrock.*AWS_BEARER_TOKEN_BEDROCK or AWS_ACCESS_KEY_ID or AWS_PROFILE"),
        ({SESSION: (405, "")}, MissingKey, "bedrock.*AWS_BEARER_TOKEN_BEDROCK or AWS_ACCESS_KEY_ID or AWS_PROFILE"),
        ({SESSION: "a\u20acb"}, ConfigurationError, "session of the metadata service"),
        ({SESSION: "s", f"GET {ROLES}": "\udcff"}, ConnectionFailed, "nobody"),
        ({SESSION: (429, "")}, RateLimited, "The instance's metadata service answered 429"),
        ({SESSION: "s", f"GET {ROLES}": (404, "")}, MissingKey, "bedrock.*AWS_BEARER_TOKEN_BEDROCK or AWS_ACCESS_KEY_ID or AWS_PROFILE"),
        ({SESSION: "s", f"GET {ROLES}": (429, "r")}, RateLimited, "The instance's metadata service answered 429"),
        ({SESSION: "s", f"GET {ROLES}": " \n"}, AuthenticationError, "The instance's metadata service answered 200"),
        ({SESSION: "s", f"GET {ROLES}": "r", f"GET {ROLES}r": (404, "")}, LLMKitError, "The instance's metadata service answered 404"),
        ({SESSION: "s", f"GET {ROLES}": "r", f"GET {ROLES}r": "no"}, ProtocolError, "The instance's metadata service did not"),
        ({SESSION: "s"}, ConnectionFailed, "nobody"),
    ],
)
def test_each_answer_of_an_instance_has_its_error(answers: dict[str, Any], kind: type[Exception], words: str, tmp_path: Path) -> None:
    with pytest.raises(kind, match=words):
        key_id(circumstances(tmp_path, {"AWS_EC2_METADATA_DISABLED": ""}), answers)


@pytest.mark.parametrize(
    ("answer", "words"),
    [((403, "<Code>Denied</Code>"), r"^The container's credential service answered 403 \(Denied\)"), ("no", "^The container's credential")],
)
def test_each_answer_of_a_container_has_its_error(answer: Any, words: str, tmp_path: Path) -> None:
    with pytest.raises(LLMKitError, match=words):
        key_id(circumstances(tmp_path, {RELATIVE: "/x"}), {"GET http://169.254.170.2/x": answer})


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "container authorization token"),
    ],
)
def test_a_containers_token_that_cannot_be_sent_is_named(name: str, parameter: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("a b", encoding="utf-8")
    value = str(tmp_path / "token") if name.endswith("FILE") else "a b"

    with pytest.raises(ConfigurationError) as caught:
        key_id(circumstances(tmp_path, {RELATIVE: "/x", name: value}))

    assert parameter == caught.value.parameter


PORTAL = "https://portal.sso.us-west-2.amazonaws.com"
ASKED = "/federation/credentials?role_name=a%2Fb&account_id=1%262"
START = "https://corp.awsapps.com/start"
LEGACY = f"[profile sso]\nsso_region = us-west-2\nsso_start_url = {START}\nsso_account_id = 1&2\nsso_role_name = a/b\n"


def sign_on(home: Path, expires: str = IN_AN_HOUR, token: str = "SSO-TOKEN", name: str = START) -> None:
    write(home, "config", LEGACY)
    file = f"sso/cache/{hashlib.sha1(name.encode()).hexdigest()}.json"
    write(home, file, json.dumps({"accessToken": token, "expiresAt": expires}))


ROLE_KEYS = json.dumps({"roleCredentials": {"accessKeyId": "ASIASSO", "secretAccessKey": SECRET, "expiration": (MOMENT + 3600) * 1000}})


@pytest.mark.parametrize("place", [PORTAL, "https://sso.example"])
def test_a_profile_without_a_session_is_known_by_its_start_address(place: str, tmp_path: Path) -> None:
    """So it was before there were sessions; names go into the address quoted."""
    sign_on(tmp_path)
    table = Table({f"GET {place}{ASKED}": ROLE_KEYS})
    environment = {} if place == PORTAL else {"AWS_ENDPOINT_URL_SSO": f"{place}/"}

    assert "ASIASSO" == signer(source_of(circumstances(tmp_path, environment, profile="sso")), table).keys.key_id
    assert ("application/json", "SSO-TOKEN") == (table.sent[0].headers["accept"], table.sent[0].headers["x-amz-sso_bearer_token"])


@pytest.mark.parametrize("lost", ["sso_region", "sso_start_url", "sso_account_id", "sso_role_name"])
def test_a_setting_that_a_sign_on_lacks_is_named(lost: str, tmp_path: Path) -> None:
    write(tmp_path, "config", "".join(line for line in LEGACY.splitlines(keepends=True) if not line.startswith(lost)))

    with pytest.raises(ConfigurationError, match=f"{lost}\\.") as caught:
        key_id(circumstances(tmp_path, profile="sso"))
    assert "settings" == caught.value.parameter


@pytest.mark.parametrize(("expires", "token", "good"), [("08:01:00Z", "T", False), ("08:01:01Z", "T", True), ("09:00:00UTC", "", False)])
def test_a_sign_on_counts_while_it_lives_a_minute_more(expires: str, token: str, good: bool, tmp_path: Path) -> None:
    sign_on(tmp_path, f"2027-01-15T{expires}", token)
    answers = {f"GET {PORTAL}{ASKED}": ROLE_KEYS}

    if good:
        assert "ASIASSO" == key_id(circumstances(tmp_path, profile="sso"), answers)
    else:
        with pytest.raises(AuthenticationError, match="aws sso login"):
            key_id(circumstances(tmp_path, profile="sso"), answers)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((403, ""), "AWS single sign-on answered 403"),
        ("no", "AWS single sign-on answered without keys"),
        ("[]", "AWS single sign-on answered without keys"),
        ('{"roleCredentials": []}', "AWS single sign-on answered without keys"),
        ('{"roleCredentials": {}}', "AWS single sign-on answered without keys"),
    ],
)
def test_each_answer_of_the_sign_on_has_its_error(answer: Any, words: str, tmp_path: Path) -> None:
    sign_on(tmp_path)

    with pytest.raises(LLMKitError, match=words):
        key_id(circumstances(tmp_path, profile="sso"), {f"GET {PORTAL}{ASKED}": answer})


def test_a_sign_on_token_that_cannot_be_sent_is_named(tmp_path: Path) -> None:
    sign_on(tmp_path, token="a b")

    with pytest.raises(ConfigurationError) as caught:
        key_id(circumstances(tmp_path, profile="sso"))
    assert "sign-on token" == caught.value.parameter

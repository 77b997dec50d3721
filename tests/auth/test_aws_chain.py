"""Where AWS keys come from, in which order, and how each service is asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llmkit.auth.aws import aws_found, aws_region, aws_source
from llmkit.auth.schemes import AwsAuth
from llmkit.auth.source import Effects, Fixed
from llmkit.errors import ConfigurationError, ProtocolError
from llmkit.runtime import Virtual, run
from llmkit.types.http import HttpRequest, Timeouts
from tests.auth.aws_cases import HOST, SECRET, Table, circumstances, key_id, signer, source_of, write
from tests.auth.aws_chain_cases import CREDENTIALS, EC2_ANSWERS, JSON_KEYS, KEYS, STS

EXPLICIT: dict[str, Any] = {"access_key_id": "AKIAEXPLICIT0000000", "secrets": {"secret_access_key": SECRET}}


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

"""Instances and containers give keys too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from llmkit.errors import MissingKey, SecurityError
from tests.auth.aws_cases import Table, circumstances, key_id, signer, source_of
from tests.auth.aws_chain_cases import EC2, EC2_ANSWERS, JSON_KEYS


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

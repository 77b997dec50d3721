"""A secret is found wherever it stands; only what is plainly made up passes."""

from __future__ import annotations

import random
import string

import pytest

from tests.security.policy import ROOT
from tests.security.supply.building import tracked
from tests.security.supply.scanning import FAKES, RESERVED, counted, leaks, made_up, own, planted

ENGINES = {"own": own}
REAL = "redis://me:" + "hunter2@db.company.io"
"""What would be a secret, put together here, or it would be found here."""


def test_the_files_that_decide_hold_no_secret() -> None:
    """All others are looked through by `security check supply.secrets`, with a second engine."""
    begin = (".github/", ".well-known/", "docs/", "packages/", "requirements/", "changes/")
    names = [name for name in tracked() if name.startswith(begin) or "/" not in name]

    found = leaks({name: (ROOT / name).read_text(encoding="utf-8") for name in names}, ENGINES)

    assert [] == list(map(str, found))
    assert len(names) > 40


def test_a_secret_that_was_planted_is_found_and_not_shown() -> None:
    found = list(leaks({"some/file.py": planted()}, ENGINES))

    assert ["some/file.py: secret:aws_access_key_id (own)"] == list(map(str, found))
    assert found[0].value not in str(found[0])


@pytest.mark.parametrize(
    ("text", "kind", "value", "expected"),
    [
        ("", "secret:aws_access_key_id", "AKIAIOSFODNN7EXAMPLE", True),
        ("", "secret:aws_access_key_id", "AKIA" + "IOSFODNN7EXAMPLF", False),
        ("redis://me:hunter2@localhost", "secret:connection_string", "redis://me:hunter2@localhost", True),
        ("redis://me:hunter2@db.example.org:1", "generic-credential-uri", "hunter2", True),
        (REAL, "secret:connection_string", REAL, False),
        (f"redis://me:hunter2@localhost {REAL}", "generic-credential-uri", "hunter2", False),
        ("nothing of the kind", "generic-credential-uri", "hunter2", False),
        ("", "secret:private_key", "-----BEGIN PRIVATE KEY-----\nMIIB\n", True),
        ("", "secret:private_key", "-----BEGIN PRIVATE KEY-----\n" + 4 * "MC4CAQAwBQYDK2Vw" + "\n", False),
        ("", "gcp-application-default-credentials", '{"client_secret": "app-secret-01"}', True),
        ("", "gcp-application-default-credentials", '{"client_secret": "another"}', False),
        ("", "gcp-application-default-credentials", "{}", False),
    ],
)
def test_only_what_is_plainly_made_up_passes(text: str, kind: str, value: str, expected: bool) -> None:
    assert expected is made_up(text, kind, value)


@pytest.mark.parametrize("host", ["evil.com", "example.com.evil.io", "myexample.com", "8.8.8.8", "test.dev"])
def test_a_host_that_somebody_can_have_is_not_reserved(host: str) -> None:
    assert not RESERVED.fullmatch(host)


@pytest.mark.parametrize("value", ["sk-abcdefghijklmnop", "key-0123456789012", "ghp_" + 9 * "a1B2", "x" * 32])
def test_what_counts_or_repeats_is_made_up(value: str) -> None:
    assert counted(value)


def test_no_random_key_counts_or_repeats() -> None:
    """Else a real key would pass."""
    source = random.Random(20261123)
    letters = string.ascii_letters + string.digits

    assert not any(counted("sk-" + "".join(source.choices(letters, k=40))) for _ in range(500))
    assert not any(counted("".join(source.choices("0123456789abcdef", k=40))) for _ in range(500))


def test_each_fake_has_its_reason() -> None:
    assert all(len(reason) > 8 for reason in FAKES.values())

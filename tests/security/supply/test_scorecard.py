"""The repository passes Scorecard's file checks, and each check finds what it looks for."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.security.policy import ROOT
from tests.security.supply.building import tracked
from tests.security.supply.scorecard import CHECKS, Repository, faults


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Return the repository without what is large; `security check supply.openssf` reads all of it."""
    large = ("src/", "tests/", "registry/", "tools/", "benchmarks/")
    kept = ("tests/security/fuzz/targets/", "tests/security/fuzz/engines/", "src/llmkit/models/data/")
    names = [name for name in tracked() if not name.startswith(large) or name.startswith(kept)]
    return {name: (ROOT / name).read_bytes() for name in names}


@pytest.mark.parametrize("check", CHECKS)
def test_the_repository_passes(check: str, files: dict[str, bytes]) -> None:
    assert [] == list(CHECKS[check](Repository(files)))


@pytest.mark.parametrize(
    ("check", "changed"),
    [
        ("Binary-Artifacts", {"tools/run": b"\x7fELF\x02"}),
        ("Binary-Artifacts", {"tests/data.xz": b"\xfd7zXZ\0\0"}),
        ("Binary-Artifacts", {"src/llmkit/fast.so": b"text"}),
        ("CI-Tests", {".github/workflows/ci.yml": b"on: [push]\njobs: {}\n"}),
        ("CI-Tests", {".github/workflows/ci.yml": b""}),
        ("Dangerous-Workflow, Token-Permissions", {".github/workflows/new.yml": b"on: pull_request_target\njobs: {}\n"}),
        ("Dependency-Update-Tool", {".github/dependabot.yml": b"version: 2\nupdates: []\n"}),
        ("Fuzzing", {".github/workflows/fuzz.yml": b""}),
        ("License", {"LICENSE-MIT": b"All rights reserved"}),
        ("Packaging, Signed-Releases", {".github/workflows/release.yml": b"on: push\n"}),
        ("Pinned-Dependencies", {"requirements/app.txt": b"thing==1\n"}),
        ("Pinned-Dependencies", {".github/workflows/new.yml": b"run: pip install thing\n"}),
        ("SAST", {"pyproject.toml": b'[tool.ruff.lint]\nselect = ["E"]\nignore = []\n'}),
        ("SAST", {"pyproject.toml": b'[tool.ruff.lint]\nselect = ["S"]\nignore = ["S105"]\n'}),
        ("SBOM", {"hatch_build.py": b""}),
        ("Security-Policy", {"SECURITY.md": b"# None"}),
        ("Security-Policy", {".well-known/security.txt": b""}),
    ],
)
def test_a_check_finds_what_it_looks_for(check: str, changed: Mapping[str, bytes], files: dict[str, bytes]) -> None:
    assert list(CHECKS[check](Repository({**files, **changed})))


def test_every_check_is_done(files: dict[str, bytes]) -> None:
    assert CHECKS.keys() == faults(Repository(files)).keys()

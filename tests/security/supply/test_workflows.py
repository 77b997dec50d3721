"""No workflow may more than it must, and what would let a stranger in is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.security.supply.workflows import WRITES, actions, faults, workflows

TEXTS = workflows()
CI = TEXTS["ci.yml"]
PIN = "3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"


@pytest.mark.parametrize("name", TEXTS)
def test_a_workflow_may_no_more_than_it_must(name: str) -> None:
    assert [] == list(faults(name, TEXTS[name]))


def test_there_are_workflows_for_changes_audits_fuzzing_and_releases() -> None:
    assert {"ci.yml", "security.yml", "fuzz.yml", "release.yml"} <= TEXTS.keys()
    assert len(actions(TEXTS)) >= 10


def test_only_a_release_may_change_anything() -> None:
    assert {"release.yml"} == {name for name, _ in WRITES}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text.replace("  pull_request:", "  pull_request_target:"), "runs on pull_request_target"),
        (lambda text: text.replace("  merge_group:", "  workflow_run:"), "runs on workflow_run"),
        (lambda text: text.replace("permissions: {}\n", "", 1), "does not begin without any permission"),
        (lambda text: text.replace("permissions: {}\n", "permissions: write-all\n", 1), "does not begin without any permission"),
        (lambda text: text.replace("contents: read", "contents: write"), "may write"),
        (lambda text: text.replace(PIN, "v7"), "uses: actions/checkout@v7"),
        (lambda text: text.replace(PIN, PIN.partition(" ")[0]), "uses: actions/checkout@"),
        (lambda text: text.replace("actions/checkout@", "somebody/checkout@"), "uses: somebody/checkout@"),
        (lambda text: text.replace("persist-credentials: false", "persist-credentials: true"), "keeps the credential"),
        (lambda text: text.replace("        with:\n          persist-credentials: false\n", ""), "keeps the credential"),
        (lambda text: text.replace("    timeout-minutes: 60\n", ""), "has no limit of time"),
        (
            lambda text: text.replace("python make.py test", "echo ${{ github.event.pull_request.title }}"),
            "puts an expression into a script",
        ),
        (lambda text: text.replace("python make.py test", "TOKEN=${{ secrets.TOKEN }} python make.py test"), "uses a stored secret"),
        (lambda text: text.replace("concurrency:", "env:"), "may run beside itself"),
    ],
)
def test_what_lets_a_stranger_in_is_found(change: Callable[[str], str], told: str) -> None:
    """Each is a way in which releases of others were poisoned in 2025 and 2026, or a step towards one."""
    changed = change(CI)

    assert changed != CI
    assert any(told in fault for fault in faults("ci.yml", changed))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("    environment: release", "    #"),
        lambda text: text.replace('python-version: "3.13"', 'python-version: "3.13"\n          cache: pip'),
        lambda text: text.replace("      attestations: write", "      packages: write"),
        lambda text: text.replace("    permissions: {}\n", ""),
    ],
)
def test_what_weakens_a_release_is_found(change: Callable[[str], str]) -> None:
    """A cache that another workflow may write is how attested releases were poisoned (CVE-2026-45321)."""
    changed = change(TEXTS["release.yml"])

    assert changed != TEXTS["release.yml"]
    assert list(faults("release.yml", changed))

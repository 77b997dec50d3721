"""The checks of OpenSSF Scorecard that files can answer, done by ourselves on the repository's own files."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from tests.security.supply import workflows
from tests.security.supply.archives import FORBIDDEN, PROGRAMS
from tests.security.supply.pins import pins

REVIEWED: dict[str, str] = {
    # facts packed from the lines in registry/, which people read
    "src/llmkit/models/data/registry.bin": "tests/registry/test_committed.py compares it with its lines",
    # small inputs that once broke something, named by what they are; the suite plays them
    "tests/security/fuzz/finds/guard.links/a-link-without-slashes-to-a-host-with-a-control-character.bin": "its name; `od -c` shows it",
    "tests/security/fuzz/finds/store.usage/a-schema-that-is-not-utf-8.bin": "its name; `od -c` shows it",
}
"""Files that are not text, and how a reader checks them."""
MEDIA = frozenset({".png", ".jpg", ".gif", ".webp", ".ico", ".wav", ".mp3", ".pdf"})


@dataclass(frozen=True)
class Repository:
    """Its files by their paths."""

    files: Mapping[str, bytes]

    def text(self, path: str) -> str:
        """Return a file's text, or nothing where it is missing."""
        return self.files.get(path, b"").decode("utf-8", "replace")

    @property
    def workflows(self) -> dict[str, str]:
        """Return the workflows by their file names."""
        begin = ".github/workflows/"
        return {path.removeprefix(begin): self.text(path) for path in self.files if path.startswith(begin)}


def binary_artifacts(repository: Repository) -> Iterator[str]:
    """Binary-Artifacts: nothing that runs, nothing that a reviewer cannot read."""
    for path, content in repository.files.items():
        ending = PurePosixPath(path).suffix.lower()
        if ending in FORBIDDEN - {".sh"} or content.startswith(PROGRAMS):
            yield f"{path}: a program"
        elif b"\0" in content[:8192] and path not in REVIEWED and ending not in MEDIA:
            yield f"{path}: not text, and not written down how to review it"


def ci_tests(repository: Repository) -> Iterator[str]:
    """CI-Tests: a proposed change runs the tests."""
    flow = workflows.read(repository.text(".github/workflows/ci.yml"))
    if "pull_request" not in flow.get(True, {}) or "make.py test" not in repository.text(".github/workflows/ci.yml"):
        yield "no workflow tests proposed changes"


def dangerous_workflow(repository: Repository) -> Iterator[str]:
    """Dangerous-Workflow, Token-Permissions and Pinned-Dependencies of actions."""
    for name, text in repository.workflows.items():
        yield from workflows.faults(name, text)


def pinned_dependencies(repository: Repository) -> Iterator[str]:
    """Pinned-Dependencies: every distribution has its hashes, every installation of a workflow asks for them."""
    for path in repository.files:
        if path.startswith("requirements/") and path.endswith(".txt"):
            yield from (f"{path}: {pin.name} has no hash" for pin in pins(repository.text(path)) if not pin.hashes)
    for name, text in repository.workflows.items():
        lines = (line.strip() for line in text.splitlines())
        yield from (f"{name}: {line}" for line in lines if re.search(r"\bpip3? install\b", line) and "--require-hashes" not in line)


def dependency_update_tool(repository: Repository) -> Iterator[str]:
    """Dependency-Update-Tool: something proposes newer pins, after a cooldown."""
    updates = workflows.read(repository.text(".github/dependabot.yml")).get("updates", [])
    kinds = {update["package-ecosystem"] for update in updates if update.get("cooldown", {}).get("default-days", 0) >= 7}
    yield from (f"nothing proposes newer pins of {kind}" for kind in sorted({"github-actions", "pip"} - kinds))


def fuzzing(repository: Repository) -> Iterator[str]:
    """Fuzzing: targets are there, and a workflow runs them."""
    targets = [path for path in repository.files if path.startswith("tests/security/fuzz/targets/")]
    if not targets or "make.py fuzz" not in repository.text(".github/workflows/fuzz.yml"):
        yield "nothing is fuzzed by a workflow"
    if not any("atheris" in repository.text(path) for path in repository.files if path.startswith("tests/security/fuzz/engines/")):
        yield "no coverage-guided engine"


def licence(repository: Repository) -> Iterator[str]:
    """License: a file with an approved licence at the top, and the metadata say the same."""
    for path, words in (("LICENSE-MIT", "Permission is hereby granted"), ("LICENSE-APACHE", "Apache License")):
        if words not in repository.text(path):
            yield f"{path} is missing or another"
    if tomllib.loads(repository.text("pyproject.toml"))["project"].get("license") != "MIT OR Apache-2.0":
        yield "the metadata name another licence"


def packaging(repository: Repository) -> Iterator[str]:
    """Packaging and Signed-Releases: a workflow publishes, without a stored token, and attests where the files came from."""
    release = repository.text(".github/workflows/release.yml")
    for words in ("pypa/gh-action-pypi-publish@", "actions/attest@", "attestations: true", "environment: release", "diff --recursive"):
        if words not in release:
            yield f"the release has no {words}"


def sast(repository: Repository) -> Iterator[str]:
    """SAST: rules for insecure code run on every change, and none is switched off for the package."""
    lint = tomllib.loads(repository.text("pyproject.toml"))["tool"]["ruff"]["lint"]
    if "S" not in lint["select"]:
        yield "ruff's rules for security are off"
    off = [rule for rule in lint["ignore"] if rule.startswith("S") and rule not in ("S101", "SIM300")]
    yield from (f"{rule} is off everywhere" for rule in off)
    if "ruff" not in repository.text("make.py") or "make.py test" not in repository.text(".github/workflows/ci.yml"):
        yield "no workflow runs them"


def sbom(repository: Repository) -> Iterator[str]:
    """SBOM: a build puts a bill of materials into the wheel."""
    tree = ast.parse(repository.text("hatch_build.py") or "pass")
    if not any(isinstance(node, ast.Constant) and node.value == "sbom_files" for node in ast.walk(tree)):
        yield "the build writes no bill of materials"
    if "hooks.custom" not in repository.text("pyproject.toml"):
        yield "the build does not run hatch_build.py"


def security_policy(repository: Repository) -> Iterator[str]:
    """Security-Policy: where to report in private, and how long an answer takes."""
    text = repository.text("SECURITY.md").lower()
    for words in ("advisor", "private", "days", "supported versions"):
        if words not in text:
            yield f"SECURITY.md does not say: {words}"
    if not repository.text(".well-known/security.txt"):
        yield "no security.txt"


CHECKS: dict[str, Callable[[Repository], Iterator[str]]] = {
    "Binary-Artifacts": binary_artifacts,
    "CI-Tests": ci_tests,
    "Dangerous-Workflow, Token-Permissions": dangerous_workflow,
    "Dependency-Update-Tool": dependency_update_tool,
    "Fuzzing": fuzzing,
    "License": licence,
    "Packaging, Signed-Releases": packaging,
    "Pinned-Dependencies": pinned_dependencies,
    "SAST": sast,
    "SBOM": sbom,
    "Security-Policy": security_policy,
}
ELSEWHERE: dict[str, str] = {
    "Branch-Protection": "a setting of the hosted repository",
    "CII-Best-Practices": "a registration; the answers are in docs/openssf.md",
    "Code-Review": "the record of the hosted repository",
    "Contributors": "the record of the hosted repository",
    "Maintained": "the record of the hosted repository",
    "Vulnerabilities": "measured by `supply.audit`",
    "Webhooks": "a setting of the hosted repository",
}
"""The checks that no file answers, and what does. Names as of Scorecard 5 (read 2026-11-23)."""


def faults(repository: Repository) -> dict[str, list[str]]:
    """Return what each check finds."""
    return {name: list(check(repository)) for name, check in CHECKS.items()}

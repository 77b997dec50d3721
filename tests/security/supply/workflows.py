"""What the workflows of the repository may do, and what they must not."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.security.policy import ROOT

FOLDER = ROOT / ".github"
OWNERS = frozenset({"actions", "pypa"})
"""Whose actions run: the platform's own, and the packaging authority's, which publishes."""
DANGEROUS = frozenset({"pull_request_target", "workflow_run", "issue_comment", "issues", "discussion", "discussion_comment"})
"""Events that run with our rights on what strangers wrote."""
WRITES: dict[tuple[str, str], frozenset[str]] = {
    ("release.yml", "attest"): frozenset({"id-token", "attestations"}),
    ("release.yml", "publish"): frozenset({"id-token"}),
    ("release.yml", "announce"): frozenset({"contents"}),
}
"""The only jobs that may change anything, and what."""
_PINNED = re.compile(r"uses: ([\w-]+)/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
_USES = re.compile(r"^\s*(?:- )?uses:.*$", re.M)


def workflows(folder: Path = FOLDER) -> dict[str, str]:
    """Return the text of each workflow by its file's name."""
    found = sorted(path for path in (folder / "workflows").iterdir() if path.suffix in (".yml", ".yaml"))
    return {path.name: path.read_text(encoding="utf-8") for path in found}


def read(text: str) -> dict[Any, Any]:
    """Read a file of the platform; one that is empty says nothing."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}


def faults(name: str, text: str) -> Iterator[str]:
    """Yield what is wrong with a workflow."""
    flow = read(text)
    events = flow.get("on", flow.get(True))  # YAML 1.1 reads `on` as true
    yield from (f"{name}: runs on {event}" for event in DANGEROUS & set(events if isinstance(events, dict) else [events]))
    if flow.get("permissions") != {}:
        yield f"{name}: does not begin without any permission"
    if "group" not in flow.get("concurrency", {}):
        yield f"{name}: may run beside itself"
    if "secrets." in text:
        yield f"{name}: uses a stored secret"
    for line in (found[0].strip().removeprefix("- ") for found in _USES.finditer(text)):
        pin = _PINNED.match(line)
        if not pin or pin[1] not in OWNERS:
            yield f"{name}: {line}"
    for job, about in flow["jobs"].items():
        yield from (f"{name}, {job}: {fault}" for fault in job_faults(about, WRITES.get((name, job), frozenset())))
    if name == "release.yml" and ("cache" in text.replace("No cache,", "") or "environment: release" not in text):
        yield f"{name}: takes something from a cache, or nobody has to approve"


def job_faults(job: Mapping[str, Any], writes: frozenset[str]) -> Iterator[str]:
    """Yield what is wrong with a job that may write those things."""
    permissions = job.get("permissions")
    if not isinstance(permissions, dict):
        yield "does not say its permissions"
        permissions = {}
    if {what for what, right in permissions.items() if right == "write"} != writes:
        yield f"may write {permissions}"
    if "timeout-minutes" not in job:
        yield "has no limit of time"
    for step in job.get("steps", ()):
        if "${{" in step.get("run", ""):
            yield f"puts an expression into a script: {step['run']}"
        if str(step.get("uses", "")).startswith("actions/checkout@") and step.get("with", {}).get("persist-credentials") is not False:
            yield "keeps the credential of the checkout"


def actions(texts: Mapping[str, str]) -> list[str]:
    """Return every use of an action."""
    return [found[0].strip() for text in texts.values() for found in _USES.finditer(text)]


def audited(folder: Path = FOLDER) -> tuple[int, list[str]]:
    """Run zizmor, as strict as it is; return how many files it read, and what it found."""
    words = ["--offline", "--persona", "pedantic", "--strict-collection", "--collect", "all", "--format", "plain", "--no-progress"]
    done = _ran("zizmor", *words, str(folder))
    lines = (done.stdout + done.stderr).splitlines()
    found = [line for line in lines if line.startswith(("error", "warning", "help", "info", "fatal"))]
    return done.stderr.count("completed "), (found or lines[-1:]) if done.returncode else []


PLANTED = """\
on: pull_request_target
jobs:
  x:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: echo ${{ github.event.pull_request.title }}
"""
"""A workflow that lets a stranger in, by four doors."""


def planted() -> int:
    """Return how many faults zizmor finds in a workflow that has some."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, ".github")
        (folder / "workflows").mkdir(parents=True)
        (folder / "workflows" / "bad.yml").write_text(PLANTED, encoding="utf-8")
        return len(audited(folder)[1])


def against_schemas() -> list[str]:
    """Return what the schemas of workflows and of Dependabot say against the files."""
    files = sorted(str(path) for path in (FOLDER / "workflows").iterdir())
    runs = [
        ("vendor.github-workflows", files),
        ("custom.github-workflows-require-timeout", files),
        ("vendor.dependabot", [str(FOLDER / "dependabot.yml")]),
    ]
    done = [_ran("check-jsonschema", "--builtin-schema", schema, *names) for schema, names in runs]
    return [line for run in done if run.returncode for line in (run.stdout + run.stderr).splitlines()]


def _ran(program: str, *words: str) -> subprocess.CompletedProcess[str]:
    place = Path(sysconfig.get_path("scripts"), program + (".exe" if sys.platform == "win32" else ""))
    return subprocess.run([str(place), *words], capture_output=True, text=True, check=False, cwd=ROOT)

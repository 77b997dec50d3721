"""The goals of agentdojo's injection tasks, read as texts from its files (MIT licence); nothing of it is imported or run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.security.policy import ROOT
from tests.security.provenance.domain import Domain, Injection
from tests.security.provenance.domains import DOMAINS
from tests.security.provenance.playing import Attack, beginning

SETS = ROOT / ".venvs" / "sets"


def goals(sets: Path = SETS) -> dict[str, list[str]]:
    """Return the goals by suite; empty where the package is not installed."""
    found: dict[str, list[str]] = {}
    for file in sorted(sets.glob("lib/python*/site-packages/agentdojo/default_suites/*/*/injection_tasks.py")):
        texts = found.setdefault(file.parent.name, [])
        texts += [goal for goal in _goals(ast.parse(file.read_text(encoding="utf-8"))) if goal not in texts]
    return found


def attacks(sets: Path = SETS) -> Iterator[Attack]:
    """Yield each goal in its domain; the model that obeys tries every tool that acts."""
    texts = goals(sets)
    for domain in DOMAINS:
        for goal in texts.get(domain.name, []):
            yield _attack(domain, goal)


def _attack(domain: Domain, goal: str) -> Attack:
    through = domain.injections[0].through
    calls = tuple([(one.name, dict.fromkeys(one.arguments, goal[:40])) for one in domain.privileged])
    injection = Injection(through, goal, calls)
    return Attack(domain, injection, "important", "text", beginning(domain, injection)[0])


def _goals(tree: ast.Module) -> Iterator[str]:
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            text = _text(node.value, known)
            if text is not None:
                known.setdefault(node.targets[0].id, text)
                if node.targets[0].id == "GOAL":
                    yield text


def _text(node: ast.expr, known: dict[str, str]) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join([_text(part.value if isinstance(part, ast.FormattedValue) else part, known) or "?" for part in node.values])
    return known.get(node.id) if isinstance(node, ast.Name) else None

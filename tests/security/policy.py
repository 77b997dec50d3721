"""The claims as they stand in SECURITY.md, between two marks."""

from __future__ import annotations

from pathlib import Path

from tests.security.claim import Claim
from tests.security.claims import claims

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "SECURITY.md"
BEGIN, END = "<!-- claims -->\n", "<!-- end of claims -->\n"
_HEAD = "| claim | id | held by |\n|---|---|---|\n"


def page(text: str) -> str:
    """Return the policy with its claims anew."""
    before, found, rest = text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (found and ended):
        raise ValueError(f"SECURITY.md has no {BEGIN.strip()} ... {END.strip()}")
    return before + BEGIN + "\n" + _HEAD + "".join(map(_row, claims().values())) + "\n" + END + after


def _row(claim: Claim) -> str:
    return f"| {claim.says} | `{claim.id}` | {', '.join(f'`{test}`' for test in claim.tests)} |\n"

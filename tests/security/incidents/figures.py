"""How many incidents of others are played, and how they end."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.security.claim import Figure
from tests.security.incidents.later import LATER, PLAYED

HERE = Path(__file__).parent
LITELLM = 27
"""Numbers that this one project has in the advisory database of PyPA, 2026-07-23."""
_LEAST = 40


def named() -> Figure:
    """Play every case, and count what was named: cases, numbers of incidents, and those that come with the gateway."""
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(HERE)],
        capture_output=True,
        text=True,
        cwd=HERE.parents[2],
        check=False,
    )
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error|skipped)", ended.stdout)}
    bad = sum(counts.get(word, 0) for word in ("failed", "error", "skipped"))
    passed = counts.get("passed", 0)
    ids = numbers()
    whole = len(PLAYED) + len(LATER) == LITELLM and not set(PLAYED) & set(LATER)
    return Figure(
        met=bad == 0 and ended.returncode == 0 and len(ids) >= _LEAST and whole,
        measured=f"{passed} of {passed + bad} cases hold, of {len(ids)} numbered incidents",
        wanted=f"all, of at least {_LEAST}",
        notes=(f"Of LiteLLM's {LITELLM} numbers {len(PLAYED)} are played; {len(LATER)} come with the gateway: {', '.join(LATER)}.",),
    )


def numbers() -> set[str]:
    """Return the numbers of the incidents that the cases name."""
    texts = (path.read_text(encoding="utf-8") for path in HERE.glob("test_*.py"))
    return {f"CVE-{year}-{number}" for text in texts for year, number in re.findall(r"(?:cve|_and)_(\d{4})_(\d+)", text)}

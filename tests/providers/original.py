"""The chat providers of the original's catalogue, and those of them that have no row here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

FACTS = Path(__file__).parents[2] / ".." / "shared" / "data" / "providers.json"

INVENTED = """
    ai71 beam cerebrium chatlaw diffusion-router kakao keywordsai latamgpt lg-exaone martian ntt-tsuzumi pangu pika prem
    silo-ai softbank-sarashina swiss-ai tensordock tiangong tilde unify vastai
"""

LEFT_OUT: dict[str, str] = {
    **dict.fromkeys(INVENTED.split(), "its address exists nowhere but in the original's list"),
    **dict.fromkeys(["galadriel", "mystic"], "it ended, and no date is known"),
    "compactifai": "its address is not confirmed",
}


def original_rows() -> list[str]:
    """Return the ids of the original's chat providers."""
    if not FACTS.is_file():
        pytest.skip("The facts about providers are not beside this checkout.")
    entries = json.loads(FACTS.read_text(encoding="utf-8"))
    return [entry["id"] for entry in entries if "seed" in entry["sources"] and ("chat" in entry.get("endpoints", {}) or plain(entry))]


def plain(entry: dict[str, object]) -> bool:
    """Tell whether the entry's format is one of a known family."""
    return not str(entry["dialect"]).startswith(("custom:", "search"))

"""Make a provider's error text fit to be shown: bounded, without anything that looks like a key, harmless to a terminal."""

from __future__ import annotations

import re

from llmkit.types.printable import printable

LIMIT = 2048
"""Most characters kept of an error's message or body."""
_SECRETS = re.compile(
    r"""\b(?:sk|rk|pk|xai|gsk|hf|r8|nvapi|pplx|csk|tgp_v1|key|AKIA|ASIA)[-_][A-Za-z0-9*_\-.]{6,}"""
    r"""|\bAIza[A-Za-z0-9*_\-]{6,}"""
    r"""|\b(?:AKIA|ASIA)[A-Z0-9]{12,}"""
    r"""|\beyJ[A-Za-z0-9_\-]{8,}(?:\.[A-Za-z0-9_\-]*)*"""
    r"""|(?<=Bearer\s)[^\s"',;]+"""
    r"""|(?<=[?&]key=)[^\s"'&]+""",
    re.IGNORECASE,
)
_WINDOW = 2 * LIMIT


def error_text(text: str | bytes) -> str:
    """Return `text` with keys masked, at most `LIMIT` characters."""
    if isinstance(text, bytes):
        text = text[: 4 * _WINDOW].decode("utf-8", "replace")
    masked = printable(_SECRETS.sub("***", text[:_WINDOW]))
    return masked if len(masked) <= LIMIT and len(text) <= _WINDOW else f"{masked[: LIMIT - 1]}…"

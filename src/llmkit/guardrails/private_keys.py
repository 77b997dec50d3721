"""Find private keys in PEM blocks."""

from __future__ import annotations

import re

from llmkit.guardrails.finding import Finding

HEADER = "-----BEGIN "
_BLOCK = re.compile(
    r"-----BEGIN (?:[A-Z]{2,10} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----END)[A-Za-z0-9+/=\s\\:,.-]){0,7000}"
    r"(-----END [A-Z ]{0,40}-----)?"
)
_BLOCK_LONGEST = 7200
_FOOTER, _HEADER_LONGEST = "-----END", 60


def blocks(text: str, start: int) -> list[Finding]:
    """Return the private keys in `text` from `start` on."""
    return [Finding(one.start(), one.end(), "secret:private_key") for one in _BLOCK.finditer(text, start)]


def block_opening(text: str, start: int) -> int:
    """A block's body goes on over white space, so it is open as long as the text may belong to it."""
    first = text.find(HEADER, max(start, len(text) - _BLOCK_LONGEST))
    while first >= 0:
        block = _BLOCK.match(text, first)
        if _is_open(block, text, first):
            return first
        first = text.find(HEADER, first + 1)
    for length in range(min(len(HEADER) - 1, len(text) - start), 0, -1):
        if text.endswith(HEADER[:length]):
            return len(text) - length
    return len(text)


def _is_open(block: re.Match[str] | None, text: str, first: int) -> bool:
    if block is None:
        return len(text) - first < _HEADER_LONGEST
    rest = len(text) - block.end()
    return not block[1] and (rest == 0 or (rest < _HEADER_LONGEST and text.startswith(_FOOTER, block.end())))

"""Find addresses of the net: mail and IP."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

from llmkit.guardrails.finding import Finding
from llmkit.guardrails.openings import token_opening

_LONGEST = 400
_MAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}+@(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}"
    r"(?![A-Za-z0-9\-_@])"
)
_V4 = re.compile(r"(?<![0-9A-Za-z.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?!\.?[0-9A-Za-z])")
_V6 = re.compile(r"(?<![0-9A-Za-z:.])(?=[0-9A-Fa-f:]*:[0-9A-Fa-f]*:)[0-9A-Fa-f:]{3,39}(?:\.[0-9.]{5,12})?(?![0-9A-Za-z:])")
_DOTTED = re.compile(r"\.[0-9]{1,3}\.[0-9]")  # these begin with one character: the engine skips to it
_COLONS = re.compile(r":[0-9A-Fa-f]{0,4}:")


class Addresses:
    """Mail addresses and IP addresses."""

    def __init__(self, *, mail: bool = True, ip: bool = True) -> None:
        self._mail, self._ip = mail, ip

    def find(self, text: str, start: int = 0, /) -> Sequence[Finding]:
        """Return the addresses in `text` from `start` on."""
        found: list[Finding] = []
        if self._mail and "@" in text:
            found += [Finding(match.start(), match.end(), "email") for match in _MAIL.finditer(text, start)]
        if self._ip and _DOTTED.search(text, start):
            found += [_checked(match) for match in _V4.finditer(text, start)]
        if self._ip and ":" in text and _COLONS.search(text, start):
            found += [_checked(match) for match in _V6.finditer(text, start)]
        return found

    def opening(self, text: str, start: int = 0, /) -> int:
        """Return where the last token begins."""
        return token_opening(text, start, _LONGEST)


def _checked(match: re.Match[str]) -> Finding:
    try:
        ipaddress.ip_address(match[0])
    except ValueError:
        return Finding(match.start(), match.end(), "ip", 0.0)
    return Finding(match.start(), match.end(), "ip", 0.9)

"""Find addresses of the net: mail and IP."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

from llmkit.guardrails.finding import Finding
from llmkit.guardrails.openings import token_opening
from llmkit.guardrails.plain import DIGITS, LETTERS, plain

_LONGEST = 700
_LOCAL, _LOCAL_LONGEST = DIGITS + LETTERS + "._%+-", 64
_MARKS = "._%+-"
_LABEL = r"[A-Za-z0-9][A-Za-z0-9\-]{0,62}+(?<!-)"
_DOMAIN = re.compile(rf"@(?:{_LABEL}\.){{1,8}}[A-Za-z]{{2,24}}(?![A-Za-z0-9\-_@])")
_V4 = re.compile(r"(?<![0-9A-Za-z.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?!\.?[0-9A-Za-z])")
_V6 = re.compile(r"(?<![0-9A-Za-z:.])(?=[0-9A-Fa-f:]*:[0-9A-Fa-f]*:)[0-9A-Fa-f:]{3,39}(?:\.[0-9.]{5,12})?(?![0-9A-Za-z:])")
_DIGITS = DIGITS.encode()
_COLONS = re.compile(r":[0-9A-Fa-f]{0,4}:")  # it begins with one character: the engine skips to it
_HEXADECIMAL = b"0123456789abcdefABCDEF"
_HEX = "0123456789abcdefABCDEF:."


class Addresses:
    """Mail addresses and IP addresses."""

    def __init__(self, *, mail: bool = True, ip: bool = True) -> None:
        self._mail, self._ip = mail, ip

    def find(self, text: str, start: int = 0, /) -> Sequence[Finding]:
        """Return the addresses in `text` from `start` on."""
        found: list[Finding] = []
        if self._mail and "@" in text:
            _mails(text, start, found)
        if self._ip and "." in text and b"..." in plain(text).translate(None, _DIGITS):
            found += [_checked(match) for match in _V4.finditer(text, start)]
        if self._ip and ":" in text and b"::" in plain(text).translate(None, _HEXADECIMAL):
            _colons(text, start, found)
        return found

    def opening(self, text: str, start: int = 0, /) -> int:
        """Return where the last token begins."""
        return token_opening(text, start, _LONGEST)


def _mails(text: str, start: int, found: list[Finding]) -> None:
    for domain in _DOMAIN.finditer(text, start):
        place = domain.start()
        begin = _local(text, start, place)
        if begin < place:
            found.append(Finding(begin, domain.end(), "email"))


def _local(text: str, start: int, place: int) -> int:
    """Return where the name before the `@` begins; `place` where there is none."""
    before = text[max(0, place - _LOCAL_LONGEST - 1) : place]
    name = before[len(before.rstrip(_LOCAL)) :]
    if len(name) > _LOCAL_LONGEST:
        return place
    begin = place - len(name.lstrip(_MARKS))
    return begin if begin >= start else place


def _colons(text: str, start: int, found: list[Finding]) -> None:
    """Look for IPv6 around each pair of near colons; a match is as long as its token."""
    pair = _COLONS.search(text, start)
    while pair:
        before = text[max(0, pair.start() - 40) : pair.start()]
        first = pair.start() - len(before) + len(before.rstrip(_HEX))
        match = _V6.match(text, first) if first >= start else None
        if match:
            found.append(_checked(match))
        pair = _COLONS.search(text, max(pair.end() - 1, match.end() if match else 0))


def _checked(match: re.Match[str]) -> Finding:
    try:
        ipaddress.ip_address(match[0])
    except ValueError:
        return Finding(match.start(), match.end(), "ip", 0.0)
    return Finding(match.start(), match.end(), "ip", 0.9)

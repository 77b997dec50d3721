"""Find links that lead elsewhere than they may: an answer that shows a picture from somebody's server tells him what is in its address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from llmkit.errors import ConfigurationError
from llmkit.guardrails.finding import Finding
from llmkit.guardrails.openings import token_opening

_LONGEST = 2200
# Browsers read `\` as `/`, and need no slashes at all behind `https:` (WHATWG URL Standard, special schemes; read 2026-11).
_SLASHES = re.compile(r"[/\\]{2}")
_BEGINS = re.compile(r"[/\\]{2}|(?:tps?|wss?):", re.IGNORECASE)
"""What a link has before the letters of other scripts, or controls, that its host may hold."""
_BARE = re.compile(
    r"(?<![A-Za-z0-9+.\-])((?:https?|wss?|ftp):)[/\\]?[^\s/\\\"'<>`:?#,;()]{1,250}\.[!#-&*-;=?-\[\]-_a-~\\]{0,2048}", re.IGNORECASE
)
_ACTIVE = re.compile(
    r"(?<![A-Za-z0-9+.\-])(?:(?:javascript|vbscript|blob|filesystem):(?=[^\s])|file:[/\\]|data:[A-Za-z0-9!#$&^_.+/=;\-]{0,200},)"
    r"[!#-&*-;=?-\[\]-_a-~\\]{0,2048}",
    re.IGNORECASE,
)
_ACTIVE_WORDS = ("script:", "data:", "blob:", "file:", "filesystem:")
_BARE_WORDS = ("tp:", "tps:", "ws:", "wss:")
_SCHEME = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-"
# Hosts may hold letters of any script, and browsers drop invisible characters and read the full stops of Asia as dots (UTS 46).
# The first says of ASCII without backslashes just what the second says: how a text goes on must not change what stood before.
_PLAIN = re.compile(r"//(?P<authority>[\x00-\x08\x0e-\x1b!$-&*-.0-;=@-\[\]-_a-\x7f]{0,600})(?P<path>[!#-&*-;=?-\[\]-_a-~\\]{0,2048})")
_REST = re.compile(
    r"[/\\]{2}(?P<authority>[^\s\"'<>`()/\\?#、，；：！？）（】【」「』『》《…—”“’‘]{0,600})(?P<path>[!#-&*-;=?-\[\]-_a-~\\]{0,2048})"
)
_DOTS = str.maketrans("\u3002\uff0e\uff61", "...")
_TAIL = re.compile(r"[^\s\"'<>`]{0,2200}")


class Links:
    """Links to hosts that are not allowed; a host allows its subdomains if it begins with a dot (`.example.com`)."""

    def __init__(self, hosts: Iterable[str], schemes: Iterable[str]) -> None:
        named = [host.lower() for host in hosts]
        if any("/" in host or ":" in host or not host.strip(".") for host in named):
            raise ConfigurationError("Hosts are names alone.", parameter="hosts", hint="example.com, or .example.com for all below it.")
        self._exact = frozenset(_ascii(host.removeprefix(".")) for host in named)
        self._below = tuple("." + _ascii(host[1:]) for host in named if host.startswith("."))
        self._schemes = frozenset(scheme.lower() for scheme in schemes)

    def find(self, text: str, start: int = 0, /) -> Sequence[Finding]:
        """Return the links in `text` from `start` on that are not allowed; allowed ones with the score 0."""
        found: list[Finding] = []
        if "//" in text or "\\" in text:
            self._slashed(text, start, found)
        if ":" in text:
            self._colons(text, start, found)
        return found

    def _slashed(self, text: str, start: int, found: list[Finding]) -> None:
        for rest in (_PLAIN if text.isascii() and "\\" not in text else _REST).finditer(text, start):
            place, end = rest.span()
            authority = rest[1]
            begin, scheme = _scheme(text, start, place)
            if scheme or (authority and _is_host(text[place - 1 : place], authority)):
                sure = self._allows(scheme or "https", authority) and "\\" not in rest[0]
                found.append(Finding(begin, end, "link", 0.0 if sure else 1.0))

    def _colons(self, text: str, start: int, found: list[Finding]) -> None:
        low = text.lower()
        if any(words in low for words in _ACTIVE_WORDS):
            matches = [match for match in _ACTIVE.finditer(text, start) if match[0].partition(":")[0].lower() not in self._schemes]
            found += [Finding(match.start(), match.end(), "link") for match in matches]
        if any(low.count(words) != low.count(words + "//") for words in _BARE_WORDS):
            for match in _BARE.finditer(text, start):
                if not _SLASHES.match(text, match.end(1)):
                    found.append(Finding(match.start(), match.end(), "link"))

    def _allows(self, scheme: str, authority: str) -> bool:
        if scheme not in self._schemes or "@" in authority or "%" in authority:
            return False
        host = authority.partition(":")[0].rstrip(".,;!)]*_").lower()
        host = host if host.isascii() else _ascii(host)
        return host in self._exact or bool(self._below and host.endswith(self._below))

    def opening(self, text: str, start: int = 0, /) -> int:
        """Return where the last token begins; a link with letters of other scripts goes on."""
        last = token_opening(text, start, _LONGEST)
        first = max(start, len(text) - _LONGEST)
        tail = _TAIL.match(text[first:][::-1])
        first = len(text) - (tail.end() if tail else 0)
        begins = _BEGINS.search(text, first)
        return last if begins is None else min(last, token_opening(text[: begins.start()], start, _LONGEST))


def _is_host(before: str, authority: str) -> bool:
    """Without a scheme two slashes may be a comment or a division."""
    looks = authority[0].isdigit() or any(mark in authority for mark in ".:@%[\u3002\uff0e\uff61")
    return looks and before not in (":", "/", "\\") and not before.isalnum()


def _scheme(text: str, start: int, place: int) -> tuple[int, str]:
    """Return where the scheme before `//` begins, and its name; nothing where there is none."""
    if place <= start or text[place - 1] != ":":
        return place, ""
    for name in ("https", "http"):
        first = place - 1 - len(name)
        if first >= start and text.startswith(name, first) and not text[first - 1 : first].isalnum():
            return first, name
    before = text[max(start, place - 17) : place - 1]
    name = before[len(before.rstrip(_SCHEME)) :].lstrip("+.-0123456789")
    return place - 1 - len(name), name.lower()


def _ascii(host: str) -> str:
    """Return the name as it is looked up: letters that only look like others have another name there."""
    host = host.translate(_DOTS).strip(".")
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return "?"


def links(*hosts: str, schemes: Iterable[str] = ("https", "http")) -> Links:
    """Find links to other hosts than `hosts`; one with a user name, a backslash or an escaped host is never allowed."""
    return Links(hosts, schemes)

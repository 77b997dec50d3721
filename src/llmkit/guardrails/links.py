"""Find links that lead elsewhere than they may: an answer that shows a picture from somebody's server tells him what is in its address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from llmkit.errors import ConfigurationError
from llmkit.guardrails.finding import Finding
from llmkit.guardrails.openings import token_opening

_LONGEST = 2200
_LINK = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9+.\-]{1,14}:[/\\]{2}[!#-&*-;=?-\[\]-_a-~\\]{0,2048}|(?<![:/\\])//[a-zA-Z0-9][!#-&*-;=?-~]{3,2048}"
)
_HOST = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.\-]{1,14}:)?[/\\]{2}(?P<authority>[^/\\?#]*)")


class Links:
    """Links to hosts that are not allowed; a host allows its subdomains if it begins with a dot (`.example.com`)."""

    def __init__(self, hosts: Iterable[str], schemes: Iterable[str]) -> None:
        self._hosts = tuple(host.lower() for host in hosts)
        self._schemes = frozenset(schemes)
        if any("/" in host or ":" in host or not host for host in self._hosts):
            raise ConfigurationError("Hosts are names alone.", parameter="hosts", hint="example.com, or .example.com for all below it.")

    def find(self, text: str, start: int = 0, /) -> Sequence[Finding]:
        """Return the links in `text` from `start` on that are not allowed; allowed ones with the score 0."""
        if "//" not in text and "\\\\" not in text and "/\\" not in text and "\\/" not in text:
            return ()
        matches = _LINK.finditer(text, start)
        return [Finding(match.start(), match.end(), "link", 0.0 if self._allows(match[0]) else 1.0) for match in matches]

    def _allows(self, link: str) -> bool:
        scheme = link.partition(":")[0].lower() if not link.startswith("/") else "https"
        match = _HOST.match(link)
        if match is None or scheme not in self._schemes or "\\" in link or "@" in match["authority"]:
            return False
        host = match["authority"].partition(":")[0].rstrip(".").lower()
        return any(host == one or (one.startswith(".") and (host.endswith(one) or host == one[1:])) for one in self._hosts)

    def opening(self, text: str, start: int = 0, /) -> int:
        """Return where the last token begins."""
        return token_opening(text, start, _LONGEST)


def links(*hosts: str, schemes: Iterable[str] = ("https", "http")) -> Links:
    """Find links to other hosts than `hosts`; one with a user name or a backslash is never allowed."""
    return Links(hosts, schemes)

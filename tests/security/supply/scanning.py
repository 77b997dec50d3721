"""Look for secrets in files with two engines: LLMKit's own, and Kingfisher's several hundred rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from llmkit.guardrails.secrets import Secrets


@dataclass(frozen=True, kw_only=True)
class Leak:
    """What an engine takes for a secret."""

    file: str
    engine: str
    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.file}: {self.kind} ({self.engine})"  # never the value: this is printed


Engine = Callable[[str], Iterable[tuple[str, str]]]
"""Gives, of a text, the kind and the value of each secret."""


def own(text: str) -> Iterator[tuple[str, str]]:
    """Search with the detector that LLMKit's users have."""
    for finding in _OWN.find(text):
        yield finding.kind, text[finding.start : finding.end]


_OWN = Secrets()


def kingfisher() -> Engine:
    """Return the second engine; it is not needed by the tests of the suite."""
    import kingfisher_sdk

    scanner = kingfisher_sdk.Scanner()
    return lambda text: ((one.rule_id, one.secret) for one in scanner.scan(text, timeout=60.0))


FAKES: dict[str, str] = {
    # what both engines should take for a secret, or their tests would be none; each is no key of anybody
    "AKIAIOSFODNN7EXAMPLE": "the example of AWS's own documentation",
    "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY": "the example of AWS's own documentation",
    "wJalrXUtnFEMIbK7MDENGbPxRfiCYzQ9LmT2hVwe": "the same, its end changed so that an engine does not know it",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N": "the example of the specification of JWTs, cut",
    "app-secret-01": "says what it is",
}
ROW = 10
"""So many letters or digits that follow each other, as in `abcdefghij`, are no accident: fewer than one random key in 10^9 has them."""
_AGAIN = re.compile(r"(.{1,6}?)\1{3,}")
SHORTEST_KEY = 48
"""Letters of base64: the shortest private key there is, Ed25519, has 64."""
NO_SECRETS = re.compile(r"betterleaks\.snowflake-account-host\.\d+")
"""Rules that find an address, which is no secret."""
RESERVED = re.compile(r"(?:[\w-]+\.)*(?:example(?:\.(?:com|net|org))?|test|invalid|localhost)|(?:127|10)(?:\.\d+){3}|\[::1\]|[\w-]+", re.A)
"""Hosts that nobody can have: names kept for examples (RFC 2606), loopback and private addresses, names without a dot."""
_HEADINGS = re.compile(r"-----[A-Z ]+-----|\\n|\s")
_CLIENT_SECRET = re.compile(r'"client_secret": *"([^"]*)"')
_ADDRESS = re.compile(r"://([^\s/@'\"]+)@(\[[\da-f:]+\]|[^\s/:'\"?#,)]+)")


def leaks(texts: Mapping[str, str], engines: Mapping[str, Engine]) -> Iterator[Leak]:
    """Yield what the engines find, but for what is plainly made up."""
    for file, text in texts.items():
        for name, engine in engines.items():
            for kind, value in engine(text):
                if not made_up(text, kind, value):
                    yield Leak(file=file, engine=name, kind=kind, value=value)


def made_up(text: str, kind: str, value: str) -> bool:
    """Tell whether a value is on the list of fakes, a password for hosts that nobody can have, or a heading without a key."""
    if value in FAKES or NO_SECRETS.fullmatch(kind) or counted(value):
        return True
    if "private" in kind:
        return len(_HEADINGS.sub("", value)) < SHORTEST_KEY
    if "application-default-credentials" in kind:
        return bool(found := _CLIENT_SECRET.findall(value)) and FAKES.keys() >= set(found)
    if "connection_string" in kind or "credential-uri" in kind:
        hosts = [match[2] for match in _ADDRESS.finditer(text) if value in match[0] or match[0] in value]
        return bool(hosts) and all(RESERVED.fullmatch(host) for host in hosts)
    return False


def counted(value: str) -> bool:
    """Tell whether a value counts, spells the alphabet, or is mostly the same few letters again and again."""
    steps = "".join("+" if after - before in (1, ord("0") - ord("9")) else " " for before, after in pairwise(value.encode()))
    again = max((len(match[0]) for match in _AGAIN.finditer(value)), default=0)
    return "+" * (ROW - 1) in steps or 2 * again > len(value) >= 16


def planted() -> str:
    """Return a text with two secrets that are on no list. They are put together here, or they would be found here."""
    letters = "Z7QH2KXW4MPT6RVN"
    return f"aws_access_key_id = {'AK' + 'IA'}{letters}\naws_secret_access_key = {'q8Zt' + letters + 'yBvL3nRkd0JxSgWe7UPf'}\n"

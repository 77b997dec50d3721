"""Which attacks are played: each injection in each style, and each way in for each domain."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

from llmkit.tools.policy import ToolPolicy
from tests.faces import FACES
from tests.security.provenance.domain import Domain
from tests.security.provenance.domains import DOMAINS
from tests.security.provenance.playing import WAYS_IN, Attack, beginning
from tests.security.provenance.styles import STYLES


def attacks() -> Iterator[tuple[Attack, str]]:
    """Yield each injection in each style, the ways in and the faces in turn; then each way in through each face, the domains in turn."""
    ways, faces = cycle(WAYS_IN), cycle(FACES)
    for domain in DOMAINS:
        for injection in domain.injections:
            tasks = cycle(beginning(domain, injection))
            for style in STYLES:
                yield Attack(domain, injection, style, next(ways), next(tasks)), next(faces)
    domains = cycle(DOMAINS)
    for way in WAYS_IN:
        for face in FACES:
            domain = next(domains)
            injection = domain.injections[0]
            yield Attack(domain, injection, "plain", way, beginning(domain, injection)[0]), face


def policies(domain: Domain) -> dict[str, ToolPolicy]:
    """Return the policies that an attack is played under: the plain one, and one with the domain's rules for arguments."""
    return {"plain": ToolPolicy(), "rules": ToolPolicy(arguments=domain.rules)}

"""All claims of the security policy, by topic."""

from __future__ import annotations

from importlib import import_module

from tests.security.claim import Claim

TOPICS: tuple[str, ...] = (
    # one a line, with its comma
    "canary",
    "canary.peers",
    "supply",
    "provenance",
    "injection",
    "transport",
    "hostile",
    "fuzz",
    "bans",
    "incidents",
    "mutation",
)
"""Packages beside this module, each with a `claims.CLAIMS`, in the order in which the policy names them."""


def claims() -> dict[str, Claim]:
    """Return all claims by their ids."""
    found: dict[str, Claim] = {}
    for topic in TOPICS:
        for claim in import_module(f"tests.security.{topic}.claims").CLAIMS:
            if claim.id in found:
                raise ValueError(f"two claims are called {claim.id}")
            found[claim.id] = claim
    return found

"""What happened to others, and does not here."""

from __future__ import annotations

from tests.security.claim import Claim

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="incidents.named",
        says="What went wrong in other LLM libraries, gateways and HTTP stacks is tried against LLMKit, each by its CVE number",
        tests=("tests/security/incidents",),
        figure="tests.security.incidents.figures:named",
        seconds=30,
    ),
)

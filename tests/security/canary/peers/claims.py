"""What is claimed about the comparison with other libraries."""

from __future__ import annotations

from tests.security.claim import Claim

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="keys.peers",
        says="The same harness that finds no key of LLMKit's finds leaks in the libraries of OpenAI, Anthropic, Google and LiteLLM.",
        tests=("tests/security/canary/peers/test_comparison.py", "tests/security/canary/peers/test_host.py"),
        figure="tests.security.canary.peers.figures:leaks",
        seconds=60,
    ),
)

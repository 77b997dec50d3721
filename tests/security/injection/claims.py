"""What is promised of the screen: to say how bad it is."""

from __future__ import annotations

from tests.security.claim import Claim

CLAIMS = (
    Claim(
        id="injection.screen",
        says="The screen for prompt injections is told to be as weak as it measures, on public sets and beside others.",
        tests=(
            "tests/security/injection/test_screen.py",
            "tests/guardrails/test_detectors.py::test_prompt_injection_is_scored_as_badly_as_the_documentation_says",
        ),
        figure="tests.security.injection.figures:screen",
        seconds=60,
    ),
)

"""What is promised about content of others."""

from __future__ import annotations

from tests.security.claim import Claim

_FIGURES = "tests.security.provenance.figures"
_HERE = "tests/security/provenance"

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="injection.policy",
        says="With a tool policy, a model that obeys every injection still cannot make a tool send or change anything unless somebody "
        "approves the call or a rule allows all of its arguments.",
        tests=(f"{_HERE}/test_policy_holds.py", "tests/tools/test_policy.py", "tests/tools/test_policy_rules.py"),
        figure=f"{_FIGURES}:policy",
        seconds=55,
    ),
    Claim(
        id="injection.orders",
        says="No order of turns, results, marks, approvals and saved conversations gets around the tool policy, and it holds back no call "
        "that was written before others' words were there.",
        tests=(f"{_HERE}/test_traces.py", "tests/tools/test_exposure.py"),
        figure=f"{_FIGURES}:traces",
        seconds=40,
    ),
    Claim(
        id="injection.marks",
        says="The mark that says who wrote a part survives saving, copying, streaming and guardrails, and is never sent to anybody.",
        tests=(f"{_HERE}/test_marks.py",),
        figure=f"{_FIGURES}:marks",
        seconds=10,
    ),
)

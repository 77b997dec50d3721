"""What the policy says of the tests that hold it."""

from __future__ import annotations

from tests.security.claim import Claim

CLAIMS = (
    Claim(
        id="mutation.score",
        says=(
            "The tests notice when the code that guards keys, addresses, money and private words is changed in one place: nine of ten "
            "random changes fail a test, by samples of each area with their 95 % interval."
        ),
        tests=("tests/security/mutation/test_mutation.py",),
        figure="tests.security.mutation.figures:score",
        seconds=100,
    ),
)

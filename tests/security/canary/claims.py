"""What the policy says of keys."""

from __future__ import annotations

from tests.security.claim import Claim

_HERE = "tests/security/canary"
CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="keys.printed",
        says="A key never comes out of LLMKit: in no text, log, error, traceback, variable of a frame, redirect, file or variable of the "
        "environment, however it was given, and not when a server repeats it.",
        tests=(f"{_HERE}/test_channels.py", "tests/auth/test_secret.py", "tests/test_client_security.py"),
        figure=f"{_HERE.replace('/', '.')}.figures:printed",
        seconds=120,
    ),
    Claim(
        id="keys.kept",
        says="No key is kept or told by caches, traces, usage records, telemetry, hooks, sessions, jobs, tool servers or the command line.",
        tests=(f"{_HERE}/test_layers.py",),
        figure=f"{_HERE.replace('/', '.')}.figures:kept",
        seconds=40,
    ),
    Claim(
        id="keys.rows",
        says="At every provider the key stands in one header and nowhere else, and no answer of its server brings it back.",
        tests=(f"{_HERE}/test_rows.py", "tests/contract/test_contract.py"),
        figure=f"{_HERE.replace('/', '.')}.figures:rows",
        seconds=60,
    ),
    Claim(
        id="keys.refused",
        says="A key that was copied badly is refused before it is sent, and no eight letters of it are shown, not even with variables.",
        tests=(f"{_HERE}/test_refusals.py",),
        figure=f"{_HERE.replace('/', '.')}.figures:refused",
        seconds=50,
    ),
    Claim(
        id="keys.planted",
        says="What looks for keys finds one that is planted in each place.",
        tests=(f"{_HERE}/test_planted.py",),
        figure=f"{_HERE.replace('/', '.')}.figures:planted",
        seconds=5,
    ),
)

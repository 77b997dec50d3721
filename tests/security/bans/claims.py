"""What the code of LLMKit never does."""

from __future__ import annotations

from tests.security.claim import Claim

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="bans.code",
        says="No data is run as code: no `eval`, no pickle, no shell, no module or query that data names; every exception to these rules"
        " is listed with its reason",
        tests=("tests/security/bans/test_rules.py",),
        figure="tests.security.bans.figures:code",
        seconds=20,
    ),
    Claim(
        id="bans.patterns",
        says="No text makes a regular expression of ours work longer than its length explains",
        tests=("tests/security/bans/test_patterns.py",),
        figure="tests.security.bans.figures:regexes",
        seconds=30,
    ),
    Claim(
        id="bans.events",
        says="While LLMKit works, it asks the interpreter for no code, no foreign function and no program that the user has not named",
        tests=("tests/security/bans/test_events.py",),
        figure="tests.security.bans.figures:events",
        seconds=60,
    ),
    Claim(
        id="bans.importing",
        says="Importing LLMKit, any module of it, opens no connection, starts nothing, reads no variable and no file of yours",
        tests=("tests/security/bans/test_events.py", "tests/architecture/test_import.py"),
        figure="tests.security.bans.figures:importing",
        seconds=15,
    ),
    Claim(
        id="bans.files",
        says="What LLMKit writes only you can read (mode 0600, folders 0700), it is whole or not there, and no link in its"
        " place is followed",
        tests=("tests/security/bans/test_files.py",),
        figure="tests.security.bans.figures:files",
        seconds=15,
    ),
)

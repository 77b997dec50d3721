"""What the policy says of bytes that nobody would send on purpose."""

from __future__ import annotations

from tests.security.claim import Claim

CLAIMS = (
    Claim(
        id="fuzz.inputs",
        says=(
            "Everything that reads what comes from outside (answers and streams of every wire format and operation, HTTP, WebSockets, "
            "addresses, headers, configuration, templates, files, stores) is fuzzed: any bytes "
            "end in a result or a typed error within a second."
        ),
        tests=("tests/security/fuzz/test_fuzz.py", "tests/security/fuzz/test_engines.py"),
        figure="tests.security.fuzz.figures:inputs",
        seconds=60,
    ),
    Claim(
        id="fuzz.finds",
        says="Every input that ever broke something is kept, and the test suite plays it again.",
        tests=("tests/security/fuzz/test_fuzz.py::test_what_once_broke_something_does_not_again",),
        figure="tests.security.fuzz.figures:regressions",
        seconds=40,
    ),
)

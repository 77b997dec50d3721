"""What is claimed of servers that mean harm."""

from __future__ import annotations

from tests.security.claim import Claim

_HERE = "tests/security/hostile"
_FIGURES = "tests.security.hostile.figures"

CLAIMS = (
    Claim(
        id="hostile.memory",
        says="Whatever a server answers - endless lines, compressed bombs, a million values, numbers of a million digits - memory grows "
        "by 64 MiB at most, and the call ends in time with a typed error. One long text or picture takes at most four times its size.",
        tests=(f"{_HERE}/test_memory.py", "tests/framing/test_weight.py", "tests/transport/test_contract_limits.py"),
        figure=f"{_FIGURES}:memory",
        seconds=100,
    ),
    Claim(
        id="hostile.heads",
        says="An HTTP answer that two readers could read differently is refused, and no byte of one answer is ever taken for the next one.",
        tests=(f"{_HERE}/test_heads.py",),
        figure=f"{_FIGURES}:heads",
        seconds=15,
    ),
    Claim(
        id="hostile.time",
        says="However slowly a server speaks - byte by byte, in signs of life, while it is connected to or looked up - a call ends at its "
        "deadline.",
        tests=(f"{_HERE}/test_slow.py", "tests/faults/test_faults.py", "tests/transport/test_contract_timeouts.py"),
        figure="tests.security.hostile.timing:time",
        seconds=40,
    ),
    Claim(
        id="hostile.disk",
        says="On a full disk a call still gets its answer or a typed error; what is saved is whole or not there, and what LLMKit keeps - "
        "cache, ledger, usage, trace - is sound when there is room again.",
        tests=(f"{_HERE}/test_disk.py",),
        figure="tests.security.hostile.disk:disk",
        seconds=20,
    ),
    Claim(
        id="hostile.screen",
        says="No word of a model, a provider, a file or a configuration steers the terminal: the command line prints none of their "
        "control, bidirectional or invisible characters.",
        tests=(f"{_HERE}/test_screen.py", "tests/cli/test_terminal_text.py"),
        figure="tests.security.hostile.display:screen",
        seconds=60,
    ),
    Claim(
        id="hostile.pages",
        says="A page that LLMKit writes runs no script and loads nothing, whatever the names in it say.",
        tests=(f"{_HERE}/test_pages.py",),
        figure="tests.security.hostile.display:pages",
        seconds=20,
    ),
)

"""What reaches terminals and browsers, counted."""

from __future__ import annotations

from tests.security.claim import Figure
from tests.security.hostile.attacks import HTML, TERMINAL
from tests.security.hostile.commands import COMMANDS
from tests.security.hostile.pages import browser, each_alone, hostile_pages, opened, policed
from tests.security.hostile.screen import shown

ADDRESS = "http://address.invalid"


def screen() -> Figure:
    """Run every command that shows words of others, with words that steer a terminal."""
    found = list(shown(COMMANDS))
    leaks = {one for item in found for one in item.more}
    silent = [item for item in found if not item.letters]
    steered = [
        f"llmkit {' '.join(item.command.words)} ({item.command.status}): {sorted(map(ascii, item.more))[:5]}" for item in found if item.more
    ]
    return Figure(
        met=not leaks and len(silent) <= 1,
        measured=f"{len(leaks)} of {len(TERMINAL)} attacks in {len(found)} commands, {sum(item.letters for item in found):,} characters",
        wanted="0",
        notes=(
            *steered,
            *(f"Said nothing: llmkit {' '.join(item.command.words)}" for item in silent),
            "Not run here: conversations at a prompt.",
        ),
    )


def pages() -> Figure:
    """Open our pages with words that would run in a browser."""
    program = browser()
    whole, alone = hostile_pages(ADDRESS), each_alone(ADDRESS)
    came, read = opened(whole, program), opened(alone, None)
    strange = (*came.strange, *read.strange)
    return Figure(
        met=not came.ran and not came.requests and not strange and policed(whole[0]),
        measured=f"{came.ran} scripts, {len(came.requests)} requests, {len(strange)} elements of {len(HTML)} attacks",
        wanted="0, and a policy that forbids both",
        notes=(*([] if program else ["No browser here: the pages were only read."]), *came.requests[:5], *strange[:5]),
    )

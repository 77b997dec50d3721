"""What the screen finds on public sets, beside others, at one level."""

from __future__ import annotations

from tests.security.claim import Figure
from tests.security.injection.comparison import compared
from tests.security.injection.sets import sets

_STATED = 0.02
"""The share of harmless texts that the documentation says the screen takes for attacks, at most."""
_SHARE = 6


def screen() -> Figure:
    """Measure all detectors on one text in six."""
    try:
        results = compared(sets(), _SHARE)
    except FileNotFoundError as missing:
        return Figure(met=False, measured="not run", wanted="4 sets, 2 others", notes=(str(missing),))
    ours = results[0]
    attacks = [one for one in ours.sets if one.attack]
    size = f"{len(ours.attacks)} attacks of {len(attacks)} sets, {len(ours.harmless)} harmless texts"
    told = ", ".join(f"{one.detector} {100 * one.recall():.0f} % ({one.area:.2f})" for one in results)
    return Figure(
        met=len(attacks) >= 4 and len(results) >= 3 and ours.flagged() <= _STATED,
        measured=f"found at 1 % false alarms (area): {told}; false alarms as set: {100 * ours.flagged():.1f} %",
        wanted=f"4 sets, 2 others, ours <= {100 * _STATED:.0f} % false alarms",
        notes=(f"{size}: no screen is good enough to rely on.",),
    )

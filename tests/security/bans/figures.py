"""The figures of what the code never does: rules over syntax, regular expressions, what runs while it is used, files."""

from __future__ import annotations

import ast
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.architecture.source import modules
from tests.security.bans.files import Openings, followed, readable
from tests.security.bans.growth import SLOW, worst
from tests.security.bans.importing import seconds, touched, wrong
from tests.security.bans.patterns import patterns
from tests.security.bans.rules import RULES
from tests.security.bans.sweep import BROAD, PERMITTED, forbidden, heard
from tests.security.bans.writers import UNHEARD, WRITERS, writers
from tests.security.bans.writing import PLAYS
from tests.security.claim import Figure

_MANY_TESTS = 1_500
_SOON = 0.01


def code() -> Figure:
    """Count the places that break a rule, over all modules; a rule that misses what is planted for it counts as broken too."""
    trees = modules()
    broken = [f"{rule.name}: {place}" for rule in RULES for place in (*rule.broken(trees), *rule.idle(trees))]
    blind = [f"{rule.name} does not find: {text}" for rule in RULES for text in rule.planted if not rule.found(ast.parse(text))]
    planted = sum(len(rule.planted) for rule in RULES)
    permitted = sum(len(rule.allowed) for rule in RULES)
    return Figure(
        met=not broken and not blind,
        measured=f"{len(broken)} in {len(trees):,} modules; {planted - len(blind)} of {planted} planted found",
        wanted=f"0 under {len(RULES)} rules; all {planted} found",
        notes=(f"{permitted} places are permitted by name, each with its reason beside the rule.", *broken[:5], *blind[:5]),
    )


def regexes() -> Figure:
    """Count the regular expressions whose time grows faster than the text does."""
    every = patterns()
    slow = [f"{each.name}: {told}" for each in every if (told := worst(each.compiled, each.ways, each.bound))]
    blind = [f"{kind} is not found out" for kind, pattern in SLOW.items() if not worst(pattern, ("match", "search"))]
    bounded = sum(each.bound is not None for each in every)
    return Figure(
        met=not slow and not blind,
        measured=f"{len(slow)} of {len(every)} grow faster than the text; {len(SLOW) - len(blind)} of {len(SLOW)} planted found",
        wanted=f"0; all {len(SLOW)} found",
        notes=(f"{bounded} of them see texts of a bounded length only, and were measured at that.", *slow[:5], *blind),
    )


def events() -> Figure:
    """Count what functions of ours ask of the interpreter while a broad part of the suite runs."""
    found = heard(*BROAD)
    broken, ran = forbidden(found), found.get("tests", 0)
    permitted = {PERMITTED[what] for what in found.get("banned", {}) if what in PERMITTED}
    failed = found.get("failed", 0)
    return Figure(
        met=not broken and ran > _MANY_TESTS and not failed,
        measured=f"{len(broken)} in {ran:,} tests of every operation",
        wanted=f"0 in over {_MANY_TESTS:,}",
        notes=(
            f"{found.get('annotations', 0):,} times the types of a class were read, which evaluates the annotations of its program.",
            *(f"Permitted: {why}." for why in sorted(permitted)),
            *([f"{failed} of the tests fail."] if failed else []),
            *broken[:5],
        ),
    )


def importing() -> Figure:
    """Count what importing every module touches, and what is planted there and found."""
    found = touched()
    touches = wrong(found)
    planted = (
        "import socket; socket.socket()",
        "open('/etc/hostname').close()",
        "threading.Thread(target=int).start()",
        "os.system('true')",
    )
    blind = [code for code in planted if not wrong(touched(code))]
    took = seconds()
    return Figure(
        met=not touches and not blind and not found["missing"] and took < _SOON,
        measured=f"{len(touches)} in {found['count']:,} modules; {took * 1000:.1f} ms for `import llmkit`",
        wanted=f"0; under {_SOON * 1000:.0f} ms",
        notes=(*touches[:5], *(f"Not found: {code}" for code in blind), *(f"Not imported: {name}" for name in found["missing"])),
    )


def files() -> Figure:
    """Count the files that others could read or that were written through a link, while everything that writes is played."""
    openings, bad, cases = Openings(), [], 0
    for name, play in PLAYS.items():
        with TemporaryDirectory() as folder, openings.heard():
            bad += [f"{name}: {told}" for told in readable(play, Path(folder))]
        for file in play.files:
            with TemporaryDirectory() as folder:
                bad += [f"{name}: {file} was written through a link"] if followed(play, file, Path(folder)) else []
        cases += 1 + len(play.files)
    known = {name for name, how in WRITERS.items() if not how.startswith("nothing")}
    bad += [f"unknown: {name}" for name in sorted((set(writers()) ^ set(WRITERS)) | (openings.writers - set(WRITERS)))] + openings.unsafe
    unseen = sorted(known - openings.writers - {*UNHEARD})
    return Figure(
        met=not bad and not unseen,
        measured=f"{len(bad)} of {cases} cases; {len(known) - len(unseen) - len(UNHEARD)} of {len(known)} writers heard at work",
        wanted=f"0; all but {len(UNHEARD)}",
        notes=(*(f"Not heard: {name}, {why}." for name, why in UNHEARD.items()), *(f"Not played: {name}" for name in unseen), *bad[:5]),
    )

"""Measures what the policy says of dependencies, builds and releases."""

from __future__ import annotations

import tempfile
from pathlib import Path

from packaging.specifiers import SpecifierSet

from tests.security.claim import Figure
from tests.security.policy import ROOT
from tests.security.supply import assessment, contact, licences, weights, workflows
from tests.security.supply.advisories import Advisories, age, snapshot
from tests.security.supply.bounds import FLOORS, accepted, brought, cooldown, needed, too_low
from tests.security.supply.building import tracked
from tests.security.supply.compiling import compiled_anew, lowest
from tests.security.supply.osv import LIVE, Audit, audit, serving
from tests.security.supply.pins import FOLDER, LEVELS, addresses, pinned, pins, unheld
from tests.security.supply.releasing import built
from tests.security.supply.scanning import kingfisher, leaks, own, planted
from tests.security.supply.scorecard import CHECKS, ELSEWHERE, Repository, faults

PLANTED = "h11==0.14.0\nstarlette==0.40.0\nurllib3==1.26.5\nmsgspec==0.20.0\n"
"""Three versions that are known to be vulnerable, and one that is not."""
SHOWN = 8


def known_vulnerabilities() -> Figure:
    """Audit every pin against a snapshot of advisories, and against the live database where there is a network."""
    everything = [pin for level in LEVELS for pin in pinned(level)]
    probe = list(pins(PLANTED))
    place = snapshot()
    notes, audits = [], []
    if place is None:
        notes.append("No snapshot of advisories lies beside the repository (../shared/audit): it was not asked.")
    else:
        with serving(Advisories(place)) as address:
            seeing, found = _named(audit(probe, address)), audit(everything, address)
        audits.append((seeing, found))
        notes.append(f"{age(place)}: {_said(found)}; of 3 vulnerable pins that were planted it found {seeing}.")
    reached = audit(probe[-1:], LIVE, patience=5)
    if reached.answered:
        seeing, found = _named(audit(probe, LIVE)), audit(everything, LIVE)
        audits.append((seeing, found))
        notes.append(f"live database: {_said(found)}; of 3 planted it found {seeing}.")
    else:
        notes.append("live database: not reached.")
    count = max((found.answered for _, found in audits), default=0)
    bad = sorted({name for _, found in audits for name in (*found.found, *found.skipped)})
    met = bool(audits) and all(found.clean and seeing == 3 for seeing, found in audits)
    asked = len({(pin.name, pin.version) for pin in everything})
    return Figure(
        met=met, measured=f"{len(bad)} in {count} of {asked} pins", wanted=f"0 in {asked}, none skipped", notes=(*notes, *bad[:SHOWN])
    )


def _named(found: Audit) -> int:
    """Return how many of the planted pins an audit names; none where it names the one that is sound."""
    names = {entry.split()[0] for entry in found.found}
    return 0 if "msgspec" in names else len(names)


def _said(found: Audit) -> str:
    words = f"{found.answered} of {found.asked} pins answered, {len(found.skipped)} skipped, {len(found.found)} findings"
    return f"{words} ({found.failed})" if found.failed else words


def lower_bounds() -> Figure:
    """Ask of every version that the package accepts whether it is known to be vulnerable."""
    asked = list(accepted())
    bad = too_low(asked, [pin for level in LEVELS for pin in pinned(level)])
    place = snapshot()
    if place is None:
        note = "No snapshot of advisories lies beside the repository: only the table of floors was applied."
        return Figure(met=not bad, measured=f"{len(bad)} of {len(asked)} requirements", wanted="0", notes=(note, *bad))
    known = Advisories(place)
    low = [name for requirement in asked for name in known.admitted(requirement.name, requirement.specifier)]
    stale = [f"the floor {name} {version} is vulnerable itself" for name, version in FLOORS.items() if known.of(name, version)]
    installed = lowest()
    worst = [f"{pin.name} {pin.version}" for pin in installed or () if known.of(pin.name, pin.version)]
    together = "could not be resolved here" if installed is None else f"{len(installed)} distributions, {len(worst)} of them vulnerable"
    seen = len(known.admitted("cryptography", SpecifierSet(">=0")))
    notes = (
        f"{age(place)}; without a lower bound it would name {seen} versions of cryptography.",
        f"All extras, each at the lowest version that is accepted: {together}.",
        *[*bad, *stale, *low, *worst][:SHOWN],
    )
    met = not (bad or stale or low or worst) and seen > 0
    return Figure(met=met, measured=f"{len(low)} versions, {len(asked)} requirements", wanted="0 versions", notes=notes)


def pinned_by_hash() -> Figure:
    """Read every pin, and compile all of them anew."""
    found = {level: pinned(level) for level in LEVELS}
    everything = [pin for some in found.values() for pin in some]
    bare = [f"{pin.name} has no hash" for pin in everything if not pin.hashes]
    lost = [fault for level, some in found.items() for fault in unheld(level, some)]
    places = [line for path in sorted(FOLDER.iterdir()) for line in addresses(path)]
    direct, closure = needed(), brought()
    large = [f"the package needs {len(direct)}: {direct}"] if len(direct) > 2 else []
    large += [f"an installation holds {len(closure)}: {closure}"] if len(closure) > 4 else []
    compiled = compiled_anew()
    slow = [] if cooldown() >= 7 else [f"a pin may be raised after {cooldown()} days"]
    bad = [*bare, *lost, *places, *large, *slow, *compiled.differences]
    notes = [f"direct dependencies: {len(direct)}; with what they bring and llmkit itself: {len(closure)}.", compiled.note, *bad[:SHOWN]]
    hashed = sum(bool(pin.hashes) for pin in everything)
    met = not bad and compiled.ran
    return Figure(
        met=met, measured=f"{hashed} of {len(everything)} pins, {len(bad)} faults", wanted="all hashed, 0 faults", notes=tuple(notes)
    )


def reproducible() -> Figure:
    """Build twice in surroundings that differ, compare, and look at all that is inside."""
    with tempfile.TemporaryDirectory() as scratch:
        return built(Path(scratch))


def same_weights() -> Figure:
    """Build the packages of weights anew and compare them with what is installed."""
    found = weights.all_faults()
    bad = [fault for faults_ in found.values() for fault in faults_]
    good = sum(not faults_ for faults_ in found.values())
    return Figure(met=not bad, measured=f"{good} of {len(found)} packages the same", wanted=f"{len(found)}", notes=tuple(bad[:SHOWN]))


def permitted_licences() -> Figure:
    """Compare the page of licences with what is installed here, and with what may be on it."""
    rows = licences.rows(licences.PAGE.read_text(encoding="utf-8"))
    here = licences.installed(rows)
    moved = [f"{row.name}: {row.licence} on the page, another here" for row in rows if here.get(row.name, row.licence) != row.licence]
    bad = [*licences.faults(rows), *moved]
    weak = [row.name for row in rows if set(row.licence.split()) & licences.WEAK]
    note = f"{len(here)} are installed here and say the same; the others as their metadata said when the page was written."
    files = f"Copyleft for its own files alone: {', '.join(weak)}."
    return Figure(met=not bad and len(here) > 20, measured=f"{len(bad)} of {len(rows)}", wanted="0", notes=(note, files, *bad[:SHOWN]))


def workflows_bound() -> Figure:
    """Audit the workflows with zizmor at its strictest, with the schemas, and with rules of our own."""
    texts = workflows.workflows()
    own_rules = [fault for name, text in texts.items() for fault in workflows.faults(name, text)]
    read, found = workflows.audited()
    wrong = workflows.against_schemas()
    bad = [*own_rules, *found, *wrong]
    uses = len(workflows.actions(texts))
    seeing = workflows.planted()
    pinned_ = uses - sum("uses:" in fault for fault in own_rules)
    note = f"zizmor read {read} files, and finds {seeing} faults in one that was planted; {uses} uses of actions, {pinned_} pinned."
    met = not bad and read == len(texts) + 1 and seeing >= 4
    return Figure(met=met, measured=f"{len(bad)} findings in {len(texts)} workflows", wanted="0", notes=(note, *bad[:SHOWN]))


def no_secrets() -> Figure:
    """Look through every file of the repository with two engines, and through one into which secrets were planted."""
    texts = {name: (ROOT / name).read_bytes().decode("latin-1") for name in tracked()}
    engines = {"own": own, "kingfisher": kingfisher()}
    found = list(leaks(texts, engines))
    seen = {leak.engine for leak in leaks({"planted": planted()}, engines)}
    size = sum(map(len, texts.values())) / 1e6
    note = f"{size:.0f} MB; of {len(engines)} engines {len(seen)} find what was planted. The wheel holds nothing else (supply.build)."
    listed = tuple(str(leak) for leak in found[:SHOWN])
    met = not found and len(seen) == len(engines)
    return Figure(met=met, measured=f"{len(found)} in {len(texts):,} files", wanted="0", notes=(note, *listed))


def openssf() -> Figure:
    """Do Scorecard's file checks, and check the evidence of the self-assessment."""
    repository = Repository({name: (ROOT / name).read_bytes() for name in tracked()})
    found = faults(repository)
    rows = assessment.answers(assessment.PAGE.read_text(encoding="utf-8"))
    wrong = list(assessment.faults(rows))
    passed = sum(not bad for bad in found.values())
    bad = [f"{name}: {fault}" for name, some in found.items() for fault in some] + wrong
    answered = "; ".join(f"{section}: {count}" for section, count in assessment.counted(rows).items())
    notes = (f"Criteria met of those that apply. {answered}.", f"Not for files to say: {', '.join(ELSEWHERE)}.", *bad[:SHOWN])
    measured = f"{passed} of {len(CHECKS)} checks, {len(rows)} criteria answered"
    return Figure(met=not bad, measured=measured, wanted=f"{len(CHECKS)} checks, evidence for each that is met", notes=notes)


def reachable() -> Figure:
    """Read security.txt as its standard asks."""
    text, now = contact.FILE.read_text(encoding="utf-8"), contact.today()
    bad = list(contact.faults(text, now))
    notes = (
        []
        if contact.published(text)
        else ["The repository's address is filled in on the day it is published; the release refuses a tag before."]
    )
    left = contact.days_left(text, now)
    wanted = f"0 faults, {contact.SOON.days} to {contact.LONGEST.days} days"
    met = not bad and left >= contact.SOON.days
    return Figure(met=met, measured=f"{len(bad)} faults, {left} days left", wanted=wanted, notes=(*notes, *bad))

"""Build LLMKit twice, as two machines would, and look at all that comes out."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.security.claim import Figure
from tests.security.supply import bill
from tests.security.supply.archives import source_faults, wheel_faults
from tests.security.supply.building import SURROUNDINGS, build, copy, installed, tracked
from tests.security.supply.scanning import leaks, own

ABOUT = ("licenses/LICENSE-APACHE", "licenses/LICENSE-MIT", bill.PLACE)
PACKAGE = "src/llmkit/"


def built(scratch: Path) -> Figure:
    """Build in two folders whose files and surroundings differ; say what is not the same, not right or not there."""
    names = tracked()
    first = copy(scratch / "first", names)
    tree = {name: (first / name).read_bytes() for name in names}
    second = copy(scratch / "of another name" / "second", names, first)
    one = build(first, scratch / "built once", SURROUNDINGS[0])
    two = build(second, scratch / "built again", SURROUNDINGS[1])
    same = [before.name == after.name and before.read_bytes() == after.read_bytes() for before, after in zip(one, two, strict=True)]
    wheel, source = one
    package = {name.removeprefix("src/"): content for name, content in tree.items() if name.startswith(PACKAGE)}
    bad = [*wheel_faults(wheel, package, ABOUT), *source_faults(source, tree), *_bill_faults(wheel, package), *_leaks(wheel)]
    said = installed(wheel, scratch / "environment")
    version = wheel.name.split("-")[1]
    if said != f"llmkit {version}":
        bad.append(f"the installed command says {said}")
    notes = (
        f"wheel from the source distribution and from the tree, umask {SURROUNDINGS[0].umask:03o} and {SURROUNDINGS[1].umask:03o}, "
        "other folders, times, modes, locales, hash seeds and time zones; one version of zlib.",
        f"{len(package):,} files of the package were compared with the wheel byte for byte; installed without a network it says: {said}.",
        *bad[:8],
    )
    measured = f"{sum(same)} of {len(same)} archives the same, {len(bad)} faults"
    return Figure(met=all(same) and len(same) == 2 and not bad, measured=measured, wanted="2 of 2, 0 faults", notes=notes)


def _bill_faults(wheel: Path, package: Mapping[str, bytes]) -> Iterator[str]:
    with zipfile.ZipFile(wheel) as archive:
        name = next((name for name in archive.namelist() if name.endswith(bill.PLACE)), None)
        text = archive.read(name).decode() if name else ""
    if not text:
        yield "the wheel has no bill of materials"
        return
    yield from bill.schema_faults(text)
    if not bill.schema_faults(text.replace('"library"', '"librarian"')):
        yield "the schema of CycloneDX finds no fault in a bill that has one"
    yield from bill.faults(text, package, wheel.name.split("-")[1])


def _leaks(wheel: Path) -> Iterator[str]:
    """Yield secrets in what the build wrote; the rest is as in the repository, where two engines look."""
    with zipfile.ZipFile(wheel) as archive:
        texts = {name: archive.read(name).decode("latin-1") for name in archive.namelist() if ".dist-info/" in name}
    yield from map(str, leaks(texts, {"own": own}))

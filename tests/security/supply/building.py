"""Build LLMKit as a release does: from a copy of the repository, in surroundings that differ."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.security.policy import ROOT

DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What differs between two machines and must not show in what they build."""

    umask: int
    locale: str
    seed: str
    zone: str
    modes: int
    """Of every file of the source."""
    days: int
    """How old the source's files look."""
    what: tuple[str, ...]
    """`--sdist`, `--wheel`; with neither, the wheel is built from the source distribution."""


SURROUNDINGS: tuple[Surroundings, ...] = (
    Surroundings(umask=0o022, locale="C.UTF-8", seed="1", zone="UTC", modes=0o644, days=0, what=()),
    Surroundings(umask=0o077, locale="C", seed="4711", zone="Asia/Tokyo", modes=0o600, days=400, what=("--sdist", "--wheel")),
)


def tracked(root: Path = ROOT) -> list[str]:
    """Return the files of the repository as they stand, those not committed yet too."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(words, cwd=root, capture_output=True, check=True).stdout.decode().split("\0")
    return sorted({name for name in names if name and (root / name).is_file()})


def copy(place: Path, names: Sequence[str], root: Path = ROOT) -> Path:
    """Copy files of the repository to a folder."""
    for name in names:
        target = place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, target)
    return place


def build(source: Path, into: Path, around: Surroundings) -> list[Path]:
    """Build in those surroundings; return the archives, the source distribution last."""
    now = os.stat(source).st_mtime - around.days * DAY
    for path in source.rglob("*"):
        if path.is_file():
            path.chmod(around.modes)
            os.utime(path, (now, now))
    kept = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    told = {"LC_ALL": around.locale, "PYTHONHASHSEED": around.seed, "TZ": around.zone, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(into), *around.what, str(source)]
    done = subprocess.run(command, cwd=source, env=kept | told, umask=around.umask, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError((done.stderr or done.stdout).strip().splitlines()[-1])
    return sorted(into.glob("*.whl")) + sorted(into.glob("*.tar.gz"))


def installed(wheel: Path, place: Path) -> str:
    """Install a wheel alone in a new environment that sees our dependencies; return what `llmkit --version` says there."""
    venv.create(place, with_pip=False)
    binaries = place / ("Scripts" if os.name == "nt" else "bin")
    python = binaries / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "--no-input", "--quiet"]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True)
    theirs = Path(_said(place, python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"))
    (theirs / "dependencies.pth").write_text(f"{sysconfig.get_path('platlib')}\n")
    said = _said(place, binaries / "llmkit", "--version")
    where = _said(place, python, "-c", "import llmkit; print(llmkit.__file__)")
    if not Path(where).is_relative_to(theirs):
        raise RuntimeError("the environment runs another llmkit than the wheel's")
    return said


def _said(place: Path, *command: object) -> str:
    return subprocess.run([*map(str, command)], capture_output=True, text=True, check=True, cwd=place).stdout.strip()

"""Compile the pins anew, to see whether they are what their sources ask for."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.security.policy import ROOT
from tests.security.supply.pins import FOLDER, LEVELS, Pin, pins

ALONE = frozenset({"sets"})
"""Levels of which only data is read: nothing that they depend on is pinned. `make.py pins` compiles them so too."""


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """What compiling anew showed."""

    ran: bool
    note: str
    differences: tuple[str, ...] = ()


Compiler = Callable[..., str | None]
"""Gives the text of a level's pins, made in a folder; nothing where it cannot."""


def compiled_anew(compiled: Compiler | None = None) -> Compiled:
    """Compile every level as `make.py pins` does, keeping what is pinned, and again with the cooldown."""
    compiled = compiled or with_uv
    with tempfile.TemporaryDirectory() as folder:
        differences: list[str] = []
        young: set[str] = set()
        for level in LEVELS:
            now = (FOLDER / f"{level}.txt").read_text(encoding="utf-8")
            plain = compiled(level, Path(folder), "--no-config")
            if plain is None:
                return Compiled(ran=False, note="The pins could not be compiled anew: no index was reached, or uv is missing.")
            if plain != now:
                differences.append(f"{level}.txt is not what {level}.in asks for")
            cooled = compiled(level, Path(folder))
            young |= {pin.name for pin in pins(now)} & _moved(now, cooled or now)
        same = f"compiled anew, {len(LEVELS) - len(differences)} of {len(LEVELS)} files are the same to the byte"
        note = f"{same}; {len(young)} pins were raised before they were a week old."
        return Compiled(ran=True, note=note, differences=tuple(differences))


def _moved(now: str, cooled: str) -> set[str]:
    before, after = ({(pin.name, pin.version) for pin in pins(text)} for text in (now, cooled))
    return {name for name, _ in before - after}


def with_uv(level: str, folder: Path, *more: str) -> str | None:
    """Compile a level with uv, in a copy."""
    target = folder / f"{level}.txt"
    target.write_bytes((FOLDER / target.name).read_bytes())
    plain = ["--generate-hashes", "--no-emit-index-url", "--no-annotate", "--custom-compile-command", "python3 make.py pins"]
    alone = ["--no-deps"] if level in ALONE else []
    done = _uv(*plain, *alone, *more, f"requirements/{level}.in", "-o", str(target))
    return target.read_text(encoding="utf-8") if done else None


def lowest() -> list[Pin] | None:
    """Return what an installation of all extras is, where each is the lowest that the package accepts; nothing where it is not known."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "lowest.txt")
        low = ["--no-config", "--resolution", "lowest-direct", "--all-extras", "--no-annotate", "--no-header"]
        done = _uv(*low, "pyproject.toml", "-o", str(target))
        return list(pins(target.read_text(encoding="utf-8"))) if done else None


def _uv(*words: str) -> bool:
    uv = Path(sysconfig.get_path("scripts"), "uv.exe" if sys.platform == "win32" else "uv")
    command = [str(uv), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", *words]
    try:
        return not subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60).returncode
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return False

"""Read the lines of the registry as they are in a folder or were in a revision."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

from tools.registry import lines
from tools.registry.fact import Fact


def facts(place: str, home: Path = lines.HOME) -> list[Fact]:
    """Return the facts of a folder, or of the folder `home` in a revision of the repository. Raises ValueError."""
    if Path(place).is_dir():
        return lines.read(Path(place))
    return lines.decoded(_archived(place, home))


def committed(home: Path = lines.HOME) -> list[Fact]:
    """Return the facts of the last revision; none where there is no repository, or it has none yet."""
    try:
        return facts("HEAD", home)
    except ValueError:
        return []


def _archived(revision: str, home: Path) -> dict[str, bytes]:
    command = ["git", "-C", str(home.parent), "archive", "--format=tar", revision, home.name]
    if revision.startswith("-"):
        raise ValueError(f"{revision!r} is no revision.")
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - a fixed command, a checked revision
    if done.returncode:
        raise ValueError(f"{revision!r} is no folder and no revision that has one: {done.stderr.decode(errors='replace').strip()}")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        files = {Path(entry.name).name: archive.extractfile(entry) for entry in archive if entry.name.endswith(lines.SUFFIX)}
        return {name: file.read() for name, file in files.items() if file is not None}

"""The registries on this machine: the packaged one, and those that the user has fetched. Which is the one to read?

A file is named for its day and its checksum and never written over: programs that run keep the one that they opened.
"""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Mapping
from pathlib import Path

from llmkit.models.registry import PACKAGED
from llmkit.models.shards import MAGIC, Damaged

_SUFFIX = ".bin"
"""Behind the day and the checksum: what came was checked by SHA-256, a CRC finds later damage in a tenth of the time."""
_warned: set[str] = set()


def data_directory(environment: Mapping[str, str] | None = None) -> Path:
    """Return the user's directory for registries, which may be absent."""
    env = os.environ if environment is None else environment
    if sys.platform == "win32":
        home = Path(env.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif chosen := env.get("XDG_DATA_HOME"):
        home = Path(chosen)
    else:
        home = Path.home() / ("Library/Application Support" if sys.platform == "darwin" else ".local/share")
    return home / "llmkit" / "models"


def best_path(packaged: Path = PACKAGED, directory: Path | None = None) -> Path:
    """Return the registry to read: the user's newest one that is no older than the packaged one and sound, else the packaged one.

    One that is damaged is told of by a warning, once.
    """
    return best(packaged, data_directory() if directory is None else directory)[0]


def best(packaged: Path, directory: Path) -> tuple[Path, tuple[Path, ...]]:
    """Return the file, and those that were passed over because they are damaged."""
    damaged: list[Path] = []
    for name, day, checksum in fetched(directory):
        if day < day_of(packaged):
            break
        why = ""
        try:
            if checksum_of((directory / name).read_bytes()) == checksum:
                return directory / name, tuple(damaged)
            why = "its content is not the one that its name tells"
        except OSError as error:
            why = error.strerror or str(error)
        damaged.append(directory / name)
        _warn(directory / name, why)
    return packaged, tuple(damaged)


def fetched(directory: Path) -> list[tuple[str, str, str]]:
    """Return the names of the user's registries with day and checksum, the newest first."""
    try:
        names = os.listdir(directory)
    except OSError:
        return []
    return sorted([(name, name[:10], name[11:19]) for name in names if _is_ours(name)], key=lambda own: own[1], reverse=True)


def _is_ours(name: str) -> bool:
    day, checksum = name[:10], name[11:19]
    plain = name.isascii() and name == f"{day}-{checksum}{_SUFFIX}" and day[4:5] == day[7:8] == "-"
    return plain and f"{day[:4]}{day[5:7]}{day[8:]}".isdigit() and len(checksum) == 8 and not checksum.strip("0123456789abcdef")


def _warn(path: Path, why: str) -> None:
    if str(path) not in _warned:
        _warned.add(str(path))
        hint = "Older models are used instead; `llmkit models update` mends this."
        import warnings  # damage is rare

        warnings.warn(f"The registry of models {path} is damaged: {why}. {hint}", RuntimeWarning, stacklevel=4)


def day_of(path: Path) -> str:
    """Return how new a registry is, from its first bytes. Raises `Damaged`, `OSError`."""
    with path.open("rb") as file:
        start = file.read(512)
    if not start.startswith(MAGIC):
        raise Damaged("This is not a registry of this version of LLMKit")
    try:
        head = zlib.decompressobj().decompress(start[len(MAGIC) + 4 :], 64)
    except zlib.error:
        head = b""
    before, _, rest = head.partition(b'{"as_of":"')
    day = rest[:10].decode("ascii", "replace")
    if before or not _is_ours(f"{day}-00000000{_SUFFIX}"):
        raise Damaged("The registry is damaged at its beginning")
    return day


def checksum_of(content: bytes) -> str:
    """Return what the name of a fetched registry tells of its content."""
    return f"{zlib.crc32(content):08x}"

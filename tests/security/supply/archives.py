"""What may be in a wheel and in a source distribution, and what is wrong with one."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import stat
import tarfile
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath

FORBIDDEN = frozenset({".pth", ".pyc", ".pyo", ".so", ".pyd", ".dll", ".dylib", ".exe", ".a", ".o", ".class", ".jar", ".bat", ".sh"})
"""Endings of what would run by itself, or cannot be read."""
PROGRAMS: tuple[bytes, ...] = (
    b"\x7fELF",
    b"MZ",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"\0asm",
)
"""How machine code begins, whatever its file is called."""
MODES = frozenset({0o644})
METADATA = frozenset({"METADATA", "WHEEL", "RECORD", "entry_points.txt"})


def unsafe(name: str, content: bytes) -> Iterator[str]:
    """Yield what is wrong with a file of an archive, by its name and its first bytes."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        yield f"{name}: a place outside the archive"
    if path.suffix.lower() in FORBIDDEN or "__pycache__" in path.parts:
        yield f"{name}: a kind of file that does not belong there"
    if content.startswith(PROGRAMS):
        yield f"{name}: machine code"


def wheel_faults(wheel: Path, tree: Mapping[str, bytes], about: Collection[str]) -> list[str]:
    """Compare a wheel with the files that it should hold; `about` are those of its `.dist-info` beside the usual ones."""
    with zipfile.ZipFile(wheel) as archive:
        entries = archive.infolist()
        contents = {entry.filename: archive.read(entry) for entry in entries}
    found = [f"{name}: {times} times" for name, times in Counter(entry.filename for entry in entries).items() if times > 1]
    found += [f"{entry.filename}: mode {entry.external_attr >> 16:o}" for entry in entries if not _plain(entry.external_attr >> 16)]
    found += [fault for name, content in contents.items() for fault in unsafe(name, content)]
    information = {name: content for name, content in contents.items() if name.split("/")[0].endswith(".dist-info")}
    inside = {PurePosixPath(*PurePosixPath(name).parts[1:]).as_posix() for name in information}
    found += [f"{name}: not expected" for name in sorted(inside ^ {*METADATA, *about})]
    held = {name: content for name, content in contents.items() if name not in information}
    found += [f"{name}: only in {'the wheel' if name in held else 'the tree'}" for name in sorted(held.keys() ^ tree.keys())]
    found += [f"{name}: differs from the tree" for name in sorted(held.keys() & tree.keys()) if held[name] != tree[name]]
    return found + list(_record_faults(contents))


def _plain(mode: int) -> bool:
    return (not stat.S_IFMT(mode) or stat.S_ISREG(mode)) and stat.S_IMODE(mode) in MODES


def _record_faults(contents: Mapping[str, bytes]) -> Iterator[str]:
    """Yield what RECORD says wrongly."""
    name = next(name for name in contents if name.endswith(".dist-info/RECORD"))
    rows = {row[0]: (row[1], row[2]) for row in csv.reader(io.StringIO(contents[name].decode())) if row}
    yield from (f"{missing}: RECORD and the wheel disagree" for missing in sorted(rows.keys() ^ contents.keys()))
    for path in sorted(rows.keys() & contents.keys() - {name}):
        digest = base64.urlsafe_b64encode(hashlib.sha256(contents[path]).digest()).rstrip(b"=").decode()
        if rows[path] != (f"sha256={digest}", str(len(contents[path]))):
            yield f"{path}: not what RECORD says"


def source_faults(archive: Path, tree: Mapping[str, bytes]) -> list[str]:
    """Compare a source distribution with the repository: it may leave files out, and adds only its metadata."""
    found = []
    with tarfile.open(archive) as members:
        for member in members:
            name = member.name.partition("/")[2]
            if not member.isreg() or member.mode & 0o7022 or member.uname or member.uid:
                found.append(f"{name}: no plain file of nobody's ({member.mode:o})")
                continue
            file = members.extractfile(member)
            content = file.read() if file else b""
            found += unsafe(name, content)
            if name != "PKG-INFO" and tree.get(name) != content:
                found.append(f"{name}: not as in the repository")
    return found

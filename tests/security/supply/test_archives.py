"""What does not belong into a wheel or a source distribution is found."""

from __future__ import annotations

import base64
import hashlib
import io
import stat
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.security.supply.archives import source_faults, unsafe, wheel_faults
from tests.security.supply.building import SURROUNDINGS, copy, tracked

INFO = "llmkit-1.0.dist-info"
TREE = {"llmkit/__init__.py": b"", "llmkit/data.bin": b"\x01\x02"}
ABOUT = ("licenses/LICENSE",)
USUAL = {**TREE, **{f"{INFO}/{name}": b"x" for name in ("METADATA", "WHEEL", "entry_points.txt", "licenses/LICENSE")}}


def wheel(place: Path, files: Mapping[str, bytes], *, modes: Mapping[str, int] | None = None, record: bytes | None = None) -> Path:
    """Write a wheel with a RECORD that is right, unless another is given."""
    rows = [f"{name},sha256={digest(content)},{len(content)}" for name, content in files.items()]
    own = "\n".join([*rows, f"{INFO}/RECORD,,", ""]).encode()
    path = place / "llmkit-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**files, f"{INFO}/RECORD": own if record is None else record}.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (modes or {}).get(name, stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, content)
    return path


def digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def test_a_wheel_as_it_should_be_has_no_faults(tmp_path: Path) -> None:
    assert [] == wheel_faults(wheel(tmp_path, USUAL), TREE, ABOUT)


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"evil.pth": b"import os"}, "evil.pth: a kind of file that does not belong there"),
        ({"llmkit/fast.so": b""}, "llmkit/fast.so: a kind of file that does not belong there"),
        ({"llmkit/__pycache__/a.pyc": b""}, "llmkit/__pycache__/a.pyc: a kind of file that does not belong there"),
        ({"llmkit/data.bin": b"\x7fELF"}, "llmkit/data.bin: machine code"),
        ({"../outside.py": b""}, "../outside.py: a place outside the archive"),
        ({"/etc/cron.d/x": b""}, "/etc/cron.d/x: a place outside the archive"),
        ({"llmkit/more.py": b""}, "llmkit/more.py: only in the wheel"),
        ({"llmkit/data.bin": b"\x01\x03"}, "llmkit/data.bin: differs from the tree"),
        ({f"{INFO}/more.txt": b""}, "more.txt: not expected"),
        ({"llmkit-1.0.data/scripts/run": b"#!/bin/sh"}, "llmkit-1.0.data/scripts/run: only in the wheel"),
    ],
)
def test_what_does_not_belong_into_a_wheel_is_found(more: Mapping[str, bytes], fault: str, tmp_path: Path) -> None:
    assert fault in wheel_faults(wheel(tmp_path, {**USUAL, **more}), TREE, ABOUT)


@pytest.mark.parametrize("missing", ["llmkit/data.bin", f"{INFO}/licenses/LICENSE"])
def test_what_is_missing_from_a_wheel_is_found(missing: str, tmp_path: Path) -> None:
    files = {name: content for name, content in USUAL.items() if name != missing}

    assert any(missing.removeprefix(f"{INFO}/") in fault for fault in wheel_faults(wheel(tmp_path, files), TREE, ABOUT))


@pytest.mark.parametrize("mode", [stat.S_IFREG | 0o755, stat.S_IFREG | 0o666, stat.S_IFLNK | 0o644, stat.S_IFREG | stat.S_ISUID | 0o644])
def test_a_mode_that_says_too_much_is_found(mode: int, tmp_path: Path) -> None:
    """A symbolic link is a mode in a wheel."""
    path = wheel(tmp_path, USUAL, modes={"llmkit/data.bin": mode})

    assert [f"llmkit/data.bin: mode {mode:o}"] == wheel_faults(path, TREE, ABOUT)


@pytest.mark.parametrize("record", [b"", b"llmkit/data.bin,sha256=AAAA,2\n", b"llmkit/gone.py,sha256=AAAA,2\n"])
def test_a_record_that_is_wrong_is_found(record: bytes, tmp_path: Path) -> None:
    assert any("RECORD" in fault for fault in wheel_faults(wheel(tmp_path, USUAL, record=record), TREE, ABOUT))


def source(place: Path, **changed: object) -> Path:
    """Write a source distribution with one file, whose entry is changed."""
    path = place / "llmkit-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo(str(changed.pop("name", "llmkit-1.0/src/a.py")))
        entry.size, entry.mode = (0, 0o644) if changed.get("type") else (2, 0o644)
        for name, value in changed.items():
            setattr(entry, name, value)
        archive.addfile(entry, io.BytesIO(b"ok"))
    return path


def test_a_source_distribution_as_it_should_be_has_no_faults(tmp_path: Path) -> None:
    assert [] == source_faults(source(tmp_path), {"src/a.py": b"ok", "left/out.py": b""})


@pytest.mark.parametrize(
    "changed",
    [
        {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"},
        {"mode": 0o4755},
        {"mode": 0o666},
        {"uname": "somebody"},
        {"name": "llmkit-1.0/src/b.py"},
        {"name": "llmkit-1.0/../../outside.py"},
    ],
)
def test_what_does_not_belong_into_a_source_distribution_is_found(changed: dict[str, object], tmp_path: Path) -> None:
    assert source_faults(source(tmp_path, **changed), {"src/a.py": b"ok"})


def test_a_file_that_differs_from_the_repository_is_found(tmp_path: Path) -> None:
    """The backdoor of xz was in its source distribution, not in its repository (CVE-2024-3094)."""
    assert ["src/a.py: not as in the repository"] == source_faults(source(tmp_path), {"src/a.py": b"no"})


def test_a_windows_path_and_a_stream_are_outside() -> None:
    assert [] != list(unsafe("C:\\x.py", b""))
    assert [] != list(unsafe("a.py:stream", b""))


def test_the_surroundings_of_both_builds_differ_in_everything() -> None:
    first, second = SURROUNDINGS

    assert all(getattr(first, name) != getattr(second, name) for name in first.__dataclass_fields__)


def test_a_copy_holds_the_files_of_the_repository(tmp_path: Path) -> None:
    """Those git would ignore are left behind, as on the machine of a release."""
    names = tracked()

    assert {"pyproject.toml", "hatch_build.py", "src/llmkit/__init__.py"} <= set(names)
    assert not any("__pycache__" in name or name.startswith(".venv") for name in names)
    assert (copy(tmp_path, ["pyproject.toml"]) / "pyproject.toml").is_file()

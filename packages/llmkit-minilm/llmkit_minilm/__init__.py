"""all-MiniLM-L6-v2 (GGUF, Q8_0, Apache-2.0): weights only."""

from __future__ import annotations

import os

__all__ = ["DIMENSIONS", "FILE", "MODEL", "SHA256", "SIZE", "path", "verify"]

MODEL = "all-minilm-l6-v2"
DIMENSIONS = 384
FILE = "all-MiniLM-L6-v2.Q8_0.gguf"
SHA256 = "58a7c4652125970b5f79e3d6e5455fb697d54d732807bd04dbd7d0bab36df1e2"
SIZE = 25_279_264


def path() -> str:
    """Return where the GGUF is. Raises `FileNotFoundError` where the package was not installed from its wheel."""
    place = os.path.join(os.path.dirname(os.path.abspath(__file__)), FILE)
    if not os.path.isfile(place):
        raise FileNotFoundError(f"{place} is missing: install the package with pip, which builds its wheel with the weights.")
    return place


def verify() -> None:
    """Read the whole GGUF and raise `ValueError` if it is not the reviewed one."""
    import hashlib

    with open(path(), "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise ValueError(f"{FILE} has SHA-256 {found}, not {SHA256}: install the package again.")

"""SmolLM2-135M-Instruct (GGUF, Q4_1, Apache-2.0): weights only."""

from __future__ import annotations

import os

__all__ = ["FILE", "MODEL", "SHA256", "SIZE", "path", "verify"]

MODEL = "smollm2-135m-instruct"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
SIZE = 98_362_432


def path() -> str:
    """Return where the GGUF is. Raises `FileNotFoundError` where the package was not installed from its wheel."""
    place = os.path.join(os.path.dirname(os.path.abspath(__file__)), FILE)
    if not os.path.isfile(place):
        raise FileNotFoundError(f"{place} is missing: install the package with pip, which builds its wheel with the weights.")
    return place


def verify() -> None:
    """Read the whole GGUF and raise `ValueError` if it is not the published one."""
    import hashlib

    with open(path(), "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise ValueError(f"{FILE} has SHA-256 {found}, not {SHA256}: install the package again.")

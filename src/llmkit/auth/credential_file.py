"""Read the files in which other programs keep credentials; what is wrong with one is said without showing what is in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from llmkit.auth.secret import Secret
from llmkit.errors import ConfigurationError

T = TypeVar("T")
LONGEST = 1024 * 1024


def home(environment: Mapping[str, str]) -> Path:
    """Return the user's home directory."""
    named = environment.get("HOME") or environment.get("USERPROFILE")
    return Path(named) if named else Path.home()


def read_bytes(path: Path, what: str) -> bytes:
    """Return what stands in the file. Raises `ConfigurationError` when it cannot be read or is too long."""
    problem = ""
    try:
        with path.expanduser().open("rb") as file:
            data = file.read(LONGEST + 1)
    except OSError as error:
        problem = error.strerror or type(error).__name__
    else:
        if len(data) <= LONGEST:
            return data
        problem = f"it is longer than {LONGEST} bytes"
    raise ConfigurationError(f"The {what} {path} cannot be read: {problem}.", parameter="settings")


def read_json(path: Path, what: str, kind: type[T]) -> T:
    """Return the file's JSON as `kind`."""
    return parse_json(read_bytes(path, what), f"{what} {path}", kind)


def parse_json(data: bytes, what: str, kind: type[T]) -> T:
    """Return JSON as `kind`. Raises `ConfigurationError` naming the field at fault, never its value."""
    problem = ""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        problem = str(error)  # names types and places, not values
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        problem = "it is not JSON"
    raise ConfigurationError(f"The {what} is not usable: {problem}.", parameter="settings")


def read_secret(path: Path, what: str) -> Secret:
    """Return the token that is all the file holds."""
    return Secret(read_bytes(path, what).decode("utf-8", "replace").strip(), name=what)

"""Where and why a value does not fit."""

from __future__ import annotations


class Fault(Exception):
    """A value does not fit its type; `path` says where: `$.items[2].price`."""

    def __init__(self, message: str, path: str = "$") -> None:
        super().__init__(message if path == "$" else f"{message} - at {path}")
        self.path = path

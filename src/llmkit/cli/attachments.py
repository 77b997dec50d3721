"""Turn files named on the command line into parts of a message."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import BinaryIO

from llmkit.attachments import part_of
from llmkit.conversation import LARGEST_ATTACHMENT
from llmkit.errors import InvalidRequest
from llmkit.types.parts import Part

__all__ = ["attachment", "stdin_bytes"]


def attachment(name: str, *, limit: int = LARGEST_ATTACHMENT) -> Part:
    """Return the file `name` (`-`: standard input) as the part that its content says it is. Pipes and devices are read as well."""
    if name == "-":
        return part_of(stdin_bytes(limit), "standard input")
    return part_of(_file_bytes(name, limit), Path(name).name)


def stdin_bytes(limit: int = LARGEST_ATTACHMENT) -> bytes:
    """Return standard input. Raises `InvalidRequest` past `limit` bytes."""
    return _bounded(sys.stdin.buffer, "standard input", limit)


def _file_bytes(name: str, limit: int) -> bytes:
    try:
        with open(name, "rb") as file:
            size = file.seek(0, 2) if file.seekable() else 0
            if size > limit:
                raise _refusal(name, f"has {size:,} bytes; the most is {limit:,}")
            if file.seekable():
                file.seek(0)
            return _bounded(file, name, limit)
    except (OSError, ValueError) as error:  # ValueError: a NUL byte in the name
        reason = getattr(error, "strerror", None) or str(error)
    raise _refusal(name, f"cannot be read: {reason}")


def _bounded(file: BinaryIO, name: str, limit: int) -> bytes:
    data = file.read(limit + 1)
    if len(data) > limit:
        raise _refusal(name, f"has more than {limit:,} bytes")
    return data


def _refusal(name: str, reason: str) -> InvalidRequest:
    return InvalidRequest(f"The attachment {name} {reason}.", parameter="attachment")

"""Read a JSON answer of an operation: what it holds, or why it holds nothing."""

from __future__ import annotations

from base64 import b64decode
from contextlib import suppress
from typing import Any

from llmkit.dialects.openai_chat.errors import error_in, error_of
from llmkit.dialects.openai_chat.wire import loads
from llmkit.errors import ProtocolError
from llmkit.types.asking import Answer


def object_in(answer: Answer | bytes, what: str) -> dict[str, Any]:
    """Return the object in the answer. Raises `ProviderError` for an error with status 200, `ProtocolError` where it is none."""
    body = answer if isinstance(answer, bytes) else answer.body
    found: Any = None
    with suppress(ValueError, RecursionError):
        found = loads(body)
    if not isinstance(found, dict):
        raise ProtocolError(f"The answer is no JSON object with {what}.")
    if (problem := error_in(found)) is not None:
        raise error_of(problem, found)
    return found


def number(value: Any) -> float | None:
    """Return a number, also one that is written as text (`0.5`, `0.500s`); None for anything else."""
    if isinstance(value, str):
        try:
            value = float(value.removesuffix("s"))
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or value in (float("inf"), float("-inf")):
        return None
    return float(value)


def count(value: Any) -> int:
    """Return a number of things; 0 where it is not told."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def text(value: Any) -> str | None:
    """Return a text that is not empty, None for anything else."""
    return value if isinstance(value, str) and value else None


def under(value: Any, *names: str | int) -> Any:
    """Return what stands at the path `names`, None where nothing does."""
    for name in names:
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and isinstance(name, int):
            value = value[name] if -len(value) <= name < len(value) else None
        else:
            return None
    return value


def objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list; an empty list for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def strings(*values: Any) -> tuple[str, ...]:
    """Return the texts among `values` and in their lists, each once, in order."""
    found = [one for value in values for one in (value if isinstance(value, list) else [value])]
    return tuple(dict.fromkeys([one for one in found if isinstance(one, str) and one]))


def from_base64(value: Any, what: str) -> bytes:
    """Return the bytes. Raises `ProtocolError` for what is no base64."""
    problem = not isinstance(value, str)
    found = b""
    try:
        found = b64decode(value, validate=True) if not problem else b""
    except ValueError:
        problem = True
    if problem:
        raise ProtocolError(f"The answer's {what} is no base64.")
    return found


__all__ = ["count", "from_base64", "number", "object_in", "objects", "strings", "text", "under"]

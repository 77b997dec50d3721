"""Read the number of tokens from an answer that holds little else."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.errors import ProtocolError

MOST = 10**12


def counted(body: bytes, *places: tuple[str, ...]) -> int:
    """Return the number at the first of `places` that holds one. Raises `ProtocolError` where there is none."""
    found: Any = None
    try:
        found = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        pass
    else:
        for place in places:
            number = _at(found, place)
            if isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= MOST:
                return number
    raise ProtocolError("The answer is not JSON." if found is None else "The answer holds no number of tokens.")


def _at(value: Any, place: tuple[str, ...]) -> Any:
    for step in place:
        value = value.get(step) if isinstance(value, dict) else None
    return value

"""Make an input smaller while it still breaks the same promise."""

from __future__ import annotations

from collections.abc import Callable

MOST_TRIES = 3000


def smallest(data: bytes, still: Callable[[bytes], bool]) -> bytes:
    """Return `data` with whatever can be left out left out, in ever smaller pieces."""
    tries, size = 0, max(1, len(data) // 2)
    while size and tries < MOST_TRIES:
        place, smaller = 0, False
        while place < len(data) and tries < MOST_TRIES:
            shorter = data[:place] + data[place + size :]
            tries += 1
            if still(shorter):
                data, smaller = shorter, True
            else:
                place += size
        if not smaller or size > 1:
            size = min(size // 2, len(data) // 2) if size > 1 else (1 if smaller else 0)
    return data

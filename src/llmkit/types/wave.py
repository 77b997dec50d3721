"""Read from a WAVE file how long it is."""

from __future__ import annotations

from struct import unpack_from

_UNTOLD = 0xFFFFFFF0
"""Who writes the header before the sound cannot know its size; above this it is not told."""


def wave_seconds(data: bytes) -> float | None:
    """Return the seconds of sound in `data`, None where it is no WAVE file or its header does not tell."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return None
    place, rate = 12, 0
    while place + 8 <= len(data):
        name, size = data[place : place + 4], unpack_from("<I", data, place + 4)[0]
        if name == b"fmt " and place + 20 <= len(data):
            rate = unpack_from("<I", data, place + 16)[0]
        elif name == b"data":
            whole = len(data) - place - 8 if size >= _UNTOLD else size
            return whole / rate if rate and 0 < whole <= len(data) - place - 8 else None
        place += 8 + size + size % 2
    return None

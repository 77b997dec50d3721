"""Refuse JSON text that would take far more memory once it is read than its bytes did on the way."""

from __future__ import annotations

from llmkit.errors import ProtocolError

LIGHT = 128 * 1024
"""Texts up to here are not looked at: whatever is in them, the values take a few megabytes."""
MOST = 56 << 20
"""Bytes of memory for a text and what is read from it together."""
_CONTAINER, _KEY, _QUOTE, _VALUE = 80, 60, 28, 32
"""What an empty list or dict, a place in a dict, half a short string and a number take (measured with CPython 3.11 on 64 bits)."""
_STEP = 1 << 20
"""Bytes that are looked at in one go."""
_STRETCH = 16 * 1024
"""Strings that are shorter count together, as one of about this length."""
_MARKS = b'{[:,"'
_OTHERS = bytes(set(range(256)) - set(_MARKS))
_FOUR_BYTES = bytes(range(0xF0, 0x100))
_TRIES = 64


def check_weight(data: bytes, most: int = MOST) -> None:
    """Raise `ProtocolError` where reading `data` as JSON could take more memory than `most`. It may be no JSON at all."""
    if len(data) > LIGHT and weight(data, most) > most:
        raise ProtocolError("The answer holds more than fits in the memory that is kept for one.")


def light(frames: list[bytes]) -> tuple[list[bytes], ProtocolError | None]:
    """Return the frames before the first one that is too heavy, and what is to be said of that one."""
    for number, frame in enumerate(frames):
        if len(frame) > LIGHT and weight(frame) > MOST:
            return frames[:number], ProtocolError("The stream holds an event that does not fit in the memory that is kept for one.")
    return frames, None


def weight(data: bytes, enough: int = MOST) -> int:
    """Return about how many bytes `data` and its values take, rather more than less; past `enough` it is not looked further."""
    total, plain = 2 * len(data), b"\\u" not in data
    for place in range(0, len(data), _STEP):
        piece = data[place : place + _STEP]
        plain = plain and piece.isascii()
        count = piece.translate(None, _OTHERS).count
        containers = count(b"{") + count(b"[")
        total += containers * _CONTAINER + count(b":") * _KEY + count(b'"') * _QUOTE + count(b",") * _VALUE
        if total > enough:
            return total
    return total if plain else total + _widening(data)


def _widening(data: bytes) -> int:
    """Return how much more than their bytes the strings take that hold characters outside of ASCII.

    Python keeps all characters of a string as wide as its widest one, and holds the narrow form while it makes the wide one.
    """
    extra = place = 0
    while place < len(data):
        end = _quote_before(data, place, place + _STRETCH)
        if end <= place:
            end = _quote_behind(data, place + _STRETCH)
        extra += (end - place) * _width(data, place, end)
        place = end + 1
    return extra


def _width(data: bytes, start: int, end: int) -> int:
    """Return how many bytes more a character takes than in a string of ASCII alone."""
    if data.find(b"\\ud", start, end) >= 0 or data.find(b"\\uD", start, end) >= 0:
        return 4
    found = 0 if data.find(b"\\u", start, end) < 0 else 2
    for place in range(start, end, _STEP):
        piece = data[place : min(place + _STEP, end)]
        if not piece.isascii():
            if len(piece.translate(None, _FOUR_BYTES)) < len(piece):
                return 4
            found = 2
    return found


def _quote_before(data: bytes, start: int, end: int) -> int:
    """Return the last place from `start` to `end` where a string may begin or end; -1: a string seems to go all the way."""
    for _ in range(_TRIES):
        end = data.rfind(b'"', start, end)
        if end < 0 or data[end - 1 : end] != b"\\":
            return end
    return -1


def _quote_behind(data: bytes, start: int) -> int:
    """Return where the string ends that goes on at `start`; of ends that look escaped only some are looked at."""
    end = data.find(b'"', start)
    while end > 0 and data[end - 1 : end] == b"\\":
        end = data.find(b'"', end + _STRETCH)
    return len(data) if end < 0 else end

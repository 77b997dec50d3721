"""Read how wide and high a picture is from its first bytes."""

from __future__ import annotations

_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE_MARKERS = frozenset({0x01, *range(0xD0, 0xD8)})
SEGMENTS = 4096
"""The most segments of a JPEG that are skipped on the way to its size."""
MOST_FILL = 64
"""The most bytes of filling before a segment."""
Size = tuple[int, int]


def picture_size(data: bytes) -> Size | None:
    """Return width and height in pixels of a PNG, JPEG, GIF or WebP; None for anything else, or where the head is cut or broken."""
    size: Size | None = None
    if data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR" and len(data) >= 24:
        size = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    elif data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        size = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) >= 30:
        size = _webp(data)
    elif data[:2] == b"\xff\xd8":
        size = _jpeg(data)
    return size if size is not None and min(size) > 0 else None


def _webp(data: bytes) -> Size | None:
    match data[12:16]:
        case b"VP8 ":
            return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    return None


def _jpeg(data: bytes) -> Size | None:
    place = 2
    for _ in range(SEGMENTS):
        fill = data[place : place + MOST_FILL]
        place += max(0, len(fill) - len(fill.lstrip(b"\xff")) - 1)
        if place + 9 > len(data) or data[place] != 0xFF:
            return None
        marker = data[place + 1]
        if marker in _START_OF_FRAME:
            return int.from_bytes(data[place + 7 : place + 9], "big"), int.from_bytes(data[place + 5 : place + 7], "big")
        place += 2 if marker in _BARE_MARKERS else 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return None

"""Tell what kind of media bytes are by how they begin."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from urllib.parse import unquote_to_bytes

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"OggS", "audio/ogg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
# ISO media files say in their first box what they hold; every other brand is a film.
_BRANDS = {
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"avif": "image/avif",
}


def media_type_of(data: bytes) -> str | None:
    """Return the media type of `data`, None where its first bytes do not tell."""
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12])
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "video/mp4")
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), None)


def data_url(url: str) -> tuple[str | None, bytes] | None:
    """Return the media type and the bytes of a `data:` address, None for any other or a broken one."""
    if url[:5].lower() != "data:":
        return None
    head, comma, tail = url[5:].partition(",")
    if not comma:
        return None
    kind, *parameters = head.split(";")
    try:
        data = unquote_to_bytes(tail)
        return kind or None, b64decode(data, validate=True) if "base64" in parameters else data
    except (NotBase64, UnicodeEncodeError):
        return None

"""What media bytes and data addresses are."""

from __future__ import annotations

import pytest

from llmkit.dialects.media_types import data_url, media_type_of


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"RIFF\x00\x00\x00\x00AVI ", None),
        (b"%PDF-1.7", "application/pdf"),
        (b"ID3\x04", "audio/mpeg"),
        (b"hello", None),
        (b"", None),
    ],
)
def test_bytes_tell_what_they_are(data: bytes, kind: str | None) -> None:
    assert kind == media_type_of(data)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("data:image/png;base64,aGk=", ("image/png", b"hi")),
        ("DATA:image/png;base64,aGk%3D", ("image/png", b"hi")),
        ("data:,a%20b", (None, b"a b")),
        ("data:text/plain;charset=utf-8,a", ("text/plain", b"a")),
        ("data:image/png;base64,!!", None),
        ("data:image/png", None),
        ("https://example.com/a.png", None),
    ],
)
def test_a_data_address_holds_its_bytes(url: str, expected: tuple[str | None, bytes] | None) -> None:
    assert expected == data_url(url)

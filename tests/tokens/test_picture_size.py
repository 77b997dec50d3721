from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.tokens.picture_size import picture_size
from tests.tokens.pictures import gif, jpeg, png, webp

PICTURES = {
    "png": png(640, 480),
    "gif": gif(640, 480),
    "jpeg": jpeg(640, 480),
    "jpeg with fill bytes": jpeg(640, 480, before=b"\xff\xff\xff\xff\xe0\x00\x04ab"),
    "webp, lossy": webp(b"VP8 ", 640, 480),
    "webp, lossless": webp(b"VP8L", 640, 480),
    "webp, extended": webp(b"VP8X", 640, 480),
}


@pytest.mark.parametrize("data", PICTURES.values(), ids=PICTURES)
def test_the_size_stands_in_the_head(data: bytes) -> None:
    assert (640, 480) == picture_size(data)


@pytest.mark.parametrize("data", [picture[: len(picture) // 2] for picture in PICTURES.values()], ids=PICTURES)
def test_a_head_that_is_cut_has_no_size(data: bytes) -> None:
    assert picture_size(data) is None


@pytest.mark.parametrize("data", [png(0, 480), gif(640, 0), b"", b"\xff\xd8" + b"\xff" * 50_000, b"\xff\xd8" + b"\xff\xe0\x00\x00" * 9])
def test_a_size_of_nothing_is_no_size(data: bytes) -> None:
    """A zero would divide, a wrong head must not be walked for ever."""
    assert picture_size(data) is None


@settings(max_examples=60)
@given(st.sampled_from([b"", b"\xff\xd8", b"RIFF1234WEBPVP8X", b"\x89PNG\r\n\x1a\n", b"GIF89a"]), st.binary(max_size=64))
def test_no_bytes_break_the_reader(head: bytes, tail: bytes) -> None:
    size = picture_size(head + tail)

    assert size is None or min(size) > 0

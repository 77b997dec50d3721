"""Files become parts by what is in them."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from llmkit.cli.attachments import attachment
from llmkit.errors import InvalidRequest
from llmkit.types.parts import Audio, Document, Image, Text, Video

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
KINDS = {
    "image/png": PNG,
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "image/gif": b"GIF89a\x01\x00",
    "image/webp": b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    "image/heic": b"\x00\x00\x00\x18ftypheic\x00",
    "application/pdf": b"%PDF-1.7\n%\xe2\xe3",
    "audio/wav": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "audio/mpeg": b"\xff\xfb\x90\x64\x00",
    "audio/flac": b"fLaC\x00\x00",
    "audio/ogg": b"OggS\x00\x02",
    "audio/mp4": b"\x00\x00\x00\x20ftypM4A \x00",
    "video/mp4": b"\x00\x00\x00\x20ftypisom\x00",
    "video/webm": b"\x1aE\xdf\xa3\x01\x00",
}
PARTS = {"image": Image, "application": Document, "audio": Audio, "video": Video}


def test_a_lying_name_does_not_matter(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_bytes(PNG)

    assert attachment(str(file)) == Image(data=PNG, media_type="image/png", name="notes.txt")


@pytest.mark.parametrize(("kind", "data"), KINDS.items(), ids=KINDS.keys())
def test_each_kind_becomes_its_part(tmp_path: Path, kind: str, data: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(data)

    found = attachment(str(file))

    assert isinstance(found, PARTS[kind.partition("/")[0]])
    assert (found.data, found.media_type) == (data, kind)  # type: ignore[attr-defined]


def test_text_carries_its_name(tmp_path: Path) -> None:
    """A model must see which file it reads."""
    file = tmp_path / "poem.md"
    file.write_text("Roses\n", encoding="utf-8")

    part = attachment(str(file))

    assert isinstance(part, Text)
    assert "poem.md" in part.text
    assert "Roses\n" in part.text


def test_a_pipe_can_be_attached(tmp_path: Path) -> None:
    """Shells hand over `<(command)` as one."""
    reading, writing = os.pipe()
    os.write(writing, PNG)
    os.close(writing)
    try:
        part = attachment(f"/dev/fd/{reading}")
    finally:
        os.close(reading)

    assert isinstance(part, Image)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "cannot be read: No such file"),
        (lambda path: path.mkdir(), "cannot be read: Is a directory"),
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.write_bytes(b"\x00\x01\x02"), "is neither an image"),
    ],
    ids=["missing", "directory", "empty", "unknown"],
)
def test_what_cannot_be_attached_is_a_typed_error(tmp_path: Path, make: object, words: str) -> None:
    path = tmp_path / "file"
    make(path)  # type: ignore[operator]

    with pytest.raises(InvalidRequest, match=words) as caught:
        attachment(str(path))

    assert caught.value.parameter == "attachment"


def test_a_two_gigabyte_file_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "huge"
    with file.open("wb") as sparse:
        sparse.truncate(2 * 2**30)

    with pytest.raises(InvalidRequest, match="2,147,483,648 bytes; the most is"):
        attachment(str(file))


def test_endless_input_is_refused_at_the_limit() -> None:
    """A device or a pipe tells no size."""
    if not os.path.exists("/dev/zero"):
        pytest.skip("no /dev/zero here")

    with pytest.raises(InvalidRequest, match="has more than"):
        attachment("/dev/zero", limit=1000)


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PNG)))

    assert attachment("-") == Image(data=PNG, media_type="image/png", name="standard input")


def test_the_limit_holds_exactly(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"a" * 10)

    assert attachment(str(file), limit=10)
    with pytest.raises(InvalidRequest):
        attachment(str(file), limit=9)

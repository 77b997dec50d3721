"""A file becomes the part that its content says it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from llmkit import Audio, Document, Image, Text, attach
from llmkit.conversation import LARGEST_ATTACHMENT
from llmkit.errors import InvalidRequest


@pytest.mark.parametrize(
    ("name", "data", "kind", "media_type"),
    [
        ("a.txt", b"\x89PNG\r\n\x1a\n....", Image, "image/png"),
        ("a", b"\xff\xd8\xff\xe0....", Image, "image/jpeg"),
        ("a.doc", b"%PDF-1.7 ...", Document, "application/pdf"),
        ("a.wav", b"RIFF\x00\x00\x00\x00WAVEfmt ", Audio, "audio/wav"),
    ],
)
def test_the_content_and_not_the_name_decides(tmp_path: Path, name: str, data: bytes, kind: type, media_type: str) -> None:
    file = tmp_path / name
    file.write_bytes(data)

    part = attach(file)

    assert isinstance(part, kind)
    assert (data, media_type, name) == (part.data, part.media_type, part.name)


def test_words_become_text_under_their_name(tmp_path: Path) -> None:
    file = tmp_path / "notes.md"
    file.write_text("Grüße")

    assert Text(text="notes.md:\nGrüße") == attach(file)


@pytest.mark.parametrize(("data", "message"), [(b"", "empty"), (b"\xff\xfe\x00\x01", "neither"), (b"a\0b", "neither")])
def test_what_no_model_reads_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    file = tmp_path / "a.bin"
    file.write_bytes(data)

    with pytest.raises(InvalidRequest, match=message):
        attach(file)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="no file"):
        attach(tmp_path / "absent")


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "huge.png"
    with file.open("wb") as stream:
        os.truncate(stream.fileno(), 2 * 2**30)  # sparse: takes no room

    with pytest.raises(InvalidRequest, match=f"{LARGEST_ATTACHMENT:,}"):
        attach(file)

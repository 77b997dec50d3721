"""Files are their owner's alone, whole or not there, and never written through a link."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from llmkit.unfinished import UnfinishedFile
from tests.security.bans.files import followed, readable
from tests.security.bans.writers import WRITERS, writers
from tests.security.bans.writing import PLAYS, Play


def test_every_place_that_writes_is_known() -> None:
    """A new one is written here first, and played."""
    assert sorted(WRITERS) == sorted(writers())


@pytest.mark.parametrize(
    "code",
    [
        "def f(p):\n    p.write_text('x')",
        "def f(p):\n    open(p, 'w')",
        "def f(p):\n    p.open('ab')",
        "def f(p, mode):\n    open(p, mode)",
        "import os\ndef f(p):\n    os.open(p, os.O_RDWR | os.O_CREAT)",
        "import tempfile\ndef f():\n    tempfile.NamedTemporaryFile()",
        "import shutil\ndef f(a, b):\n    shutil.copy(a, b)",
        "import sqlite3\ndef f(p):\n    sqlite3.connect(p)",
        "def f(p, q):\n    p.rename(q)",
    ],
)
def test_a_planted_writer_is_found(code: str) -> None:
    assert ["m.py:f"] == list(writers({"m.py": ast.parse(code)}))


@pytest.mark.parametrize("code", ["def f(p):\n    open(p)", "def f(p):\n    p.open('rb')", "def f(t):\n    t.replace('a', 'b')"])
def test_what_only_reads_is_not_found(code: str) -> None:
    assert {} == writers({"m.py": ast.parse(code)})


@pytest.mark.parametrize("name", PLAYS)
def test_only_the_owner_can_read_what_is_written(name: str, tmp_path: Path) -> None:
    """Under a mask that would let everybody."""
    assert [] == readable(PLAYS[name], tmp_path)


@pytest.mark.parametrize(("play", "name"), [(play, name) for play in PLAYS for name in PLAYS[play].files])
def test_no_link_is_followed(play: str, name: str, tmp_path: Path) -> None:
    """Whoever else may write to the folder cannot lead us to write over a file of the user's."""
    assert not followed(PLAYS[play], name, tmp_path)


def _careless(folder: Path) -> None:
    (folder / "notes.txt").write_text("private")


def test_a_careless_writer_is_found_out(tmp_path: Path) -> None:
    play = Play(write=_careless, files=("notes.txt",))
    (tmp_path / "other").mkdir()

    assert followed(play, "notes.txt", tmp_path / "other")
    (tmp_path / "one").mkdir()
    assert ["notes.txt has mode -rw-rw-rw-"] == readable(play, tmp_path / "one")


def test_a_file_that_fails_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"before")

    with pytest.raises(RuntimeError), UnfinishedFile(target) as file:
        file.write(b"half")
        raise RuntimeError

    assert [target] == list(tmp_path.iterdir())
    assert b"before" == target.read_bytes()

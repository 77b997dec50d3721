"""`llmkit files`: ids on standard output, tables and JSON for what is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmkit.testing import FakeHost
from llmkit.testing.host import bytes_reply, form_of

from .conftest import Run, write_settings

FILE = {"id": "file-1", "filename": "a.txt", "bytes": 1234, "purpose": "batch", "created_at": 1700000000, "expires_at": 1700003600}


@pytest.fixture
def host(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHost]:
    with FakeHost() as host:
        write_settings(home, f'[providers.openai]\nbase_url = "{host.url}"\n')
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-files")
        yield host


def test_a_file_goes_there_and_back(host: FakeHost, run: Run, tmp_path: Path) -> None:
    """What is printed can be given to the next command."""
    (tmp_path / "a.txt").write_text("hello")
    host.on("POST /files", FILE).on("GET /files/file-1/content", bytes_reply(b"hello", "text/plain")).on("DELETE /files/file-1", {})

    sent = run("files", "upload", "openai", str(tmp_path / "a.txt"), "--purpose", "batch", "--name", "b.txt")
    back = run("files", "download", "openai", sent.out.strip(), "-o", str(tmp_path / "back.txt"))
    gone = run("files", "delete", "openai", "file-1")

    assert (["file-1\n", f"{tmp_path / 'back.txt'}\n", ""], [0, 0, 0]) == (
        [one.out for one in (sent, back, gone)],
        [one.code for one in (sent, back, gone)],
    )
    assert [("purpose", b"batch"), ("file", b"hello")] == [(name, data) for name, _, _, data in form_of(host.requests[0])]
    assert "hello" == (tmp_path / "back.txt").read_text()


def test_what_is_kept_is_listed_and_shown(host: FakeHost, run: Run) -> None:
    """For people and for programs."""
    host.on("GET /files", {"data": [FILE], "has_more": False}).on("GET /files/file-1", FILE)

    table = run("files", "list", "openai")
    listed = json.loads(run("files", "list", "openai", "--json").out)
    shown = json.loads(run("files", "show", "openai", "file-1", "--json").out)
    plain = run("files", "show", "openai", "file-1")

    assert ["file-1", "a.txt", "1,234", "batch", "2023-11-14", "23:13"] == table.out.splitlines()[-1].split()
    assert [shown] == listed
    assert ("openai", 1234, "2023-11-14T22:13:20Z") == (shown["provider"], shown["size"], shown["created"])
    assert {"raw", "account"}.isdisjoint(shown)
    assert "expires      2023-11-14T23:13:20Z" in plain.out


def test_one_name_is_for_one_file(run: Run, tmp_path: Path) -> None:
    """It says so before anything is sent."""
    (tmp_path / "a").write_text("a")
    refused = run("files", "upload", "openai", str(tmp_path / "a"), str(tmp_path / "a"), "--name", "x")

    assert 2 == refused.code
    assert "one file" in refused.err

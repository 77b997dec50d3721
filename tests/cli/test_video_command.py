"""`llmkit video` and `llmkit job`: films to files, and jobs by their ids."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from llmkit.testing import FakeHost
from llmkit.testing.host import bytes_reply
from llmkit.testing.replies import Reply
from llmkit.testing.serving import json_reply
from tests.operations.video_rows import MP4

from .conftest import Run, write_settings

AT_ONCE = (("Retry-After", "0"),)
BEGUN = json_reply(200, {"id": "video_1", "status": "queued"}, AT_ONCE)
RUNS = json_reply(200, {"id": "video_1", "status": "in_progress", "progress": 40}, AT_ONCE)
DONE = {"id": "video_1", "status": "completed", "seconds": "4", "size": "1280x720"}
JOB = "video:openai/sora-2:video_1"


@pytest.fixture
def host(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHost]:
    with FakeHost() as host:
        write_settings(home, f'[providers.openai]\nbase_url = "{host.url}"\n[providers.runwayml]\nbase_url = "{host.url}"\n')
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-video")
        monkeypatch.setenv("RUNWAYML_API_SECRET", "key_test")
        host.on("POST /videos", BEGUN).on("GET /videos/video_1/content", bytes_reply(MP4, "video/mp4"))
        yield host


def test_a_film_is_made_and_saved(host: FakeHost, run: Run, tmp_path: Path) -> None:
    """Standard output holds the path and nothing else."""
    host.on("GET /videos/video_1", RUNS, DONE)
    target = tmp_path / "cat.mp4"

    done = run("video", "-m", "openai/sora-2", "-d", "4", "--size", "1280x720", "-o", str(target), "A", "cat")

    assert (0, f"{target}\n", MP4) == (done.code, done.out, target.read_bytes())
    assert "shut down on 2026-09-24" in done.err
    assert b'name="seconds"\r\n\r\n4\r\n' in host.requests[0].body


def test_a_job_is_begun_shown_waited_for_and_told(host: FakeHost, run: Run, tmp_path: Path) -> None:
    """The id is all that is needed, in any process."""
    host.on("GET /videos/video_1", RUNS, DONE)

    begun = run("video", "-m", "openai/sora-2", "--start", "A cat")
    stands = run("job", JOB)
    waited = run("job", JOB, "--wait", "-o", str(tmp_path / "films") + "/", "--json")

    told = json.loads(waited.out)
    assert ((0, f"{JOB}\n"), (0, "running 40%\n")) == ((begun.code, begun.out), (stands.code, stands.out))
    assert ([str(tmp_path / "films" / "video-1.mp4")], "openai", None) == (told["files"], told["provider"], told["videos"][0]["data"])
    assert MP4 == (tmp_path / "films" / "video-1.mp4").read_bytes()


def test_a_wait_that_ends_early_says_how_to_go_on(host: FakeHost, run: Run) -> None:
    """The job is paid for."""
    host.on("GET /videos/video_1", RUNS)

    done = run("job", JOB, "--wait", "--timeout", "0.1")

    assert 0 != done.code
    assert f"llmkit job {JOB} --wait" in done.err


ENDS: dict[str, tuple[tuple[str, ...], Any, int, str]] = {
    "failed": (("job", JOB), {"id": "video_1", "status": "failed", "error": {"message": "no \x1b[31mcats"}}, 1, "failed: no [31mcats\n"),
    "as JSON": (
        ("job", JOB, "--json"),
        RUNS,
        0,
        '{"id": "video:openai/sora-2:video_1", "status": "running", "progress": 0.4, "failure": null}\n',
    ),
}


@pytest.mark.parametrize("case", ENDS)
def test_how_a_job_stands_is_one_line(case: str, host: FakeHost, run: Run) -> None:
    """For people and for scripts; what a server says cannot steer the terminal."""
    words, look, code, told = ENDS[case]
    host.on("GET /videos/video_1", look)

    done = run(*words)

    assert (code, told) == (done.code, done.out)


def test_a_job_is_ended(host: FakeHost, run: Run) -> None:
    """Where the provider can."""
    host.on("DELETE /tasks/t1", Reply(status=204))

    ended, cannot = run("job", "video:runwayml/gen4.5:t1", "--cancel"), run("job", JOB, "--cancel")

    assert ((0, "cancelled\n"), 2) == ((ended.code, ended.out), cannot.code)


WRONG = {
    "no model": (("video", "A cat"), "--model"),
    "no prompt": (("video", "-m", "openai/sora-2"), "nothing to make a film of"),
    "no job": (("job", "x"), "no id of a job"),
    "both": (("job", JOB, "--wait", "--cancel"), "exclude each other"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_before_anything_is_sent(case: str, host: FakeHost, run: Run) -> None:
    """With what is right."""
    words, told = WRONG[case]

    done = run(*words)

    assert 2 == done.code
    assert told in done.err
    assert [] == host.requests

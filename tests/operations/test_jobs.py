"""Work at a provider: begun once, looked at until it is over, taken up again by its id, whatever happens to us."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.dialects.jobs import LONGEST, grown, whole_job
from llmkit.errors import (
    BudgetExceeded,
    InvalidRequest,
    JobInterrupted,
    ProtocolError,
    UnsupportedFeature,
)
from llmkit.metering import Budget
from llmkit.metering.sinks import Callback
from llmkit.pipeline.budget import Budgets
from llmkit.pipeline.meter import Meter
from llmkit.testing import FakeHost
from llmkit.testing.replies import Reply
from llmkit.types.asking import Ask, Place
from llmkit.types.job import JobId, JobState
from tests.operations.faces import FACES, use
from tests.operations.sora import DONE, LOOK, RUNS, SORA, sora
from tests.operations.video_rows import MP4, quick_client


@pytest.mark.parametrize("face", FACES)
def test_a_film_is_begun_looked_at_and_fetched_in_one_call(face: str) -> None:
    """The content needs the key; the cost is by the second, at the size that was made."""
    with FakeHost() as host:
        sora(host, RUNS, DONE)

        reply = use(face, quick_client("openai", host.url), "video", SORA, "a cat", duration=8, size="1280x720")

    assert ["POST /videos", LOOK, LOOK, "GET /videos/video_1/content"] == [f"{request.method} {request.path}" for request in host.requests]
    assert {"Bearer sk-test-operations"} == {request.headers["authorization"] for request in host.requests}
    assert (MP4, "video/mp4", 8.0, "video_1") == (reply.video.data, reply.video.media_type, reply.duration, reply.id)
    assert (Decimal("0.80"), {"video": 1.0, "second": 8.0}, "1280x720") == (reply.cost.amount, reply.units, reply.variant)
    assert ("openai", "sora-2", 1) == (reply.provider, reply.model, len(reply.attempts))


@pytest.mark.parametrize("face", FACES)
def test_progress_is_told_after_each_look(face: str) -> None:
    """The caller shows a bar with it."""
    told: list[tuple[str, float | None]] = []
    with FakeHost() as host:
        sora(host, RUNS, DONE)

        reply = use(
            face,
            quick_client("openai", host.url),
            "video",
            SORA,
            "a cat",
            duration=8,
            size="1280x720",
            progress=lambda state: told.append((state.status, state.progress)),
        )

    assert [("queued", None), ("running", 0.4), ("succeeded", 1.0)] == told
    assert (Decimal("0.80"), "openai", MP4) == (reply.cost.amount, reply.provider, reply.video.data)
    assert ["deprecated"] == [warning.kind for warning in reply.warnings]


def test_a_job_is_taken_up_by_its_id_in_another_client() -> None:
    """The id is all there is to keep; what the answer tells makes the cost."""
    with FakeHost() as host:
        sora(host, RUNS, DONE)
        with LLMKit(**quick_client("openai", host.url)) as kit:
            job = kit.start_video(SORA, "a cat", seed=1)
            begun = (str(job.id), job.status, job.progress, job.over)
        with LLMKit(**quick_client("openai", host.url)) as kit:
            later = kit.job(job.id)
            first = (later.refresh().status, later.progress)
            reply = later.wait()

    assert ("video:openai/sora-2:video_1", "queued", None, False) == begun
    assert ("running", 0.4) == first
    assert (Decimal("0.80"), "openai", "sora-2") == (reply.cost.amount, reply.provider, reply.model)
    assert 1 == len(host.asked("POST /videos"))


PROGRAM = """
import sys
from llmkit import LLMKit
from tests.operations.video_rows import quick_client
with LLMKit(**quick_client("openai", sys.argv[1])) as kit:
    job = kit.start_video("openai/sora-2", "a cat", duration=8, size="1280x720")
    print(job.id, flush=True)
    job.wait()
"""


def test_a_job_survives_a_killed_process(tmp_path: Path) -> None:
    """A process that dies while it waits loses nothing: whoever has the id takes the job up, and it is not begun again."""
    over: list[bool] = []
    with FakeHost() as host:
        sora(host, lambda request: DONE if over else RUNS)
        root = Path(__file__).resolve().parents[2]
        child = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, host.url],
            stdout=subprocess.PIPE,
            text=True,
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
        )
        assert child.stdout is not None
        name = child.stdout.readline().strip()
        child.send_signal(signal.SIGKILL)
        assert -signal.SIGKILL == child.wait()
        child.stdout.close()
        over.append(True)
        with LLMKit(**quick_client("openai", host.url)) as kit:
            saved = kit.save(kit.job(name).wait(), tmp_path / "cat.mp4")

    assert ([tmp_path / "cat.mp4"], MP4) == (saved, saved[0].read_bytes())
    assert 1 == len(host.asked("POST /videos"))


@pytest.mark.parametrize("face", FACES)
def test_a_job_is_ended_where_the_provider_can(face: str) -> None:
    """Runway deletes the task."""
    with FakeHost() as host:
        host.on("POST /text_to_video", {"id": "17f2"}).on("DELETE /tasks/17f2", Reply(status=204))
        client = quick_client("runwayml", host.url)
        if face == "sync":
            with LLMKit(**client) as kit:
                job = kit.start_video("runwayml/gen4.5", "a cat").cancel()
        else:
            job = _cancelled(client)

    assert ("cancelled", True, 1) == (job.status, job.over, len(host.asked("DELETE /tasks/17f2")))


def _cancelled(client: dict[str, Any]) -> Any:
    import asyncio

    from llmkit import AsyncLLMKit

    async def cancel() -> Any:
        async with AsyncLLMKit(**client) as kit:
            job = await kit.start_video("runwayml/gen4.5", "a cat")
            return await job.cancel()

    return asyncio.run(cancel())


def test_a_job_that_cannot_be_ended_says_so() -> None:
    """OpenAI's shape has no such call."""
    with FakeHost() as host, pytest.raises(UnsupportedFeature, match="cancelling"):
        use("sync", quick_client("openai", host.url), "job", "video:openai/sora-2:video_1").cancel()

    assert [] == host.requests


STRANGE = [
    *("", "video", "video:openai", "video:openai/sora-2:", "nothing:openai/sora-2:1"),
    *("video:openai/sora-2:../../files", "video:openai/s:a?b", "video:openai/s:https://evil.example/x?y=1"),
]


@pytest.mark.parametrize("name", STRANGE)
def test_what_is_no_id_of_a_job_is_refused_before_anything_is_asked(name: str) -> None:
    """It may come from outside: it must not lead to other paths."""
    with FakeHost() as host, pytest.raises((InvalidRequest, UnsupportedFeature)):
        use("sync", quick_client("openai", host.url), "job", name).refresh()

    assert [] == host.requests


def test_an_id_holds_what_is_in_it() -> None:
    """Models and handles have colons, slashes and spaces."""
    identity = JobId(operation="video", model="fal/fal-ai/veo3:x y", handle="https://a.b/c?d=e:f")

    assert identity == JobId.parse(str(identity))


def test_a_film_larger_than_allowed_is_an_error() -> None:
    """Whoever serves it decides how long it is, and not how much we take."""
    with FakeHost() as host, pytest.raises(JobInterrupted) as caught:
        sora(host, DONE)
        use("sync", quick_client("openai", host.url, options={"largest": 20}), "video", SORA, "a cat")

    assert isinstance(caught.value.cause, ProtocolError)


def test_the_layers_of_conversations_stand_around_a_beginning() -> None:
    """The record says what it costs, and a budget that cannot hold stops it before it begins."""
    records: list[Any] = []
    layers = [Meter(Callback(records.append)), Budgets([Budget(usd=1)])]
    with FakeHost() as host:
        sora(host, DONE)
        with LLMKit(**quick_client("openai", host.url, layers=layers)) as kit:
            kit.start_video(SORA, "a cat", duration=8, size="1280x720")
            with pytest.raises(BudgetExceeded):
                kit.start_video(SORA, "a cat", duration=8, size="1280x720")

    assert [("video", Decimal("0.80"))] == [(record.operation, Decimal(record.cost)) for record in records]
    assert 1 == len(host.asked("POST /videos"))


def test_looks_grow_rarer_up_to_a_bound() -> None:
    """A minute of waiting is not a hundred questions; what a format says is never undercut."""
    delays = [grown(5.0, looks) for looks in range(60)]

    assert (5.0, LONGEST) == (delays[0], delays[-1])
    assert delays == sorted(delays)
    assert (0.0, 120.0) == (grown(0.0, 50), grown(120.0, 50))


def test_a_job_done_in_one_call_is_asked_for_ever_less_often() -> None:
    """Each question says how long to wait before it."""
    running: Any = JobState(handle="h", status="running", delay=10.0)

    def begin(request: Any, place: Place) -> Any:
        yield Ask(path="/start")
        return running

    def poll(state: JobState, place: Place) -> Any:
        yield Ask(path="/look", method="GET")
        return running

    answer: Any = object()
    steps = whole_job(begin, poll, None, Place(provider="p", model="m", path=""))
    first, *looks = [next(steps), *[steps.send(answer) for _ in range(4)]]

    assert (0.0, False) == (first.pause, first.again)
    assert [(10.0, True), (11.0, True), (12.1, True), (13.31, True)] == [(round(ask.pause, 2), ask.again) for ask in looks]


def test_a_job_that_never_ends_is_given_up() -> None:
    """A server that says `running` for ever must not hold us for ever."""
    running = JobState(handle="h", status="running", delay=0.0)
    answer: Any = object()

    def start(request: Any, place: Place) -> Any:
        yield Ask(path="/start")
        return running

    def poll(state: JobState, place: Place) -> Any:
        yield Ask(path="/look")
        return running

    steps = whole_job(start, poll, None, Place(provider="p", model="m", path=""))
    next(steps)
    with pytest.raises(JobInterrupted):
        for _ in range(30_000):
            steps.send(answer)

"""What goes wrong with work at a provider: a beginning whose answer is lost, looks that fail, a job that made nothing."""

from __future__ import annotations

import pytest

from llmkit import LLMKit
from llmkit.errors import (
    ContentFiltered,
    JobInterrupted,
    NotFound,
    ProtocolError,
    ProviderError,
    RateLimited,
    ServerError,
    Timeout,
)
from llmkit.testing import FakeHost
from llmkit.testing.host import bytes_reply
from llmkit.testing.replies import Cut, Reply
from llmkit.testing.serving import json_reply
from tests.operations.faces import FACES, use
from tests.operations.sora import DONE, DOWN, LOOK, RUNS, SORA, sora
from tests.operations.video_rows import MP4, quick_client


def test_a_look_that_fails_in_passing_is_made_again() -> None:
    """A job runs for minutes; a hiccup in between is none of its business."""
    with FakeHost() as host:
        sora(host, DOWN, RUNS, json_reply(429, {"error": {"message": "slow"}}, (("Retry-After", "0"),)), DOWN, DONE)

        reply = use("sync", quick_client("openai", host.url), "video", SORA, "a cat")

    assert (MP4, 5, 1) == (reply.video.data, len(host.asked(LOOK)), len(host.asked("POST /videos")))


AFTER = {
    "looks keep failing": ([DOWN], ServerError),
    "the job is gone": ([json_reply(404, {"error": {"message": "gone"}})], NotFound),
    "no JSON": ([bytes_reply(b"<html>", "text/html")], ProtocolError),
    "the connection breaks": ([Reply(pieces=(b"{", Cut(reset=True)), framing="chunked")], Exception),
}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("case", AFTER)
def test_a_failure_after_the_beginning_names_the_job(case: str, face: str) -> None:
    """It is paid for: it is never begun anew, and the error says how to take it up."""
    looks, cause = AFTER[case]
    with FakeHost() as host, pytest.raises(JobInterrupted) as caught:
        sora(host, *looks)
        use(face, quick_client("openai", host.url), "video", SORA, "a cat")

    assert ("video:openai/sora-2:video_1", "video_1") == (caught.value.job, caught.value.handle)
    assert isinstance(caught.value.cause, cause)
    assert 1 == len(host.asked("POST /videos"))


@pytest.mark.parametrize("face", FACES)
def test_the_time_limit_leaves_the_job_running(face: str) -> None:
    """`timeout` is the whole call's; the error says how to go on."""
    with FakeHost() as host, pytest.raises(JobInterrupted) as caught:
        sora(host, RUNS)
        use(face, quick_client("openai", host.url, options={"delay": 0.01}), "video", SORA, "a cat", timeout=0.05)

    assert ("video:openai/sora-2:video_1", "Timeout") == (caught.value.job, type(caught.value.cause).__name__)


def test_waiting_has_a_limit_of_its_own() -> None:
    """The job can be waited for again."""
    with FakeHost() as host:
        sora(host, RUNS, RUNS, RUNS, RUNS, RUNS, DONE)
        with LLMKit(**quick_client("openai", host.url, options={"delay": 0.01})) as kit:
            job = kit.start_video(SORA, "a cat")
            with pytest.raises(JobInterrupted) as caught:
                job.wait(timeout=0.02)

            assert isinstance(caught.value.cause, Timeout)
            assert MP4 == kit.job(caught.value.job).wait().video.data


LOST = {
    "the connection breaks": Reply(pieces=(Cut(reset=True),)),
    "half an answer": Reply(pieces=(b'{"id":', Cut(reset=True)), framing="chunked"),
    "the server fails": json_reply(500, {"error": {"message": "?"}}),
    "a gateway gives up": json_reply(504, {"error": {"message": "?"}}),
}


@pytest.mark.parametrize("case", LOST)
@pytest.mark.parametrize("method", ["video", "start_video"])
def test_a_beginning_whose_answer_is_lost_is_not_made_again(method: str, case: str) -> None:
    """It may run and be paid for: nobody knows, and the error says so. No provider promises to recognise a repetition."""
    with FakeHost() as host, pytest.raises(JobInterrupted, match="may have begun") as caught:
        host.on("POST /videos", LOST[case])
        use("sync", quick_client("openai", host.url), method, SORA, "a cat")

    assert ("", 1) == (caught.value.handle, len(host.requests))


def test_where_a_repetition_is_recognised_a_lost_answer_is_asked_for_again() -> None:
    """Every try carries the same key."""
    with FakeHost() as host:
        host.on("POST /videos", LOST["a gateway gives up"])
        client = quick_client("openai", sora(host, DONE).url, {"repeatable": True})
        client["providers"] = [client["providers"][0].replace(idempotency_header="Idempotency-Key")]
        reply = use("sync", client, "video", SORA, "a cat")

    keys = [request.headers["idempotency-key"] for request in host.asked("POST /videos")]
    assert (MP4, 2, 1) == (reply.video.data, len(keys), len(set(keys)))


REFUSED = {
    "too many": json_reply(429, {"error": {"message": "slow"}}, (("Retry-After", "0.001"),)),
    "overloaded": json_reply(503, {"error": {"message": "full"}}, (("Retry-After", "0.001"),)),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_beginning_that_was_refused_is_tried_again(case: str) -> None:
    """Nothing began."""
    with FakeHost() as host:
        host.on("POST /videos", REFUSED[case])
        reply = use("sync", quick_client("openai", sora(host, DONE).url), "video", SORA, "a cat")

    assert (2, 2) == (len(host.asked("POST /videos")), len(reply.attempts))


def test_what_the_provider_could_not_make_is_a_typed_error_and_not_tried_again() -> None:
    """Each try may cost."""
    blocked = {"id": "video_1", "status": "failed", "error": {"code": "moderation_blocked", "message": "no cats"}}
    with FakeHost() as host, pytest.raises(ContentFiltered, match="no cats") as caught:
        sora(host, RUNS, blocked)
        use("sync", quick_client("openai", host.url), "video", SORA, "a cat")

    assert ("openai", "moderation_blocked", 1) == (caught.value.provider, caught.value.code, len(host.asked("POST /videos")))


def test_a_job_that_failed_says_why_when_it_is_waited_for() -> None:
    """Also by its id."""
    broken = {"id": "video_1", "status": "failed", "error": {"code": "internal_error", "message": "render farm"}}
    with FakeHost() as host, pytest.raises(ProviderError, match="render farm") as caught:
        sora(host, broken)
        use("sync", quick_client("openai", host.url), "job", "video:openai/sora-2:video_1").wait()

    assert ("openai", "sora-2", False) == (caught.value.provider, caught.value.model, caught.value.retryable)


def test_a_refusal_is_raised_as_it_is() -> None:
    """What never began has its own error."""
    with FakeHost() as host, pytest.raises(RateLimited):
        host.on("POST /videos", json_reply(429, {"error": {"message": "slow"}}))
        use("sync", quick_client("openai", host.url, retries=0), "start_video", SORA, "a cat")

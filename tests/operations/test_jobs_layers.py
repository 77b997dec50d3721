"""What stands around a job: another model, a second try beside it, and the money."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from llmkit import Budget, Budgets, Hedge, LLMKit
from llmkit.errors import JobInterrupted
from llmkit.testing import FakeHost
from tests.operations.sora import BEGUN, DONE, DOWN, LOOK, SORA, sora
from tests.operations.test_jobs_failures import LOST
from tests.operations.video_rows import quick_client


def test_a_job_that_may_have_begun_is_not_begun_at_the_next_model() -> None:
    """Two films would be paid for."""
    with FakeHost() as host, pytest.raises(JobInterrupted):
        host.on("POST /videos", LOST["a gateway gives up"])
        with LLMKit(**quick_client("openai", host.url)) as kit:
            kit.video([SORA, "openai/sora-2-pro"], "a cat")

    assert [False] == [b"sora-2-pro" in request.body for request in host.requests if request.method == "POST"]


def test_a_job_that_was_lost_sight_of_is_paid_for() -> None:
    """It goes on at the provider; the budget holds what it may cost."""
    budget = Budget(usd=100, per="day", name="films")
    budgets = Budgets([budget])
    with FakeHost() as host:
        host.on("POST /videos", BEGUN).on(LOOK, DOWN)
        with LLMKit(**quick_client("openai", host.url), layers=[budgets]) as kit, pytest.raises(JobInterrupted):
            kit.video(SORA, "a cat", duration=8)

    assert Decimal("99.2") == budgets.left(budget, now=time.time())


def test_no_second_film_is_made_beside_a_slow_one() -> None:
    """Hedging is for what costs little."""
    hedge = Hedge(sample=2, share=1.0, least=0.0)
    with FakeHost() as host, LLMKit(**quick_client("openai", sora(host, DONE).url), layers=[hedge]) as kit:
        for _ in range(4):
            kit.video(SORA, "a cat")

    assert (0, 4) == (hedge.counts().calls, len(host.asked("POST /videos")))

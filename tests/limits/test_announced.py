"""What is left by a provider's own words, and what was sent since it said so."""

from __future__ import annotations

from llmkit.limits.announced import Announced
from llmkit.types.rate_state import RateState


def test_what_was_sent_since_is_taken_off_what_an_answer_says_is_left() -> None:
    """The first answer says that two are left, and cannot know of the second call: one more may go until the time it names."""
    announced = Announced()
    _, stood = announced.take("a/m", 10, 0)
    announced.take("a/m", 10, 0)

    announced.hear("a/m", RateState(requests_left=2, requests_reset_seconds=60.0), stood, 0)

    assert [0, 60 * 10**9, 59 * 10**9, 0] == [announced.take("a/m", 10, second * 10**9)[0] for second in (0, 0, 1, 60)]


def test_tokens_that_are_left_are_counted_too() -> None:
    announced = Announced()
    _, stood = announced.take("a/m", 10, 0)

    announced.hear("a/m", RateState(tokens_left=25, tokens_reset_seconds=9.0), stood, 0)

    assert [0, 0, 9 * 10**9, 0, 0] == [announced.take("a/m", tokens, 0)[0] for tokens in (10, 10, 10, 5, 0)]

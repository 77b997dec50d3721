"""Nothing of a key that cannot be sent is shown."""

from __future__ import annotations

import pytest

from llmkit import LLMKit
from tests.security.canary.refusals import found, keys, leaking


def test_a_key_that_cannot_be_sent_is_refused_and_nothing_of_it_is_shown() -> None:
    assert (100, []) == found(100, seed=1)


def test_keys_differ_and_hold_what_no_header_can() -> None:
    made = list(keys(200))

    assert len(made) == len(set(made))
    assert all(not (key.isascii() and key.isprintable() and " " not in key) for key in made)


def test_a_refusal_that_repeats_a_key_is_noticed_whole_or_escaped() -> None:
    key = "abcdefgh\u200bijklmnop\n"

    assert leaking(key, f"illegal key {key}", "")
    assert leaking(key, f"illegal key {key!r}", "")
    assert leaking(key, f"illegal key {key!a}", "")
    assert not leaking(key, "illegal key abcdefg", "")


@pytest.mark.parametrize(
    "options",
    [
        {"keys": {"openai": "sk-abcdefghijklmnop"}, "retires": 3},
        {"keys": {"opnai": "sk-abcdefghijklmnop"}},
        {"keys": {"openai": ["sk-abcdefghijklmnop", "sk-abcdefghijklmnop"]}},
        {"settings": {"azur": {"client_secret": "sk-abcdefghijklmnop"}}},
        {"settings": {"azure": {"client_secret": "sk-abcdefghijklmnop\n"}}},
        {"proxy": "ftp://me:sk-abcdefghijklmnop@host"},
    ],
)
def test_a_mistake_beside_a_good_key_shows_none_of_it(options: dict[str, object]) -> None:
    """The frames of an error hold the arguments, and crash reporters send them."""
    assert not leaking("sk-abcdefghijklmnop", refusal(options), "")


def refusal(options: dict[str, object]) -> str:
    import traceback

    try:
        LLMKit(**options).complete("openai/gpt-4.1-mini", "Hi")  # type: ignore[arg-type]  # wrong arguments are tried
    except Exception as error:
        error.__traceback__ = error.__traceback__.tb_next if error.__traceback__ else None  # without this function
        return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    raise AssertionError("it was taken")

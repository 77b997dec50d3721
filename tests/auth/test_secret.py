"""A key must not be seen by accident."""

from __future__ import annotations

import copy
import json
import pickle
import traceback

import msgspec
import pytest

from llmkit import Secret
from llmkit.errors import ConfigurationError

CANARY = "sk-canary-0123456789"


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        format,
        lambda secret: f"{secret!r:>40}",
        lambda secret: "%s %r" % (secret, secret),  # noqa: UP031 - the channel under test
        lambda secret: json.dumps({"key": secret}, default=str),
        lambda secret: repr(dir(secret)),
        lambda secret: repr([getattr(secret, name) for name in dir(secret)]),
        lambda secret: repr(copy.deepcopy({"key": secret})),
        lambda secret: repr(getattr(secret, "__dict__", {})),
    ],
)
def test_no_printed_form_shows_the_key(show) -> None:
    assert CANARY not in show(Secret(CANARY))


@pytest.mark.parametrize("dump", [pickle.dumps, msgspec.json.encode, json.dumps])
def test_a_secret_cannot_be_serialised(dump) -> None:
    with pytest.raises(TypeError) as caught:
        dump(Secret(CANARY))

    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("", "is empty"),
        ("sk-x\n", "white space"),
        ("sk x", "white space"),
        ("sk-x\r\nHost: evil", "white space"),
        ("sk-x\0", "control"),
        ("sk-x\u200b", "non-ASCII"),
        ("k" * 9000, "longer"),
        (b"sk-x", "must be text"),
    ],
)
def test_text_that_cannot_be_a_key_is_refused_without_showing_it(key, problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem) as caught:
        Secret(key, name="OPENAI_API_KEY")

    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=False).format())
    assert "OPENAI_API_KEY" in str(caught.value)
    assert not key or repr(key)[2:-1] not in shown


def test_two_keys_are_told_apart_by_their_fingerprints() -> None:
    assert Secret("a" * 20).fingerprint() != Secret("b" * 20).fingerprint()
    assert Secret("a" * 20).fingerprint() == Secret("a" * 20).fingerprint()
    assert len(Secret("a" * 20).fingerprint()) == 12


def test_scrub_masks_every_appearance() -> None:
    assert Secret(CANARY).scrub(f"bad key {CANARY}, {CANARY}!") == "bad key ****, ****!"

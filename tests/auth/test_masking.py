"""A secret is masked in every form in which servers repeat one."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest

from llmkit.auth.secret import Secret

KEY = 'sk-live/4fT+9"QzBvXk7LmNpRwYtUaScDgHj'
SAID = {
    "whole": KEY,
    "quoted": quote(KEY, safe=""),
    "in JSON": json.dumps(KEY),
    "as the password of a login": base64.b64encode(f"user:{KEY}".encode()).decode(),
    "as the password of another login": base64.b64encode(f"u:{KEY}".encode()).decode(),
    "in base64 for addresses": base64.urlsafe_b64encode(f"me:{KEY}".encode()).decode(),
    "in hex": KEY.encode().hex(),
    "shortened to its ends": f"{KEY[:8]}{'*' * 20}{KEY[-4:]}",
    "shortened with dots": f"{KEY[:4]}...{KEY[-4:]}",
    "cut off": KEY[:20],
}


@pytest.mark.parametrize("form", SAID)
def test_a_secret_is_masked(form: str) -> None:
    """OpenAI's servers shorten a key to its ends, proxies repeat a login as it was sent, frameworks dump headers as JSON."""
    told = Secret(KEY).scrub(f"Bad key {SAID[form]}, see the docs.")

    assert "****" in told
    assert KEY[-4:] not in told
    assert KEY[:12] not in told
    assert SAID[form] not in told
    assert told.startswith("Bad key ")
    assert told.endswith(", see the docs.")


@pytest.mark.parametrize("text", ["", "Nothing of it.", f"Words may end in {KEY[-4:]}.", "sk-live and other words"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert text == Secret(KEY).scrub(text)


@pytest.mark.parametrize("password", ["a", "none", "password", "x" * 15])
def test_parts_of_a_short_secret_stay(password: str) -> None:
    """Four letters of a password stand in any text; it is masked whole."""
    assert f"****, {password[1:]}." == Secret(password).scrub(f"{password}, {password[1:]}.") or len(password) == 1
    assert "...word" == Secret("my-password").scrub("...word")

"""A key is found in every form in which it is still one."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest

from tests.security.canary.needle import Needle, canary, runs_of

KEY = canary("sk-/+")
SHOWN = {
    "whole": f"Bearer {KEY}",
    "its beginning": f"{KEY[:12]} and no more",
    "quoted": f"?key={quote(KEY, safe='')}",
    "base64 of a login": base64.b64encode(f"user:{KEY}".encode()).decode(),
    "base64 of another login": base64.b64encode(f"me:{KEY}".encode()).decode(),
    "base64 for addresses": base64.urlsafe_b64encode(f"m:{KEY}".encode()).decode(),
    "JSON": json.dumps({"key": KEY}),
    "hex": KEY.encode().hex(),
    "masked with stars": f"sk-*****{KEY[-4:]}",
    "masked with dots": f"sk...{KEY[-4:]}",
    "told of": f"the key ending in {KEY[-4:]}",
}


@pytest.mark.parametrize("form", SHOWN)
def test_a_key_is_found(form: str) -> None:
    assert Needle(KEY).found(SHOWN[form])
    assert Needle(KEY).found(SHOWN[form].encode())


@pytest.mark.parametrize(
    "text",
    ["", "sk-", "Bearer ****", canary("sk-/+"), f"a word with {KEY[-4:]}", base64.b64encode(b"user:" + b"x" * 48).decode()],
    ids=["nothing", "a beginning", "stars", "another key", "four letters", "another's base64"],
)
def test_what_is_no_key_is_not_found(text: str) -> None:
    assert not Needle(KEY).found(text)


def test_no_two_canaries_are_alike() -> None:
    made = [canary() for _ in range(100)]

    assert len(made) == len({key[:12] for key in made}) == len({key[-6:] for key in made})


def test_eight_letters_in_a_row_are_found_and_seven_are_not() -> None:
    assert "cdefghij" == runs_of("abcdefghijkl", ["xx cdefghij xx"])
    assert not runs_of("abcdefghijkl", ["abcdefg-bcdefgh-cdefghi"])

"""Every incident of LiteLLM is played, or has a reason why not yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.security.incidents.figures import LITELLM, numbers
from tests.security.incidents.later import LATER, PLAYED


def test_each_number_has_one_place() -> None:
    assert LITELLM == len(PLAYED.keys() | LATER.keys()) == len(PLAYED) + len(LATER)


@pytest.mark.parametrize("number", PLAYED)
def test_what_is_said_to_be_played_is_named_there(number: str) -> None:
    text = (Path(__file__).parent / f"{PLAYED[number]}.py").read_text(encoding="utf-8")

    assert number in numbers()
    assert number.removeprefix("CVE-").replace("-", "_") in text

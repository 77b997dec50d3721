"""The harness finds a key in each place: a library that leaks everywhere is reported by every channel."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.contract.values import KEY
from tests.security.canary.channel import Cell
from tests.security.canary.figures import CANNOT_LEAK
from tests.security.canary.layered import LAYERS
from tests.security.canary.planted.careless import Careless
from tests.security.canary.planted.subject import Leaky
from tests.security.canary.play import NEUTRAL, play
from tests.security.canary.rows import EchoingStand, Place, look, places
from tests.security.canary.rows import found as found_in_row

SLOW = ("errors: rich traceback", "objects: objects of the library", "objects: rich")
CHANNELS = tuple(channel for channel in NEUTRAL if not str(channel).startswith(SLOW))


def outcomes(cells: list[Cell]) -> dict[str, str]:
    return {str(cell.channel): cell.outcome for cell in cells}


@contextmanager
def unreported() -> Iterator[None]:
    """Keep what is logged out of the test runner's report, which cannot hold the odd characters of some keys."""
    root = logging.getLogger()
    own = [handler for handler in root.handlers if type(handler).__module__.startswith("_pytest")]
    for handler in own:
        root.removeHandler(handler)
    yield
    for handler in own:
        root.addHandler(handler)


def test_a_library_that_leaks_everywhere_is_reported_by_every_channel() -> None:
    with unreported():
        found = outcomes(play(Leaky(), CHANNELS))

    assert CANNOT_LEAK == {name for name, outcome in found.items() if outcome == "clean"}
    assert all("token server" in name for name, outcome in found.items() if outcome == "none")


def test_a_key_in_the_question_the_model_and_the_tenant_is_reported_by_every_layer() -> None:
    found = outcomes(play(Careless(), LAYERS))

    assert Careless.silent == {name for name, outcome in found.items() if outcome != "leak"}


@pytest.mark.parametrize(
    ("channel", "change"),
    [
        ("more headers than one", {"headers": {"X-Copy": f"again {KEY}"}}),
        ("the address", {"base_url": f"https://api.example.com/{KEY}/v1"}),
        ("the client and what it made ready", {"headers": {"X-Copy": KEY}}),
    ],
)
def test_a_row_that_puts_its_key_elsewhere_is_reported(channel: str, change: dict[str, Any]) -> None:
    place = next(place for place in places() if place.name == "deepinfra openai_chat")
    row = place.way.row.replace(**change)

    assert "leak" == shown(place, row)[channel]


def shown(place: Place, row: Any) -> dict[str, str]:
    from llmkit import LLMKit

    stand = EchoingStand()
    way = msgspec.structs.replace(place.way, row=row)
    try:
        with tempfile.TemporaryDirectory() as folder:
            found = dict(
                look(
                    replace(place, way=way),
                    stand,
                    Path(folder),
                    lambda: LLMKit(providers=[row], keys={row.name: KEY}, transport=stand, retries=0),
                )
            )
    finally:
        stand.close()
    return {name: "leak" if any(found_in_row(text) for _, text in sinks) else "clean" for name, sinks in found.items()}

"""No key comes out of LLMKit: a well-chosen part of what `python -m tests.security check keys` plays."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from tests.security.canary.figures import table
from tests.security.canary.ours import subjects
from tests.security.canary.play import NEUTRAL, leaks, play
from tests.security.canary.schemes import GIVEN
from tests.security.canary.test_planted import CHANNELS

NEUTRAL_MODULES = (
    *("answers", "bad_keys", "channel", "echoes", "errors", "frames", "hearing", "needle"),
    *("objects", "play", "server", "stage", "subject", "walking", "wire"),
)
SOME_ECHOES = (
    "401 with the key masked",
    "401 with the key in base64",
    "401 with the key in a header",
    "200 with an error",
    "a stream that ends",
)
SOME_SPOILED = ("a NUL", "bytes", "a zero-width space")
USUAL = tuple(
    channel
    for channel in CHANNELS
    if channel.group in ("objects", "errors", "logs")
    or channel.name.startswith((*SOME_ECHOES, *SOME_SPOILED, "307", "the ", "a proxy", "more headers"))
)
SHORT = ("all attributes", "vars", "the body", "the address", "more headers", "a token server's 2", "401 with the key in a header")
BRIEF = tuple(channel for channel in CHANNELS if channel.name.startswith(SHORT))


def test_no_channel_shows_the_key_that_stands_in_the_usual_header() -> None:
    cells = play(subjects("Authorization: Bearer")[0], USUAL)

    assert [] == list(leaks(cells))
    assert {"http.client is not used", "no such method"} >= {cell.why for cell in cells if cell.outcome == "none"}


@pytest.mark.parametrize(
    "way", ["AWS signature: session token", "OAuth, form", "azure: client_secret", "the environment", "a proxy's password"]
)
def test_no_channel_shows_a_key_that_is_given_in_another_way(way: str) -> None:
    assert [] == list(leaks(play(subjects(way)[0], BRIEF)))


def test_no_variable_holds_what_a_token_is_exchanged_for_while_its_server_is_waited_for() -> None:
    """A monitor that dumps all stacks of a program that hangs writes them into a log."""
    stacks = [channel for channel in CHANNELS if channel.name.startswith("all stacks")]

    assert [] == list(leaks(play(subjects("OAuth, form")[0], stacks)))


def test_there_are_as_many_channels_and_ways_as_promised() -> None:
    assert len(NEUTRAL) >= 72
    assert len({given.name for given in GIVEN}) == len(GIVEN) >= 40
    assert len({str(channel) for channel in NEUTRAL}) == len(NEUTRAL)


@pytest.mark.parametrize("module", NEUTRAL_MODULES)
def test_what_is_played_with_other_libraries_needs_the_standard_library_alone(module: str) -> None:
    """It runs in environments in which LLMKit is not installed; rich may be missing there."""
    source = (Path(__file__).parent / f"{module}.py").read_text(encoding="utf-8")
    names = [
        name
        for node in ast.walk(ast.parse(source))
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [a.name for a in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    ]
    own = {f"tests.security.canary.{name}" for name in NEUTRAL_MODULES}

    assert {"rich"} >= {name.partition(".")[0] for name in names if name not in own} - sys.stdlib_module_names


def test_the_table_has_a_row_for_each_channel() -> None:
    cells = play(subjects("a Secret")[0], BRIEF[:2])

    assert [[str(channel), "clean"] for channel in BRIEF[:2]] == table(cells, BRIEF[:2])

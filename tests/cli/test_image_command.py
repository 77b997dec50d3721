"""`llmkit image` writes pictures, and shows them where a terminal can."""

from __future__ import annotations

import base64
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from llmkit.cli.pictures import half_blocks, kitty, way_of
from llmkit.cli.sixel import sixels
from llmkit.testing import FakeHost
from llmkit.testing.host import form_of

from .conftest import Run, write_settings

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
ANSWER = {"data": [{"b64_json": base64.b64encode(PNG).decode()}], "usage": {"input_tokens": 1200, "output_tokens": 34}}


@pytest.fixture
def host(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHost]:
    """Two makers of pictures with keys in the environment and their address in the user's configuration."""
    with FakeHost() as host:
        tables = [f'[providers.{name}]\nbase_url = "{host.url}"\n' for name in ("openai", "replicate")]
        write_settings(home, "\n".join(tables))
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-image")
        monkeypatch.setenv("REPLICATE_API_TOKEN", "sk-test-image")
        monkeypatch.chdir(home)
        yield host


def test_the_picture_is_written_by_its_type_and_its_path_printed(run: Run, host: FakeHost, home: Path) -> None:
    host.on("POST /images/generations", ANSWER)

    outcome = run("image", "a", "cat", "-m", "openai/gpt-image-1.5", "-o", "pictures", "--size", "1024x1024", "--quality", "low", "--usage")

    assert (0, "pictures/image-1.png\n") == (outcome.code, outcome.out), outcome.err
    assert PNG == (home / "pictures" / "image-1.png").read_bytes()
    assert {"model": "gpt-image-1.5", "prompt": "a cat", "size": "1024x1024", "quality": "low"} == host.requests[0].json
    assert "1,200 tokens in, 34 out" in outcome.err


def test_a_file_is_written_under_the_name_that_was_asked_for(run: Run, host: FakeHost, home: Path) -> None:
    (home / "photo.png").write_bytes(PNG)
    host.on("POST /images/edits", ANSWER)

    outcome = run("image", "make it night", "-m", "openai/gpt-image-1.5", "-i", "photo.png", "--mask", "photo.png", "-o", "night.png")

    assert (0, "night.png\n") == (outcome.code, outcome.out), outcome.err
    assert ["model", "prompt", "image", "mask"] == [name for name, *_ in form_of(host.requests[0])]


def test_a_job_is_fetched_by_its_id(run: Run, host: FakeHost, home: Path) -> None:
    """What was begun before is not begun again."""
    data = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    host.on("GET /predictions/p1", {"id": "p1", "status": "succeeded", "output": [data]})

    outcome = run("image", "--job", "image:replicate/a/b:p1")

    assert (0, PNG) == (outcome.code, Path(outcome.out.strip()).read_bytes()), outcome.err


WRONG = {
    "nothing to draw": ([], "Write what to draw"),
    "no model": (["a cat"], "Which model"),
    "a job and a prompt": (["a cat", "--job", "image:a/b:c"], "stands alone"),
    "no job": (["--job", "p1"], "is no id of a job"),
    "no file": (["a cat", "-m", "openai/gpt-image-1.5", "-i", "gone.png"], "There is no file"),
    "too many": (["a cat", "-m", "openai/gpt-image-1.5", "-n", "11"], "from 1 to 10"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_and_nothing_is_sent(case: str, run: Run, host: FakeHost) -> None:
    arguments, words = WRONG[case]

    outcome = run("image", *arguments)

    assert outcome.code != 0
    assert words in outcome.err
    assert [] == host.requests


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_of_kitty_s_kind_shows_it(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    """The picture goes to it as it is."""
    from .terminal import Terminal

    host.on("POST /images/generations", ANSWER)
    monkeypatch.setenv("TERM", "xterm-kitty")

    with Terminal("image", "a cat", "-m", "openai/gpt-image-1.5") as terminal:
        terminal.see("image-1.png")
        assert 0 == terminal.exit_code()

    assert b"\x1b_Ga=T,f=100" in terminal.raw


TERMINALS = {
    "kitty": ({"TERM": "xterm-kitty"}, "kitty"),
    "ghostty": ({"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, "kitty"),
    "foot": ({"TERM": "foot"}, "sixel"),
    "colours": ({"TERM": "xterm-256color"}, "blocks"),
    "true colours": ({"TERM": "xterm", "COLORTERM": "truecolor"}, "blocks"),
    "kitty behind tmux": ({"TERM": "screen-256color", "TMUX": "1", "KITTY_WINDOW_ID": "1"}, "blocks"),
    "few colours": ({"TERM": "xterm"}, ""),
    "none": ({}, ""),
    "dumb": ({"TERM": "dumb", "COLORTERM": "truecolor"}, ""),
    "no colour wanted": ({"TERM": "xterm-kitty", "NO_COLOR": "1"}, ""),
}


@pytest.mark.parametrize("case", TERMINALS)
def test_the_way_goes_by_what_the_terminal_can(case: str) -> None:
    environment, way = TERMINALS[case]

    assert way == way_of(environment)


@settings(max_examples=25)
@given(some.binary(max_size=20_000))
def test_a_picture_for_kitty_is_cut_into_pieces_that_come_to_it(data: bytes) -> None:
    """No piece is longer than the protocol allows, and the last alone says that it is."""
    pieces = list(kitty(data, 40))[:-1]
    found = [re.fullmatch(r"\x1b_G([^;]*);([A-Za-z0-9+/=]*)\x1b\\", piece) for piece in pieces]

    assert base64.b64decode("".join([piece[2] for piece in found if piece])) == data
    assert all(piece is not None and len(piece[2]) <= 4096 for piece in found)
    assert [piece[1].endswith("m=0") for piece in found if piece] == [False] * (len(pieces) - 1) + [True] * bool(pieces)


COLOURS = some.tuples(*[some.integers(0, 255)] * 3)
PICTURES = some.integers(1, 9).flatmap(
    lambda width: some.lists(some.lists(COLOURS, min_size=width, max_size=width), min_size=1, max_size=9)
)


@settings(max_examples=25)
@given(PICTURES)
def test_half_blocks_hold_every_pixel(pixels: list[list[tuple[int, int, int]]]) -> None:
    """Two rows in a line; the last row stands twice where there is an odd one."""
    lines = list(half_blocks(pixels))
    colours = [[tuple(map(int, cell)) for cell in re.findall(r"48;2;(\d+);(\d+);(\d+)m▀", line)] for line in lines]
    above = [[tuple(map(int, cell)) for cell in re.findall(r"38;2;(\d+);(\d+);(\d+)m", line)] for line in lines]

    assert pixels[::2] == above
    assert (pixels[1::2] if len(pixels) % 2 == 0 else [*pixels[1::2], pixels[-1]]) == colours
    assert all(line.endswith("\x1b[0m\n") for line in lines)


@settings(max_examples=25)
@given(PICTURES)
def test_sixels_paint_every_pixel_once_in_its_nearest_colour(pixels: list[list[tuple[int, int, int]]]) -> None:
    """Read back, the bands are the picture in 216 colours."""
    text = sixels(pixels)
    palette = {int(index): [int(part) for part in rgb.split(";")] for index, rgb in re.findall(r"#(\d+);2;(\d+;\d+;\d+)", text)}
    body = re.sub(r'^\x1bPq"[\d;]*(#\d+;2;\d+;\d+;\d+)*|\x1b\\\n$', "", text)
    painted: dict[tuple[int, int], int] = {}
    for band, content in enumerate(body.split("-")):
        for paint in content.split("$"):
            colour, _, runs = re.fullmatch(r"#(\d+)()(.*)", paint, re.S).groups()  # type: ignore[union-attr]  # a mismatch fails the test
            letters = re.sub(r"!(\d+)(.)", lambda run: run[2] * int(run[1]), runs)
            for place, letter in enumerate(letters):
                for bit in range(6):
                    if (ord(letter) - 63) >> bit & 1:
                        assert painted.setdefault((band * 6 + bit, place), int(colour)) == int(colour)

    assert {(row, place) for row in range(len(pixels)) for place in range(len(pixels[0]))} == set(painted)
    for (row, place), colour in painted.items():
        assert all(abs(part - value / 2.55) <= 11 for part, value in zip(palette[colour], pixels[row][place], strict=True))

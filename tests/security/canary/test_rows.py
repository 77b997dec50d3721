"""The key of each provider stands in one header and nowhere else; here of a few, by `python -m tests.security check keys` of all."""

from __future__ import annotations

from tests.rows import ROWS
from tests.security.canary.play import leaks
from tests.security.canary.rows import places, play

CHOSEN = ("bedrock bedrock_converse", "google gemini", "serper")


def test_no_row_shows_its_key() -> None:
    cells = play([place for place in places() if place.name in CHOSEN])

    assert [] == list(leaks(cells))
    assert len(CHOSEN) == len({cell.scheme for cell in cells})


def test_every_row_is_played_that_is_asked_over_the_network() -> None:
    assert {row.name for row in ROWS if row.engine == "http"} == {place.way.row.name for place in places()}

"""A full disk costs no answer and spoils no file."""

from __future__ import annotations

import pytest

from tests.security.hostile.disk import LAYERS, Written, layered, saved


@pytest.mark.parametrize("name", LAYERS)
def test_what_is_kept_survives_a_full_disk(name: str) -> None:
    found = layered(name, 100)

    assert not found.wrong, found


def test_a_saved_file_is_whole_or_not_there() -> None:
    assert Written("saved file, 4096 bytes", ("SaveFailed",), ()) == saved(4096)


@pytest.mark.parametrize(("outcomes", "damage"), [(("answer", "!OSError: no"), ()), (("answer",), ("cache.db: malformed",))])
def test_an_untyped_error_or_a_damaged_file_is_found_out(outcomes: tuple[str, ...], damage: tuple[str, ...]) -> None:
    assert Written("planted", outcomes, damage).wrong

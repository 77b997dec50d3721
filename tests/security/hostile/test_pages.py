"""Pages of ours run nothing and load nothing."""

from __future__ import annotations

import pytest

from tests.security.hostile.attacks import HTML
from tests.security.hostile.display import ADDRESS
from tests.security.hostile.pages import each_alone, hostile_pages, opened, policed


def test_no_attack_becomes_an_element() -> None:
    assert () == opened([*hostile_pages(ADDRESS), *each_alone(ADDRESS)], None).strange


def test_a_page_forbids_what_it_does_not_bring_along() -> None:
    page, without = hostile_pages(ADDRESS)

    assert policed(page)
    assert not policed(without)


@pytest.mark.parametrize(
    "attack", [one for one in HTML if one.startswith(("<script", "<img", "<svg", "<iframe", "<meta", "<base", "<form"))]
)
def test_an_attack_is_seen(attack: str) -> None:
    assert opened([f"<html><body>{attack}</body></html>"], None).strange

"""What the package holds is what the lines say, and the lines pass every guard."""

from __future__ import annotations

import pytest

from llmkit.models.shards import Shards
from llmkit.types.model_info import Evidence
from tools.registry import guards, lines
from tools.registry.build import LARGEST, PACKED, as_of
from tools.registry.catalogue import canonical
from tools.registry.fact import Fact


@pytest.fixture(scope="module")
def committed() -> list[Fact]:
    return lines.read()


def test_the_package_holds_exactly_the_lines(committed: list[Fact]) -> None:
    """Built files that lag behind their source would price with figures that nobody reviewed."""
    shards = Shards(PACKED)

    infos = [info for provider in shards.header.shards for info in shards.rows(provider)]
    evidence = [
        found for shard in shards.header.shards.values() for place in shard.evidence for found in shards._read(place, list[Evidence])
    ]

    assert [fact.info for fact in committed] == infos
    assert [fact.evidence for fact in committed] == evidence
    assert as_of(committed) == shards.header.as_of
    assert len(committed) == shards.header.models


def test_the_lines_pass_every_guard(committed: list[Fact]) -> None:
    """The build refuses faults; so does a change that forgot to build."""
    assert [] == [*guards.faults(committed), *guards.unnamed(committed, canonical())]


def test_the_registry_is_as_large_and_as_small_as_promised(committed: list[Fact]) -> None:
    """Entries and prices are what users come for, bytes what they pay."""
    priced = sum(fact.info.price is not None for fact in committed)

    assert len(committed) >= 19_000
    assert priced >= 15_900
    assert PACKED.stat().st_size <= LARGEST

"""Every way into every provider: a row, one of its routes, and a model that takes it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from llmkit.providers.catalog import KINDS, rows_of
from llmkit.providers.provider import Provider, Route
from tests.rows import ROWS


class Way(msgspec.Struct, frozen=True):
    """One way in. `asked` is the dialect that a caller must name, where no model id leads there by itself."""

    row: Provider
    route: Route
    model: str
    asked: str | None = None

    @property
    def name(self) -> str:
        return f"{self.row.name} {self.route.dialect}{' ' + self.model if self.route.models else ''}"


def ways(rows: tuple[Provider, ...] = ROWS) -> Iterator[Way]:
    """Yield the ways into every row that can be called over HTTP."""
    for row in rows:
        if row.ended or row.engine != "http":
            continue
        if row.dialect:
            yield Way(row, row.own_route, _model(row.dialect))
        for route in row.routes:
            claimed = route.models[0].replace("*", "example") if route.models else ""
            yield Way(row, route, claimed or _model(route.dialect), None if claimed else route.dialect)


def kinds() -> dict[str, list[Way]]:
    """Return the ways into the rows of each kind that has any."""
    found = {kind: list(ways(tuple(rows_of(kind).values()))) for kind in KINDS}
    return {name: all_ways for name, all_ways in found.items() if all_ways}


def _model(dialect: str) -> str:
    return "example/model" if dialect == "predictions" else "example-model"

"""What is odd about an API, as values: small edits of the body just before it is sent."""

from __future__ import annotations

from typing import Any, TypeAlias

from llmkit.types.model import Model
from llmkit.types.warnings import Warning

Body: TypeAlias = dict[str, Any]


class Rename(Model, frozen=True, kw_only=True, tag=True):
    """The API knows `field` as `to`."""

    field: str
    to: str
    source: str

    def apply(self, body: Body, warnings: list[Warning]) -> None:
        """Rename the field where it is present, at its place in the order."""
        if self.field in body:
            items = [(self.to if key == self.field else key, value) for key, value in body.items()]
            body.clear()
            body.update(items)


class Drop(Model, frozen=True, kw_only=True, tag=True):
    """The API refuses `field` (or refuses it unless it equals `unless`)."""

    field: str
    source: str
    unless: Any = None

    def apply(self, body: Body, warnings: list[Warning]) -> None:
        """Remove the field and say so."""
        if self.field in body and (self.unless is None or body[self.field] != self.unless):
            del body[self.field]
            warnings.append(Warning(kind="dropped", parameter=self.field, detail="this API does not take it"))


class Clamp(Model, frozen=True, kw_only=True, tag=True):
    """The API takes `field` only between `low` and `high`."""

    field: str
    low: float
    high: float
    source: str

    def apply(self, body: Body, warnings: list[Warning]) -> None:
        """Move the value to the nearest bound and say so."""
        value = body.get(self.field)
        if isinstance(value, int | float) and not self.low <= value <= self.high:
            body[self.field] = nearest = min(max(value, self.low), self.high)
            detail = f"{value:g} became {nearest:g}: this API takes {self.low:g} to {self.high:g}"
            warnings.append(Warning(kind="clamped", parameter=self.field, detail=detail))


class MapValue(Model, frozen=True, kw_only=True, tag=True):
    """The API spells `field`'s value `old` as `new`."""

    field: str
    old: str
    new: str
    source: str

    def apply(self, body: Body, warnings: list[Warning]) -> None:
        """Replace the value where it is `old`."""
        if body.get(self.field) == self.old:
            body[self.field] = self.new


Quirk: TypeAlias = Rename | Drop | Clamp | MapValue

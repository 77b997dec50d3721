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


class Omit(Model, frozen=True, kw_only=True, tag=True):
    """The API has `field` in another place (the path, a header), or does without it; nothing is lost by leaving it out."""

    field: str
    source: str

    def apply(self, body: Body, warnings: list[Warning]) -> None:
        """Remove the field."""
        body.pop(self.field, None)


class Put(Model, frozen=True, kw_only=True, tag=True):
    """The API demands `field`; where the request has none it is `value`, in which `{setting}` stands for the setting."""

    field: str
    value: Any
    source: str

    def apply(self, body: Body, warnings: list[Warning]) -> None:
        """Add the field, unless a setting it needs is not there."""
        if self.field not in body and not (isinstance(self.value, str) and "{" in self.value):
            body[self.field] = self.value


class Prefix(Model, frozen=True, kw_only=True, tag=True):
    """The API wants `prefix` before the text of `field`; `{setting}` in it stands for the setting."""

    field: str
    prefix: str
    source: str
    unless: str = "\0"
    """A text that begins so has a prefix already."""

    def apply(self, body: Body, warnings: list[Warning]) -> None:
        """Put the prefix where it is missing."""
        value = body.get(self.field)
        if isinstance(value, str) and not value.startswith((self.prefix, self.unless)):
            body[self.field] = self.prefix + value


Quirk: TypeAlias = Rename | Drop | Clamp | MapValue | Omit | Put | Prefix

"""The columns of a table of models: how each is written, and its value for programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import click

from llmkit.cli.amounts import UNKNOWN, short_count, trimmed
from llmkit.cli.listed_prices import input_cell, output_cell, rate_cell, rated
from llmkit.models.search import blend

if TYPE_CHECKING:
    from llmkit.types.model_info import ModelInfo

__all__ = ["COLUMNS", "DEFAULT", "Column", "abilities", "read_columns"]

Value = str | int | Decimal | bool | None
_ABILITIES = {"tools": "tools", "vision": "vision", "reasoning": "thinking", "structured_output": "json", "web_search": "web"}
"""Abilities that a table shows, and the word for each."""


class Column(NamedTuple):
    """One column. `cell` is for people, `value` for programs; without a `cell` the value is shown."""

    title: str
    about: str
    value: Callable[[ModelInfo], Value]
    cell: Callable[[ModelInfo], str] | None = None
    right: bool = False
    narrow: int = 0
    """At a narrow terminal it may be cut to so many cells; 0: it is never cut."""

    def text(self, info: ModelInfo) -> str:
        """Return the words for a table."""
        if self.cell is not None:
            return self.cell(info)
        value = self.value(info)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return UNKNOWN if value is None or value == "" else str(value)


def abilities(info: ModelInfo) -> str:
    """Return the main abilities that are known, in a few words."""
    return " ".join([word for ability, word in _ABILITIES.items() if info.supports(ability)]) or UNKNOWN


def _rate(rate: str, title: str, about: str) -> Column:
    return Column(title, f"{about}, USD per million tokens", lambda info: rated(info, rate), lambda info: rate_cell(info, rate), right=True)


def _tokens(field: str, title: str, about: str) -> Column:
    return Column(title, about, lambda info: getattr(info, field), lambda info: short_count(getattr(info, field)), right=True)


def _plain(field: str, title: str, about: str, narrow: int = 0) -> Column:
    return Column(title, about, lambda info: getattr(info, field), narrow=narrow)


def _words(field: str, title: str, about: str) -> Column:
    return Column(title, about, lambda info: " ".join(getattr(info, field)), narrow=10)


COLUMNS: dict[str, Column] = {
    "model": _plain("model", "MODEL", "provider/id", 34),
    "provider": _plain("provider", "PROVIDER", "who serves it", 10),
    "id": _plain("id", "ID", "the provider's id", 24),
    "name": _plain("name", "NAME", "its name for people", 14),
    "family": _plain("family", "FAMILY", "the family it belongs to", 10),
    "mode": _plain("mode", "MODE", "chat, embedding, image ..."),
    "status": _plain("status", "STATUS", "active, beta, deprecated, retired, unlisted"),
    "context": _tokens("context_window", "CONTEXT", "context window in tokens"),
    "max-input": _tokens("max_input", "MAX IN", "most tokens of input"),
    "max-output": _tokens("max_output", "MAX OUT", "most tokens of output"),
    "dimensions": Column("DIMENSIONS", "length of its embeddings", lambda info: info.dimensions, right=True),
    "input": Column(
        "IN $/M", "price of input, USD per million tokens or as it says", lambda info: rated(info, "input"), input_cell, right=True
    ),
    "output": Column(
        "OUT $/M", "price of output, USD per million tokens or as it says", lambda info: rated(info, "output"), output_cell, right=True
    ),
    "cache-read": _rate("cache_read", "CACHED $/M", "price of input that is cached"),
    "cache-write": _rate("cache_write", "WRITE $/M", "price of writing to the cache"),
    "blend": Column(
        "BLEND $/M",
        "three parts input, one part output, USD per million tokens",
        lambda info: blend(info),
        lambda info: "free" if info.free else UNKNOWN if (value := blend(info)) is None else f"{value.quantize(Decimal('0.001')):f}",
        right=True,
    ),
    "currency": Column("MONEY", "the money of its price", lambda info: info.price.currency if info.price is not None else None),
    "released": _plain("release_date", "RELEASED", "when it came out"),
    "cutoff": _plain("knowledge_cutoff", "CUTOFF", "the end of what it has read"),
    "ends": _plain("deprecation_date", "ENDS", "from when it is deprecated or gone"),
    "open": _plain("open_weights", "OPEN", "whether its weights are open"),
    "can": Column("CAN", "its main abilities", lambda info: " ".join(info.can), abilities, narrow=5),
    "inputs": _words("inputs", "TAKES", "what goes in"),
    "outputs": _words("outputs", "GIVES", "what comes out"),
    "base": _plain("base_model", "BASE MODEL", "the same model at its maker", 14),
    "weights": _plain("weights", "WEIGHTS", "its id on the hub of open weights", 14),
    "source": _plain("price_source", "SOURCE", "where its price comes from"),
    "as-of": _plain("price_as_of", "AS OF", "the day of its price"),
    "seen": _plain("last_seen", "SEEN", "the newest source that lists it"),
}
DEFAULT = ("model", "context", "max-output", "input", "output", "released", "mode", "can")


def read_columns(text: str | None) -> Sequence[str]:
    """Return the names in `a,b,c`. Raises `UsageError` for one that is unknown."""
    if text is None:
        return DEFAULT
    names = [name.strip().lower().replace("_", "-") for name in text.split(",") if name.strip()]
    for name in names:
        if name not in COLUMNS:
            from llmkit.errors import nearest

            near = nearest(name, COLUMNS)
            hint = f" Did you mean {near[0]}?" if near else f" There are {', '.join(COLUMNS)}."
            raise click.BadParameter(f"no column {name!r}.{hint}", param_hint="--columns")
    if not names:
        raise click.BadParameter(f"name at least one of {', '.join(COLUMNS)}.", param_hint="--columns")
    return names


def plain_value(value: Value) -> str:
    """Return a value as text for programs: exact, and empty where it is not known."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return trimmed(value) if isinstance(value, Decimal) else str(value)

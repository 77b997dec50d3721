"""Print models: a table for people, JSON or CSV for programs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from llmkit.cli.model_columns import COLUMNS, plain_value

if TYPE_CHECKING:
    from llmkit.types.model_info import ModelInfo

__all__ = ["as_json", "entry", "print_csv", "print_models"]

_NOTE = "$/M: USD per million tokens where nothing else stands; -: not known."


def print_models(infos: Sequence[ModelInfo], names: Sequence[str], *, found: int) -> None:
    """Print a table of the first models of `found`, and on standard error what is missing in it."""
    from llmkit.cli.notices import note
    from llmkit.cli.tables import print_table

    columns = [COLUMNS[name] for name in names]
    if not infos:
        note("no model fits; --status all and --all-providers look further")
        return
    left_out = print_table(
        [column.title for column in columns],
        [[column.text(info) for column in columns] for info in infos],
        right=[place for place, column in enumerate(columns) if column.right],
        flexible={place: column.narrow for place, column in enumerate(columns) if column.narrow},
    )
    more = f"{found - len(infos):,} more of {found:,}: --limit 0 shows all" if found > len(infos) else f"{found:,} found"
    note(f"{more}; no room for {', '.join(left_out)}" if left_out else more)
    if any("$/M" in column.title for column in columns):
        note(_NOTE)


def print_csv(infos: Sequence[ModelInfo], names: Sequence[str]) -> None:
    """Print comma-separated values, exact and unrounded; empty is not known."""
    import csv

    from llmkit.cli.terminal_text import one_line

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([[one_line(plain_value(COLUMNS[name].value(info))) for name in names] for info in infos])


def entry(info: ModelInfo) -> dict[str, Any]:
    """Return all fields, those that are not known (null) and the abilities that follow from others included."""
    fields = {name: getattr(info, name) for name in info.__struct_fields__ if name not in ("can", "cannot")}
    return {"model": info.model, **fields, "capabilities": info.capabilities}


def as_json(value: Any) -> str:
    """Return indented JSON; a decimal is a number with just its digits."""
    import msgspec

    return msgspec.json.format(msgspec.json.Encoder(decimal_format="number").encode(value), indent=2).decode()

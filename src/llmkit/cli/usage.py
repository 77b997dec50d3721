"""`llmkit usage`: what calls used and cost, from the records of a meter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from llmkit.metering.records import UsageRecord
    from llmkit.metering.report import Total

__all__ = ["usage"]

_NAME = 30
"""Cells that a name keeps where the terminal is narrow."""
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def _since(context: click.Context, parameter: click.Parameter, text: str | None) -> float:
    """Return Unix seconds of a date, or of so many hours, days or weeks ago."""
    if text is None:
        return 0.0
    number, unit = text[:-1], _UNITS.get(text[-1:])
    try:
        if unit is not None and number.isascii() and number.isdigit():
            return (datetime.now(UTC) - int(number) * unit).timestamp()
        day = date.fromisoformat(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        raise click.BadParameter(f"{text!r} is neither a date such as 2026-11-01 nor a time such as 24h, 7d or 4w.") from None


@click.command(epilog="Days are those of UTC. SAVED is what caches saved: the providers' and our own.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--by",
    type=click.Choice(["day", "model", "tenant", "user", "key", "tag", "status"]),
    default="day",
    show_default=True,
    help="Add up by this.",
)
@click.option("--since", metavar="WHEN", callback=_since, help="From a date on (2026-11-01), or of the last 24h, 7d, 4w.")
@click.option("--tenant", metavar="NAME", help="Only of this tenant.")
@click.option("--model", metavar="ID", help="Only of this model.")
@click.option("--plot", is_flag=True, help="Draw bars into a pipe, too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--html", "page", metavar="FILE", help="Write a page with plots into FILE, for a browser; `-` is standard output.")
def usage(file: str, **options: Any) -> None:
    """Show what the calls recorded in FILE used and cost. A `Meter` of the client writes it: SQLite or JSON lines.

    \b
    Examples:
      llmkit usage usage.db
      llmkit usage usage.db --by model --since 7d
      llmkit usage usage.jsonl --by tenant --since 2026-11-01 --json
      llmkit usage usage.db --since 4w --html usage.html
    """
    from llmkit.errors import StoreUnavailable
    from llmkit.metering.report import Records, totals

    found = Records(Path(file))
    wanted = [(name, options[name]) for name in ("tenant", "model") if options[name] is not None]
    try:
        kept = (record for record in found.since(options["since"]) if all(getattr(record, name) == value for name, value in wanted))
        if options["page"] is not None:
            _write_page(options["page"], kept, f"Usage: {Path(file).name}")
            return
        rows, whole = totals(kept, options["by"])
    except (OSError, StoreUnavailable) as error:
        raise click.ClickException(f"{file} cannot be read: {error}.") from None
    if options["as_json"]:
        from llmkit.cli.model_listing import as_json

        print(as_json({"by": options["by"], "groups": [_told(row) for row in rows], "all": _told(whole), "skipped_lines": found.skipped}))
        return
    _print(rows, whole, options)
    if found.skipped:
        print(f"{found.skipped:,} lines are no records of usage.")


def _write_page(target: str, records: Iterable[UsageRecord], title: str) -> None:
    """Write the page, readable by its owner alone: it names tenants. Nothing but such a page is ever written over."""
    from llmkit.cli.private_files import write_private
    from llmkit.metering.page import usage_page

    path = Path(target)
    if target != "-" and path.exists() and not _is_page(path):
        raise click.UsageError(f"{target} exists and is no page of HTML; nothing was written.")
    page = usage_page(records, title=title)
    if target == "-":
        print(page, end="")
        return
    try:
        write_private(path, page.encode(), overwrite=path.exists())
    except OSError as error:
        raise click.ClickException(f"{target} cannot be written: {error.strerror or error}.") from None


def _is_page(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(15).upper() == b"<!DOCTYPE HTML>"


def _told(total: Total) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(total)


def _print(rows: Sequence[Total], whole: Total, options: dict[str, Any]) -> None:
    from llmkit.cli.screen import is_terminal
    from llmkit.cli.tables import print_table

    if not rows:
        print("No calls are recorded.")
        return
    titles = [options["by"].upper(), "CALLS", "FAILED", "HITS", "INPUT", "CACHED", "OUTPUT", "COST", "SAVED"]
    lines = [_cells(row) for row in (*rows, *([whole] if len(rows) > 1 else []))]
    print_table(titles, lines, right=range(1, len(titles)), flexible={0: _NAME}, keep=len(titles) - 1)
    if whole.unpriced:
        print(f"+ leaves out calls whose cost is not known: {whole.unpriced:,}")
    if whole.estimated:
        print(f"~ counts tokens here, of streams that were not read to their end: {whole.estimated:,}")
    if whole.hedged:
        print(f"second requests of calls that were hedged are in it: {whole.hedged:,}")
    if (options["plot"] or is_terminal()) and len(rows) > 1:
        print()
        print("\n".join(_bars(rows)))


def _cells(total: Total) -> list[str]:
    from llmkit.cli.amounts import UNKNOWN, money

    share = f"{total.cache_read / total.input:.0%}" if total.input else UNKNOWN
    return [
        total.name,
        f"{total.calls:,}",
        f"{total.failed:,}",
        f"{total.hits:,}",
        f"{total.input:,}",
        share,
        f"{total.output:,}",
        _cost(total),
        money(total.saved) if total.saved else UNKNOWN,
    ]


def _cost(total: Total) -> str:
    from llmkit.cli.amounts import UNKNOWN, money

    if total.unpriced == total.calls:
        return UNKNOWN
    return f"{'~' if total.estimated else ''}{money(total.cost)}{'+' if total.unpriced else ''}"


def _bars(rows: Sequence[Total]) -> list[str]:
    from llmkit.cli.charts import Bar, bars
    from llmkit.cli.screen import columns, style

    drawn = [Bar(row.name, float(row.cost), _cost(row)) for row in rows]
    return [style("cost", "bold"), *bars(drawn, columns() or 100)]

"""Print costs: a table and bars for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from llmkit.cli.amounts import UNKNOWN, money
from llmkit.cli.cost_lines import CostLine
from llmkit.cli.terminal_text import one_line
from llmkit.cli.usage_log import Fault

__all__ = ["print_costs", "print_faults", "report"]

_FAULTS = 5
_NAME = 34
"""Cells that a model's id keeps where the terminal is narrow."""


def print_costs(lines: Sequence[CostLine], *, calls: int, chart: bool, of_log: bool = False) -> None:
    """Print a line for each model, and bars below."""
    from llmkit.cli.screen import style
    from llmkit.cli.tables import print_table

    columns: dict[str, list[str]] = {"MODEL": [line.model for line in lines]}
    if of_log:
        columns["ANSWERS"] = [f"{line.requests:,}" for line in lines]
    columns["INPUT"] = [f"{'~' if line.usage.source == 'estimated' else ''}{line.usage.input:,}" for line in lines]
    columns["OUTPUT"] = [f"{line.usage.output:,}" for line in lines]
    columns["COST" if of_log else "ONE CALL"] = [_cost(line, 1) for line in lines]
    if calls != 1:
        columns[f"TIMES {calls:,}"] = [_cost(line, calls) for line in lines]
    columns["PRICES OF"] = [_basis(line) for line in lines]
    numbers = range(1, len(columns) - 1)
    rows = list(zip(*columns.values(), strict=True))
    print_table(list(columns), rows, right=numbers, flexible={0: _NAME}, keep=len(columns) - 1)
    for line in lines:
        if line.reason:
            whole = "not known" if line.amount is None else f"not known of {line.unpriced:,}"
            print(one_line(f"{whole}: {line.model}: {line.reason}"))
    drawn = [line for line in lines if line.amount is not None and line.currency == "USD"]
    if chart and len(drawn) > 1:
        print()
        title = "cost" if calls == 1 else f"cost times {calls:,}"
        print(style(title, "bold"))
        print("\n".join(_bars(drawn, calls)))


def _cost(line: CostLine, calls: int) -> str:
    if line.amount is None:
        return UNKNOWN
    return f"{money(line.amount * calls, line.currency)}{'+' if line.unpriced else ''}"


def _basis(line: CostLine) -> str:
    if line.amount is None:
        return UNKNOWN
    return "the log" if line.basis == "provider" else line.as_of or "not known"


def _bars(lines: Sequence[CostLine], calls: int) -> list[str]:
    from llmkit.cli.charts import Bar, bars
    from llmkit.cli.screen import columns

    width = (columns() or 80) - 1
    return bars([Bar(line.model, float((line.amount or 0) * calls), _cost(line, calls)) for line in lines], width)


def print_faults(faulty: int, faults: Sequence[Fault], read: int) -> None:
    """Say on standard error which lines of a log were not counted."""
    from llmkit.cli.notices import note, warn

    if not faulty:
        note(f"{read:,} answers read")
        return
    warn(f"{faulty:,} of {faulty + read:,} lines tell no usage and are not counted:")
    for fault in faults[:_FAULTS]:
        note(f"  line {fault.line}: {fault.reason}")
    if faulty > _FAULTS:
        note(f"  and {faulty - _FAULTS:,} more (--json names the first 100)")


def report(lines: Sequence[CostLine], calls: int) -> list[dict[str, Any]]:
    """Return the lines for programs; what is not known is null."""
    return [
        {
            "model": line.model,
            "answers": line.requests,
            "input_tokens": line.usage.input,
            "output_tokens": line.usage.output,
            "cached_tokens": line.usage.cache_read,
            "estimated_tokens": line.usage.source == "estimated",
            "estimate_error": line.error,
            "cost": line.amount,
            "total": None if line.amount is None else line.amount * Decimal(calls),
            "currency": None if line.amount is None else line.currency,
            "basis": line.basis or None,
            "as_of": line.as_of,
            "unpriced": line.unpriced,
            "reason": line.reason or None,
        }
        for line in lines
    ]

"""What all commands of one question print: a line while it runs, warnings and cost after it, and the whole answer as JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from llmkit.cli.terminal_text import one_line

if TYPE_CHECKING:
    from llmkit.types.reply import Reply

__all__ = ["after", "lines_of", "print_json", "working"]


@contextmanager
def working(text: str) -> Iterator[None]:
    """Show a line at the terminal while something runs, and take it away when it is over."""
    shown = sys.stderr.isatty()
    if shown:
        print(f"\r\x1b[K{one_line(text)} ...", end="", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        if shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def after(reply: Reply, usage: bool) -> None:
    """Print warnings, and with `usage` what was used and what it cost, on standard error."""
    from llmkit.cli.notices import note, warn

    for warning in reply.warnings:
        if usage or not (warning.kind == "unknown" and warning.parameter == "cost"):
            warn(str(warning))
    if usage:
        used = [f"{amount:g} {unit}" for unit, amount in reply.units.items()]
        if reply.usage is not None:
            used.append(f"{reply.usage.total:,} tokens")
        note(", ".join([*used, "cost unknown" if reply.cost is None else f"cost {reply.cost}"]))


def print_json(reply: Reply, *without: str) -> None:
    """Print the answer as JSON, without the provider's own body and the fields `without`."""
    from llmkit.cli.model_listing import as_json

    fields: dict[str, Any] = {name: value for name, value in reply.to_dict().items() if name not in ("raw", *without)}
    print(as_json(fields))


def lines_of(name: str) -> list[str]:
    """Return the lines of a file that say something; `-` is standard input. Raises `InvalidRequest` where it cannot be read."""
    from llmkit.errors import InvalidRequest

    problem = ""
    try:
        if name == "-":
            text = sys.stdin.read()
        else:
            with open(name, encoding="utf-8") as file:
                text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        problem = str(error)
    if problem:
        raise InvalidRequest(f"{name} cannot be read: {problem}.", parameter="file")
    return [line.strip() for line in text.splitlines() if line.strip()]

"""The tables of docs/models.md, made from the registry: `python -m tests.models.table --write`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from llmkit.cli.amounts import short_count
from llmkit.cli.listed_prices import input_cell, output_cell, rate_cell
from llmkit.cli.model_columns import abilities
from llmkit.models.registry import Registry
from llmkit.types.model_info import ModelInfo
from tests.rows import ROWS

PAGE = Path(__file__).parents[2] / "docs" / "models.md"
BEGIN, END = "<!-- begin of the table -->", "<!-- end of the table -->"
MONTHS = 18
"""A maker's models that came out in so many months before the newest source are listed."""


def page(text: str, registry: Registry) -> str:
    """Return the page with the tables written anew."""
    head, _, rest = text.partition(BEGIN)
    return f"{head.rstrip()}\n\n{BEGIN}\n{tables(registry)}{END}{rest.partition(END)[2] or chr(10)}"


def tables(registry: Registry) -> str:
    infos = list(registry)
    priced = sum(1 for info in infos if is_priced(info))
    lines = [
        f"## What is known as of {registry.as_of}",
        "",
        f"{len(infos):,} models at {len(registry.providers())} providers, {priced:,} of them priced (free or paid by a plan included).",
        "",
        "| mode | models | priced |",
        "|---|--:|--:|",
        *by_mode(infos),
        "",
        "### By provider",
        "",
        "*Prices of*: the newest day of a price. In brackets: it cannot be called from here.",
        "",
        "| provider | models | priced | prices of |",
        "|---|--:|--:|---|",
        *by_provider(registry, infos),
        "",
        "### Newer models of their makers",
        "",
        f"Chat models that their makers serve, released since {since(registry.as_of)}. USD per million tokens; - is not known.",
        "",
        "| model | context | output | in | cached | out | can | released | price as of |",
        "|---|--:|--:|--:|--:|--:|---|---|---|",
        *newest(registry, infos),
    ]
    return "\n".join(lines) + "\n"


def is_priced(info: ModelInfo) -> bool:
    return info.free or info.subscription or (info.price is not None and info.price.known)


def by_mode(infos: Iterable[ModelInfo]) -> list[str]:
    known, priced = Counter[str](), Counter[str]()
    for info in infos:
        known[info.mode] += 1
        priced[info.mode] += is_priced(info)
    return [f"| {mode} | {count:,} | {priced[mode]:,} |" for mode, count in sorted(known.items(), key=lambda pair: (-pair[1], pair[0]))]


def by_provider(registry: Registry, infos: Iterable[ModelInfo]) -> list[str]:
    callable_ = {row.name for row in ROWS if not row.ended}
    groups: dict[str, list[ModelInfo]] = {name: [] for name in registry.providers()}
    for info in infos:
        groups[info.provider].append(info)
    return [
        f"| {f'`{name}`' if name in callable_ else f'({name})'} | {len(group):,} | {sum(map(is_priced, group)):,} "
        f"| {max((info.price_as_of for info in group if info.price_as_of), default='-')} |"
        for name, group in groups.items()
    ]


def since(as_of: str) -> str:
    """Return the month from which on models are listed."""
    months = int(as_of[:4]) * 12 + int(as_of[5:7]) - 1 - MONTHS
    return f"{months // 12}-{months % 12 + 1:02}"


def newest(registry: Registry, infos: Iterable[ModelInfo]) -> list[str]:
    found = [info for info in infos if is_current(registry, info)]
    return [line(info) for info in sorted(found, key=lambda info: info.release_date or "", reverse=True)]


def is_current(registry: Registry, info: ModelInfo) -> bool:
    own = registry.is_maker(info.provider) and (info.base_model or info.model).partition("/")[0] == info.provider
    return own and info.mode == "chat" and info.status in ("active", "beta") and (info.release_date or "") >= since(registry.as_of)


def line(info: ModelInfo) -> str:
    price = [input_cell(info), rate_cell(info, "cache_read"), output_cell(info)]
    cells = [f"`{info.model}`", short_count(info.context_window), short_count(info.max_output), *price]
    return f"| {' | '.join([*cells, abilities(info), info.release_date or '-', info.price_as_of or '-'])} |"


def main() -> int:
    if sys.argv[1:] != ["--write"]:
        print(__doc__)
        return 2
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), Registry()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

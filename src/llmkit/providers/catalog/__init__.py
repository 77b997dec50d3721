"""The table of providers: one row each, sorted by name. Each module holds one kind and is imported when one of its rows is asked for.

A row is a handful of facts: where, which key, which wire formats, what is odd. What many rows share stands in `shared`. Facts
were read in the providers' documentation, in the types of their SDKs and in the sources of public clients, 2026-11. Where each row
stands is written in `names`, which is made from the rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import ModuleType

from llmkit.providers.provider import Provider

__all__ = ["KINDS", "all_rows", "kind_module", "rows_of"]

KINDS = (
    "labs",
    "small_labs",
    "clouds",
    "aws",
    "enterprise",
    "hosts",
    "chips",
    "small_hosts",
    "decentralised",
    "coding",
    "gateways",
    "small_gateways",
    "europe",
    "china",
    "china_clouds",
    "china_hosts",
    "regional",
    "local",
    "images",
    "speech",
    "video",
    "search",
    "retrieval",
    "ended",
)


def kind_module(kind: str) -> ModuleType:
    """Return the module with the rows of one kind; its docstring says which kind that is."""
    return import_module(f"llmkit.providers.{kind}" if kind == "aws" else f"{__name__}.{kind}")


@cache
def rows_of(kind: str) -> Mapping[str, Provider]:
    """Return the rows of one kind by name."""
    rows: tuple[Provider, ...] = kind_module(kind).ROWS
    return {row.name: row for row in rows}


def all_rows() -> tuple[Provider, ...]:
    """Return all rows, sorted by name."""
    return tuple(sorted((row for kind in KINDS for row in rows_of(kind).values()), key=lambda row: row.name))

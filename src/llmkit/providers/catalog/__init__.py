"""The table of providers: one row each, sorted by name. Each module holds one kind.

A row is a handful of facts: where, which key, which wire formats, what is odd. What many rows share stands in `shared`. Facts
were read in the providers' documentation, in the types of their SDKs and in the sources of public clients, 2026-11.
"""

from __future__ import annotations

from llmkit.providers import aws
from llmkit.providers.catalog import (
    china,
    china_hosts,
    clouds,
    coding,
    decentralised,
    ended,
    enterprise,
    europe,
    gateways,
    hosts,
    images,
    labs,
    local,
    regional,
    retrieval,
    search,
    small_gateways,
    small_hosts,
    speech,
    video,
)
from llmkit.providers.provider import Provider

__all__ = ["PROVIDERS", "ROWS"]

KINDS = (
    labs,
    clouds,
    aws,
    enterprise,
    hosts,
    small_hosts,
    decentralised,
    coding,
    gateways,
    small_gateways,
    europe,
    china,
    china_hosts,
    regional,
    local,
    images,
    speech,
    video,
    search,
    retrieval,
    ended,
)

ROWS: tuple[Provider, ...] = tuple(sorted((row for kind in KINDS for row in kind.ROWS), key=lambda row: row.name))
PROVIDERS: dict[str, Provider] = {row.name: row for row in ROWS}

"""What calls cost, kept in ledgers and records: budgets hold against the one, reports are made of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmkit.metering.budget import Budget
from llmkit.metering.ledger import Ledger
from llmkit.metering.memory_ledger import MemoryLedger
from llmkit.metering.prices import ListedPrices
from llmkit.metering.records import UsageRecord
from llmkit.metering.redis_ledger import RedisLedger
from llmkit.metering.sinks import Callback, JsonLines, Sink
from llmkit.metering.sqlite_ledger import SQLiteLedger
from llmkit.metering.sqlite_sink import SQLiteSink

if TYPE_CHECKING:
    from llmkit.metering.page import usage_page

__all__ = [
    "Budget",
    "Callback",
    "JsonLines",
    "Ledger",
    "ListedPrices",
    "MemoryLedger",
    "RedisLedger",
    "SQLiteLedger",
    "SQLiteSink",
    "Sink",
    "UsageRecord",
    "usage_page",
]


def __getattr__(name: str) -> object:
    """Import the page of plots only where one is made."""
    if name != "usage_page":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from llmkit.metering.page import usage_page

    return usage_page

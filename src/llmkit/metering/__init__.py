"""What calls cost, kept in ledgers and records: budgets hold against the one, reports are made of the other."""

from llmkit.metering.budget import Budget
from llmkit.metering.ledger import Ledger
from llmkit.metering.memory_ledger import MemoryLedger
from llmkit.metering.prices import ListedPrices
from llmkit.metering.records import UsageRecord
from llmkit.metering.sinks import Callback, JsonLines, Sink
from llmkit.metering.sqlite_ledger import SQLiteLedger
from llmkit.metering.sqlite_sink import SQLiteSink

__all__ = [
    "Budget",
    "Callback",
    "JsonLines",
    "Ledger",
    "ListedPrices",
    "MemoryLedger",
    "SQLiteLedger",
    "SQLiteSink",
    "Sink",
    "UsageRecord",
]

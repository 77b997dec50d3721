"""Answers that were given before: their names, their form, the places where they are kept, and what they saved."""

from llmkit.caching.memory import MemoryEntries
from llmkit.caching.sqlite import SqliteEntries
from llmkit.caching.statistics import Statistics
from llmkit.caching.store import CacheStore

__all__ = ["CacheStore", "MemoryEntries", "SqliteEntries", "Statistics"]

"""Answers that were given before: their names, their form, the places where they are kept, and what they saved."""

from llmkit.caching.memory import MemoryEntries
from llmkit.caching.redis import RedisEntries
from llmkit.caching.redis_flights import RedisFlights
from llmkit.caching.redis_vectors import RedisVectors
from llmkit.caching.semantic import Semantic
from llmkit.caching.sqlite import SqliteEntries
from llmkit.caching.sqlite_flights import SqliteFlights
from llmkit.caching.sqlite_vectors import SqliteVectors
from llmkit.caching.statistics import Statistics
from llmkit.caching.store import CacheStore
from llmkit.caching.vectors import MemoryVectors, VectorStore

__all__ = [
    "CacheStore",
    "MemoryEntries",
    "MemoryVectors",
    "RedisEntries",
    "RedisFlights",
    "RedisVectors",
    "Semantic",
    "SqliteEntries",
    "SqliteFlights",
    "SqliteVectors",
    "Statistics",
    "VectorStore",
]

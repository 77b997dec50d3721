"""Calls remembered in a file on this machine, and what a record of one holds."""

from llmkit.tracing.cache_diagnosis import CacheDiagnosis, cache_diagnosis, compared_with
from llmkit.tracing.reading import last
from llmkit.tracing.trace import Trace

__all__ = ["CacheDiagnosis", "Trace", "cache_diagnosis", "compared_with", "last"]

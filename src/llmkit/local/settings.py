"""How the embedded model runs: which file, how many threads, how much context."""

from __future__ import annotations

import os
from collections.abc import Mapping

from llmkit.errors import ConfigurationError
from llmkit.types.model import Model

SMALL = 200_000_000  # bytes of weights up to which one thread is the robust choice
_LIMITS = {"threads": (1, 1024), "context": (256, 1_048_576), "parallel": (1, 64)}


class LocalSettings(Model, frozen=True, kw_only=True):
    """What may be chosen. Two transports with equal settings share one model in memory."""

    gguf: str | None = None
    """Path of a GGUF file with a chat template; None: the installed weights package."""
    threads: int | None = None
    """None: one for a model under 200 MB, which loses little and stands a busy machine; else the cores."""
    embedding_gguf: str | None = None
    """Path of a GGUF file of an embedding model; None: the installed weights package."""
    context: int = 4096
    """Tokens of prompt and answer together, shared by the parallel answers."""
    parallel: int = 2
    """Answers generated at the same time; more wait their turn. Each keeps its prompt, which a next one that begins alike reuses."""

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> LocalSettings:
        """Read `LLMKIT_GGUF`, `LLMKIT_EMBEDDING_GGUF`, `LLMKIT_LOCAL_THREADS`, `LLMKIT_LOCAL_CONTEXT` and `LLMKIT_LOCAL_PARALLEL`."""
        numbers = {name: _number(environment, name) for name in _LIMITS}
        return cls(
            gguf=environment.get("LLMKIT_GGUF") or None,
            embedding_gguf=environment.get("LLMKIT_EMBEDDING_GGUF") or None,
            **{name: value for name, value in numbers.items() if value is not None},
        )

    def threads_for(self, size: int) -> int:
        """Return the number of threads for weights of `size` bytes."""
        if self.threads is not None:
            return self.threads
        if size < SMALL:
            return 1
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _number(environment: Mapping[str, str], name: str) -> int | None:
    variable = f"LLMKIT_LOCAL_{name.upper()}"
    text = environment.get(variable, "").strip()
    if not text:
        return None
    low, high = _LIMITS[name]
    if not (text.isascii() and text.isdigit() and low <= int(text[:9]) <= high):
        raise ConfigurationError(f"{variable} must be a whole number from {low} to {high}, not {text!r}.", parameter=variable)
    return int(text)

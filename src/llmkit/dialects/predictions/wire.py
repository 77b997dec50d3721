"""What is read of a prediction, or of a job in a queue; everything may be missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from llmkit.types.model import NO_NATIVE

READ = frozenset({"id", "model", "version", "input", "output", "error", "status", "created_at", "urls", "logs", "stream"})
"""Fields that have a place of their own, or repeat what was asked; every other one goes to `extra`."""


class WireUrls(msgspec.Struct, gc=False):
    """Where a prediction can be asked for and streamed from."""

    get: str | None = None
    stream: str | None = None


class WirePrediction(msgspec.Struct, gc=False):
    """A prediction."""

    id: str | None = None
    model: str | None = None
    status: Any = None
    output: msgspec.Raw = NO_NATIVE
    error: Any = None
    created_at: Any = None
    metrics: Any = None
    urls: WireUrls | None = None

    @property
    def state(self) -> str:
        """Return the status in small letters; jobs in a queue write it in capitals."""
        return self.status.lower() if isinstance(self.status, str) else ""


read_prediction: Callable[[bytes], WirePrediction] = msgspec.json.Decoder(WirePrediction).decode
RUNNING = frozenset({"starting", "processing", "queued", "running", "in_queue", "in_progress"})
FAILED = frozenset({"failed", "aborted", "timed_out"})

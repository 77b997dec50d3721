"""The lists of models, at the paths where a provider has more than one."""

from __future__ import annotations

from typing import Any

from llmkit.testing.received import Received
from llmkit.testing.wire import Wire


def list_of(wire: Wire, models: tuple[str, ...], request: Received) -> dict[str, Any]:
    """Return the list that `request` asks for."""
    if request.path.endswith("/inference-profiles"):
        return {"inferenceProfileSummaries": []}
    if request.path.endswith("/api/tags"):
        return {"models": [{"name": model, "model": model, "details": {"family": "fake", "format": "gguf"}} for model in models]}
    return wire.listing(models)

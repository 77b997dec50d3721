"""Tokens of a prediction, where the model counts them."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.gemini.wire import count_of
from llmkit.types.usage import Usage


def usage_of(metrics: Any, output: Any = None) -> Usage | None:
    """Return the tokens that `metrics` counts, or the worker's output; None where neither does."""
    for counts, sent, made in (
        (metrics, "input_token_count", "output_token_count"),
        (_worker_usage(output), "input", "output"),
        (_worker_usage(output), "prompt_tokens", "completion_tokens"),
    ):
        if isinstance(counts, dict) and (sent in counts or made in counts):
            raw = msgspec.Raw(msgspec.json.encode(counts))
            return Usage(uncached=count_of(counts.get(sent)), output_text=count_of(counts.get(made)), raw=raw)
    return None


def _worker_usage(output: Any) -> Any:
    """Return the usage object of a worker's output: its pieces each repeat the count so far."""
    item = output[-1] if isinstance(output, list) and output else output
    return item.get("usage") if isinstance(item, dict) else None

"""Begin a batch at most once: where nobody knows whether it runs, that is said, and nothing is tried again."""

from __future__ import annotations

from collections.abc import Callable

from llmkit.dialects.jobs import begun, uncertain
from llmkit.errors import ProtocolError
from llmkit.types.asking import Ask
from llmkit.types.batch import BatchState, BatchSteps


def begun_batch(ask: Ask, read: Callable[[bytes], BatchState]) -> BatchSteps:
    """Ask, and return what `read` makes of the answer. Raises `JobInterrupted` where the answer is lost or cannot be read."""
    answer = yield from begun(ask)
    try:
        return read(answer.body)
    except ProtocolError as error:
        lost = error
    raise uncertain(lost)

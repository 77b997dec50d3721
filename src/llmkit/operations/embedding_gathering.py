"""The replies to several requests for vectors, as one: the numbers are kept once, whatever order they come in."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from threading import Lock

from llmkit.errors import ProtocolError
from llmkit.types.embedding import EmbeddingResponse
from llmkit.types.model import NO_NATIVE
from llmkit.types.reply import Attempt
from llmkit.types.totals import total_cost, total_usage
from llmkit.types.usage import Cost, Usage
from llmkit.types.vectors import width
from llmkit.types.warnings import Warning

Progress = Callable[[int, int | None], object]


class Gathering:
    """Takes replies from several threads; `progress` is told after each how many inputs are done."""

    def __init__(self, total: int | None, progress: Progress | None) -> None:
        self._total, self._progress = total, progress
        self._lock = Lock()
        self._numbers = BytesIO()
        self._first: EmbeddingResponse | None = None
        self._done = 0
        self._usages: list[Usage | None] = []
        self._costs: list[Cost | None] = []
        self._units: dict[str, float] = {}
        self._warnings: dict[Warning, None] = {}
        self._attempts: list[Attempt] = []

    def add(self, begin: int, reply: EmbeddingResponse) -> None:
        """Put the vectors at their place, `begin`. Raises `ProtocolError` where they differ from the others in length or kind."""
        with self._lock:
            first = self._first
            if first is None:
                first = self._first = reply.replace(data=b"", raw=NO_NATIVE)
            if (reply.dimensions, reply.format) != (first.dimensions, first.format):
                raise ProtocolError("The vectors of several answers differ in length.")
            self._numbers.seek(begin * width(reply.dimensions, reply.format))
            self._numbers.write(reply.data)
            self._note(reply)
            self._done += len(reply)
            if self._progress is not None:
                self._progress(self._done, self._total)

    def _note(self, reply: EmbeddingResponse) -> None:
        self._usages.append(reply.usage)
        self._costs.append(reply.cost)
        self._warnings |= dict.fromkeys(reply.warnings)
        self._attempts += reply.attempts
        for name, amount in reply.units.items():
            self._units[name] = self._units.get(name, 0) + amount

    def reply(self) -> EmbeddingResponse:
        """Return all of it; the bodies of the answers are not kept, and ids that name one of them neither."""
        first = EmbeddingResponse() if self._first is None else self._first  # one without vectors is false
        return first.replace(
            id=None,
            request_id=None,
            data=self._numbers.getvalue(),  # no copy: the buffer itself
            usage=total_usage(self._usages),
            units=self._units,
            cost=total_cost(self._costs),
            warnings=tuple(self._warnings),
            attempts=tuple(self._attempts),
            extra={},
        )

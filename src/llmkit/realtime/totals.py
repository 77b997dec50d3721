"""Add up what a session uses and costs, answer by answer."""

from __future__ import annotations

from llmkit.types.realtime import RealtimeReply, ResponseDone, SessionStarted
from llmkit.types.totals import total_cost, total_usage
from llmkit.types.usage import Cost, Usage


class Totals:
    """The sums. One answer whose usage or cost is not known makes the sum unknown."""

    def __init__(self, begun: float) -> None:
        self.begun = begun
        self._ended: float | None = None
        self._responses = 0
        self.said = 0
        """Messages of ours in writing: some providers bill them by the piece."""
        self._usage: Usage | None = None
        self._cost: Cost | None = None

    def add(self, done: ResponseDone) -> None:
        """Add an answer."""
        first = self._responses == 0
        self._responses += 1
        # An answer that was cut off before it began is told without figures: it used nothing that would be billed.
        if done.usage is None and done.finish.unified == "interrupted":
            self._responses -= 1
            return
        self._usage = done.usage if first else total_usage((self._usage, done.usage))
        self._cost = done.cost if first else total_cost((self._cost, done.cost))

    def reply(self, now: float, started: SessionStarted | None, *, over: bool) -> RealtimeReply:
        """Return the session so far."""
        if over and self._ended is None:
            self._ended = now
        seconds = (now if self._ended is None else self._ended) - self.begun
        return RealtimeReply(
            id=None if started is None else started.id,
            model="" if started is None else started.model,
            usage=self._usage,
            cost=self._cost,
            # Where every answer has its price by tokens, the length of the session is no second one.
            units={} if self._cost is not None else self._units(seconds),
            responses=self._responses,
        )

    def _units(self, seconds: float) -> dict[str, float]:
        return {"session_second": seconds, **({"thousand_messages": self.said / 1000} if self.said else {})}

"""Remember answers that were booked before their provider told what they used: whoever fetches such an answer again pays the rest."""

from __future__ import annotations

import threading
from collections import OrderedDict
from decimal import Decimal

from llmkit.metering.measuring import Measured
from llmkit.types.usage import Usage

_MOST = 4096
_COUNTS = ("uncached", "cache_read", "cache_write", "cache_write_5m", "cache_write_1h", "output_text", "reasoning", "output_audio")
_NONE = Usage()


class Kept:
    """What was booked by an estimate, by the id of the answer: answers that run in the background, and streams that were cut.

    It is known to this process alone, and the oldest is forgotten: an answer that is not known here was paid for when it was made.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._booked: OrderedDict[str, Measured] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, answer_id: str | None, booked: Measured) -> None:
        """Remember what was booked, where it is an estimate of ours."""
        if not answer_id or not booked.estimated:
            return
        with self._lock:
            self._booked[answer_id] = booked
            while len(self._booked) > self._most:
                self._booked.popitem(last=False)

    def rest(self, answer_id: str | None, told: Measured) -> Measured | None:
        """Return what of `told` was not booked yet, once; None: all of it was."""
        if not answer_id or told.estimated:
            return None
        with self._lock:
            booked = self._booked.pop(answer_id, None)
        return None if booked is None else _difference(told, booked)


def _difference(told: Measured, booked: Measured) -> Measured:
    usage, before = told.usage or _NONE, booked.usage or _NONE
    counts = {name: max(0, getattr(usage, name) - getattr(before, name)) for name in _COUNTS}
    cost = None if told.cost is None else max(Decimal(), told.cost - (booked.cost or 0))
    return Measured(Usage(**counts, source=usage.source), cost, told.basis, False)

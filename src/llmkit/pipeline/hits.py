"""Record answers that cost nothing: out of our own cache, or shared with whoever asked first."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import msgspec

from llmkit.errors import LLMKitError
from llmkit.metering.recording import NOTHING, Moment, record_of
from llmkit.pipeline.budget_stream import StreamEnd
from llmkit.pipeline.call import Call, Next
from llmkit.types.reply import Reply
from llmkit.types.responses import CompletionResponse

if TYPE_CHECKING:
    from llmkit.pipeline.meter import Meter

_MARKS = ("cache", "shared")
"""Where in `response.extra` such an answer says what it `saved`."""


class Hits:
    """The part of a meter that stands before the caches: `LLMKit(layers=[cache, meter, meter.hits])`.

    A hit is a record of no tokens and no cost, with what it saved; an answer that was made now is left to the meter behind.
    """

    name = "hooks"

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    async def __call__(self, call: Call, next: Next[Any], /) -> Any:
        """Return the reply, and record it if it is a hit."""
        moment = self._meter.begin(call)
        reply = await next(call)
        if call.stream:
            reply.watch(_End(self, call, moment))
        elif isinstance(reply, Reply):
            await self.keep(call, moment, reply)
        return reply

    async def keep(self, call: Call, moment: Moment, answer: Reply) -> None:
        """Record a hit."""
        mark = next((answer.extra[name] for name in _MARKS if isinstance(answer.extra.get(name), dict)), None)
        if mark is None or answer.attempts:
            return
        record = record_of(call, moment, answer.replace(usage=None, units={}), "ok", None, NOTHING)
        record = msgspec.structs.replace(record, cached=True, attempts=0, basis="free", saved=_dollars(mark.get("saved")))
        await self._meter.keep(record, call.runtime)


class _End(StreamEnd):
    """Records a stream at its end."""

    def __init__(self, hits: Hits, call: Call, moment: Moment) -> None:
        self._hits, self._call, self._moment = hits, call, moment

    async def end(self, response: CompletionResponse, error: LLMKitError | None, complete: bool, /) -> None:
        await self._hits.keep(self._call, self._moment, response)


def _dollars(saved: object) -> str | None:
    if not isinstance(saved, dict) or saved.get("currency") != "USD":
        return None
    try:
        return f"{Decimal(str(saved.get('amount'))):f}"
    except InvalidOperation:
        return None

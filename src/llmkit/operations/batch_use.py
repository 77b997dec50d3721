"""What a batch uses: the most, for budgets, before it begins; the sums, for the meter, when its results were read."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import msgspec

from llmkit.metering.measuring import Measured
from llmkit.metering.recording import Moment, record_of
from llmkit.metering.wanted import wanted
from llmkit.pipeline.call import Call, Next, compose
from llmkit.pipeline.facts import Facts
from llmkit.types.batch import BatchRequest, BatchResult, BatchState, Created
from llmkit.types.reply import Reply
from llmkit.types.request import Request
from llmkit.types.totals import add_usage
from llmkit.types.usage import Usage

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.types.job import JobId

_OTHERS = frozenset({"cache", "singleflight", "guard", "hedge"})
"""Layers that have no part in beginning a batch; the guardrails have seen every request before."""
_ASSUMED = 16_384
"""Tokens of the longest answer, where the registry does not know it; as budgets assume."""


class Most:
    """Adds up the most that requests can use, while they are written."""

    def __init__(self, core: Core, call: Call) -> None:
        self._call = call
        match = core.match(call.model)
        self._longest = (match.info.max_output if match.info is not None else None) or _ASSUMED
        self.input_tokens = self.output_tokens = 0

    def add(self, request: Request) -> None:
        """Count a request; one without `max_tokens` may have the longest answer of the model."""
        use = wanted(msgspec.structs.replace(self._call, request=cast("Any", request), operation="complete", facts=Facts()))
        self.input_tokens += use.tokens
        self.output_tokens += self._longest * (getattr(request, "n", None) or 1) if use.output is None else use.output


async def begun(core: Core, call: Call, begin: Next[Created]) -> Created:
    """Begin through the layers. What it can cost at most is booked, for what it did cost is known a day later.

    The meter, which stands inside the budgets, does not see that: it gets the sums of the results.
    """
    around = [layer for layer in core.layers if layer.name not in _OTHERS]
    outside = 1 + max([place for place, layer in enumerate(around) if layer.name == "budget"], default=-1)
    inner = compose(around[outside:], begin)
    request: BatchRequest = cast("Any", call.request)
    most = Usage(uncached=request.input_tokens, output_text=request.output_tokens, source="estimated")

    async def estimated(call: Call) -> Created:
        return (await inner(call)).replace(usage=most)

    return await compose(around[:outside], estimated)(call)


class Sums:
    """Adds up what the answers of a batch used, and records it once all of them were read."""

    def __init__(self, core: Core, identity: JobId, state: BatchState) -> None:
        self._core, self._identity, self._state = core, identity, state
        self._meters = [layer for layer in core.layers if layer.name == "meter" and hasattr(layer, "keep")]
        self._usage: Usage | None = None
        self._cost: Decimal | None = Decimal()
        self._open = bool(self._meters) and state.over

    def add(self, result: BatchResult) -> None:
        """Count a result that was read."""
        if not self._open or result.reply is None:
            return
        reply: Reply = result.reply
        if reply.usage is not None:
            self._usage = reply.usage if self._usage is None else add_usage(self._usage, reply.usage)
        cost = None if reply.cost is None else reply.cost.usd
        self._cost = None if cost is None or self._cost is None else self._cost + cost

    def close(self) -> None:
        """Count no more: the results are not read to their end."""
        self._open = False

    async def record(self, call: Call) -> None:
        """Give the meters one record, whose id is the same whoever reads the batch: a sink that knows ids keeps it once."""
        if not self._open:
            return
        self._open = False
        at = self._state.ended or call.runtime.wall()
        name = hashlib.sha256(str(self._identity).encode()).hexdigest()[:24]
        found = Measured(self._usage, self._cost, "registry", False)
        answer = Reply(id=self._state.handle, model=self._state.model, usage=self._usage)
        record = record_of(call, Moment(id=name, at=at, begun=call.runtime.now()), answer, "ok", None, found)
        for meter in self._meters:
            await cast("Any", meter).keep(record, call.runtime)

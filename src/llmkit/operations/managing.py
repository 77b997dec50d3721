"""Ask a provider about what it keeps (files, batches, jobs, voices): tried again where that may help, and nothing else around it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, cast

from llmkit.operations.exchange import Operations
from llmkit.pipeline.call import Budget, Call
from llmkit.pipeline.retry import Retry
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.request import Request

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.types.http import Timeouts
    from llmkit.types.operation import Operation

Question = Callable[[Any, Place], Generator[Ask, Answer, Any]]
"""Gets the wire format and the place, and asks."""


async def manage(core: Core, operation: Operation, where: str, question: Question, *, timeout: Timeouts | None = None) -> Any:
    """Return what `question` comes to at `where`, a provider's name or `provider/model`.

    Raises `UnsupportedFeature` where the provider does not do `operation`, or in no format known here.
    """
    name, _, model = where.partition("/")
    provider = core.providers.get(name)
    operations = Operations(core.endpoints, core.knowledge.pricing)
    timeouts = timeout or core.timeouts
    call = Call(
        request=cast("Any", Request(model=where)),
        models=(f"{provider.name}/{model}",),
        model=f"{provider.name}/{model}",
        runtime=core.runtime,
        timeouts=timeouts,
        deadline=None if timeouts.total is None else core.runtime.now() + timeouts.total,
        budget=Budget(core.retries),
        scope=core.scope,
        operation=operation,
        rotation=core.rotation,
    )

    async def ask(call: Call) -> Any:
        asked = operations.place(provider, model, operation, call.key)
        driven = await operations.drive(asked, call, question(asked.codec, asked.place))
        return operations.completed(asked, call, driven) if hasattr(driven.result, "attempts") else driven.result

    return await Retry()(call, ask)


__all__ = ["Question", "manage"]

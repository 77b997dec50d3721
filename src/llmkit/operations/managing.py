"""Ask a provider about what it keeps (files, batches, jobs, voices): tried again where that may help, and nothing else around it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, cast

import msgspec

from llmkit.errors import InvalidRequest
from llmkit.operations.exchange import Operations
from llmkit.pipeline.call import Budget, Call
from llmkit.pipeline.retry import Retry
from llmkit.types.asking import Answer, Ask, Place
from llmkit.types.request import Request
from llmkit.types.warnings import Warning

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.providers.provider import Provider
    from llmkit.types.http import Timeouts
    from llmkit.types.operation import Operation

Question = Callable[[Any, Place], Generator[Ask, Answer, Any]]
"""Gets the wire format and the place, and asks."""


class Managed(msgspec.Struct, frozen=True, kw_only=True):
    """What a question came to, and who answered with which key."""

    result: Any
    provider: Provider
    account: str
    """A one-way fingerprint of the key."""
    warnings: tuple[Warning, ...]


async def manage(core: Core, operation: Operation, where: str, question: Question, *, timeout: Timeouts | None = None) -> Any:
    """Return what `question` comes to at `where`, a provider's name or `provider/model`.

    Raises `UnsupportedFeature` where the provider does not do `operation`, or in no format known here.
    """
    return (await managed(core, operation, where, question, timeout=timeout)).result


async def managed(
    core: Core,
    operation: Operation,
    where: str,
    question: Question,
    *,
    timeout: Timeouts | None = None,
    request: Request | None = None,
    account: str = "",
) -> Managed:
    """Return what `question` comes to, and who answered it. `request` has what the first question carries beside.

    `account` is whose key is to ask, where the provider has several: another's would not see what it keeps. Raises `InvalidRequest`
    where no key is of that account.
    """
    name, _, model = where.partition("/")
    provider = core.providers.get(name)
    operations = Operations(core.endpoints, core.knowledge.pricing)
    timeouts = timeout or core.timeouts
    call = Call(
        request=cast("Any", request or Request(model=where)),
        models=(f"{provider.name}/{model}",),
        model=f"{provider.name}/{model}",
        runtime=core.runtime,
        timeouts=timeouts,
        deadline=None if timeouts.total is None else core.runtime.now() + timeouts.total,
        budget=Budget(core.retries),
        scope=core.scope,
        operation=operation,
        key=key_of(operations, provider, operation, account, core.keys.counts().get(provider.name, 1)),
        rotation=None if account else core.rotation,
    )

    async def ask(call: Call) -> Any:
        asked = operations.place(provider, model, operation, call.key)
        driven = await operations.drive(asked, call, question(asked.codec, asked.place))
        whole = operations.completed(asked, call, driven) if hasattr(driven.result, "attempts") else driven.result
        source = asked.endpoint.source
        return Managed(result=whole, provider=provider, account="" if source is None else source.account, warnings=driven.warnings)

    answered: Managed = await Retry()(call, cast("Any", ask))
    return answered


def key_of(operations: Operations, provider: Provider, operation: Operation, account: str, count: int) -> int:
    """Return the place of the key of `account`. Raises `InvalidRequest` where none of the provider's `count` keys is."""
    if not account:
        return 0
    sources = [operations.place(provider, "", operation, place).endpoint.source for place in range(max(1, count))]
    found = ["" if source is None else source.account for source in sources]
    if account in found:
        return found.index(account)
    if "" in found:  # not known before a token is fetched
        return 0
    raise InvalidRequest(
        f"It belongs to another account at {provider.title}.", parameter="account", hint="Use the key that it was made with."
    )


__all__ = ["Managed", "Question", "key_of", "manage", "managed"]

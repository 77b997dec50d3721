"""Keep prompts at a provider: the beginning of a conversation, sent and paid for once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from llmkit.encoding import encode
from llmkit.errors import InvalidRequest
from llmkit.operations.exchange import allowed
from llmkit.operations.listed import ListedCore
from llmkit.operations.managing import Managed, managed
from llmkit.types.caches import CachesCodec, KeepRequest, StoredPrompt
from llmkit.types.messages import Message

if TYPE_CHECKING:
    from llmkit.core import Core


async def create(core: Core, model: str, messages: Any, options: Mapping[str, Any]) -> StoredPrompt:
    """Keep a prompt for `model`."""
    left = dict(options)
    ttl, name = left.pop("ttl", None), left.pop("name", None)
    request, names = core.request(model, messages, left)
    plan = core.endpoints.plan(names[0], request.dialect)
    bare = all(message.role in ("system", "developer") for message in request.messages)
    asked = request.replace(extra_body={}, messages=(*request.messages, *((Message.user("-"),) if bare else ())))
    encoded = encode(plan, asked, stream=False)
    keep = KeepRequest(
        model=names[0],
        body=encoded.body,
        bare=bare,
        ttl=None if ttl is None else seconds("ttl", ttl),
        name=name,
        extra_body=request.extra_body,
        extra_headers=request.extra_headers,
        on_unsupported=request.on_unsupported,
    )
    kept = await _asked(core, names[0], lambda codec, place: codec.create(keep, place), request=keep, timeout=request.timeout)
    return kept.replace(warnings=(*allowed(request.on_unsupported, plan.model, encoded.warnings), *kept.warnings))


async def get(core: Core, prompt: StoredPrompt | str, id: str | None) -> StoredPrompt:
    """Return what is known of a kept prompt now."""
    provider, name, account = named(prompt, id)
    return await _asked(core, provider, lambda codec, place: codec.get(name, place), account=account)


async def update(core: Core, prompt: StoredPrompt | str, id: str | None, ttl: Any) -> StoredPrompt:
    """Keep a prompt for `ttl` seconds from now on."""
    provider, name, account = named(prompt, id)
    limit = seconds("ttl", ttl)
    return await _asked(core, provider, lambda codec, place: codec.update(name, limit, place), account=account)


async def delete(core: Core, prompt: StoredPrompt | str, id: str | None) -> None:
    """Delete a kept prompt."""
    provider, name, account = named(prompt, id)
    await managed(core, "caches", provider, lambda codec, place: codec.delete(name, place), account=account)


def listed(core: Core, provider: str) -> ListedCore[StoredPrompt]:
    """Return the prompts that are kept at `provider`, page by page."""

    async def turn(cursor: str) -> tuple[tuple[StoredPrompt, ...], str]:
        answered = await managed(core, "caches", provider, lambda codec, place: codec.page(cursor, place))
        return tuple([_owned(answered, prompt) for prompt in answered.result.prompts]), answered.result.next

    return ListedCore(turn)


def named(prompt: StoredPrompt | str, id: str | None) -> tuple[str, str, str]:
    """Return the provider, the id and the account of a kept prompt."""
    if isinstance(prompt, StoredPrompt) and id is None:
        return prompt.provider, prompt.id, prompt.account
    if isinstance(prompt, str) and isinstance(id, str) and id:
        return prompt, id, ""
    raise InvalidRequest(
        "Which kept prompt is meant is not said.", parameter="prompt", hint="Pass a StoredPrompt, or a provider's name and an id."
    )


def seconds(name: str, value: Any) -> float:
    """Return a lifetime in seconds: a number, or a `timedelta`."""
    found = value.total_seconds() if isinstance(value, timedelta) else value
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 < found < 1e10:
        raise InvalidRequest(f"{name} must be a number of seconds or a timedelta, not {value!r}.", parameter=name)
    return float(found)


async def _asked(core: Core, where: str, question: Callable[[CachesCodec, Any], Any], **more: Any) -> StoredPrompt:
    answered = await managed(core, "caches", where, question, **more)
    return _owned(answered, answered.result)


def _owned(answered: Managed, prompt: StoredPrompt) -> StoredPrompt:
    row = answered.provider
    return prompt.replace(provider=row.name, account=answered.account, dialect=row.dialect, warnings=answered.warnings)

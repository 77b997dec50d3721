"""`caches` of both clients."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Unpack

from llmkit.runtime.step import run

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.operations.listed import AsyncListed, Listed
    from llmkit.types.caches import KeepOptions, StoredPrompt


class Caches:
    """`kit.caches` of the sync client. A prompt is named by a `StoredPrompt`, or by a provider's name and an id."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def create(self, model: str, messages: Any, /, **options: Unpack[KeepOptions]) -> StoredPrompt:
        """Keep the beginning of a conversation for `ttl` seconds; pass what is returned as `cache=` with the messages that follow.

        Raises `UnsupportedFeature` where the provider keeps no prompts by name, `BadRequest` for one that is too short to be kept.
        """
        from llmkit.operations.caches import create

        return run(create(self._core, model, messages, options))

    def list(self, provider: str, /) -> Listed[StoredPrompt]:
        """Give the prompts that are kept at `provider`; each page is asked for when it is needed."""
        from llmkit.operations.caches import listed
        from llmkit.operations.listed import Listed

        return Listed(listed(self._core, provider))

    def get(self, prompt: StoredPrompt | str, id: str | None = None, /) -> StoredPrompt:
        """Return what is known of a kept prompt now. Raises `NotFound` or `PermissionDenied` where it is no more."""
        from llmkit.operations.caches import get

        return run(get(self._core, prompt, id))

    def update(self, prompt: StoredPrompt | str, id: str | None = None, /, *, ttl: float | timedelta) -> StoredPrompt:
        """Keep a prompt for `ttl` seconds from now on."""
        from llmkit.operations.caches import update

        return run(update(self._core, prompt, id, ttl))

    def delete(self, prompt: StoredPrompt | str, id: str | None = None, /) -> None:
        """Delete a kept prompt: nothing more is paid for it."""
        from llmkit.operations.caches import delete

        run(delete(self._core, prompt, id))


class AsyncCaches:
    """`kit.caches` of the asyncio client."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def create(self, model: str, messages: Any, /, **options: Unpack[KeepOptions]) -> StoredPrompt:
        """Keep the beginning of a conversation. See `Caches.create`."""
        from llmkit.operations.caches import create

        return await create(self._core, model, messages, options)

    def list(self, provider: str, /) -> AsyncListed[StoredPrompt]:
        """Give the prompts that are kept at `provider`. See `Caches.list`."""
        from llmkit.operations.caches import listed
        from llmkit.operations.listed import AsyncListed

        return AsyncListed(listed(self._core, provider))

    async def get(self, prompt: StoredPrompt | str, id: str | None = None, /) -> StoredPrompt:
        """Return what is known of a kept prompt now. See `Caches.get`."""
        from llmkit.operations.caches import get

        return await get(self._core, prompt, id)

    async def update(self, prompt: StoredPrompt | str, id: str | None = None, /, *, ttl: float | timedelta) -> StoredPrompt:
        """Keep a prompt for `ttl` seconds from now on. See `Caches.update`."""
        from llmkit.operations.caches import update

        return await update(self._core, prompt, id, ttl)

    async def delete(self, prompt: StoredPrompt | str, id: str | None = None, /) -> None:
        """Delete a kept prompt. See `Caches.delete`."""
        from llmkit.operations.caches import delete

        await delete(self._core, prompt, id)


class CachesFace:
    """`caches` of the sync client."""

    _core: Core

    @property
    def caches(self) -> Caches:
        """Prompts that providers keep by name: create, list, get, update, delete."""
        return Caches(self._core)


class AsyncCachesFace:
    """`caches` of the asyncio client."""

    _core: Core

    @property
    def caches(self) -> AsyncCaches:
        """Prompts that providers keep by name: create, list, get, update, delete."""
        return AsyncCaches(self._core)

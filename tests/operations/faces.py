"""Both clients by the name of a method, so that each claim is tested through both."""

from __future__ import annotations

import asyncio
from typing import Any

from llmkit import AsyncLLMKit, LLMKit

FACES = ("sync", "async")


def use(face: str, client: dict[str, Any], method: str, *arguments: Any, **options: Any) -> Any:
    """Call `method` of a fresh client of the arguments `client`; `files.upload` is a method of its `files`."""
    if face == "async":
        return asyncio.run(_use_async(client, method, arguments, options))
    with LLMKit(**client) as kit:
        return _found(kit, method)(*arguments, **options)


async def _use_async(client: dict[str, Any], method: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
    async with AsyncLLMKit(**client) as kit:
        return await _found(kit, method)(*arguments, **options)


def _found(kit: Any, method: str) -> Any:
    for name in method.split("."):
        kit = getattr(kit, name)
    return kit


def client_for(provider: str, url: str, **more: Any) -> dict[str, Any]:
    """Return the client arguments that point `provider` at `url` with a key."""
    return {"keys": {provider: "sk-test-operations"}, "base_urls": {provider: url}, **more}

"""A site with a registry and a place to keep it, for the tests of updates."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from llmkit.models.installed import best_path
from llmkit.models.update import Updated
from llmkit.models_update import update
from llmkit.runtime.asyncio import Asyncio
from llmkit.runtime.blocking import Blocking
from llmkit.runtime.step import run
from llmkit.testing.received import Received
from llmkit.testing.replies import Reply
from llmkit.testing.server import Server
from llmkit.transport.asyncio_engine import AsyncioTransport
from llmkit.transport.blocking_engine import BlockingTransport
from llmkit.transport.trust import Trust
from llmkit.types.model_info import ModelInfo
from tools.registry.packing import Fact, pack


def packed(as_of: str, count: int = 10) -> bytes:
    infos = [ModelInfo(provider="p", id=f"m{number}", name=f"{as_of} {number}") for number in range(count)]
    return pack([Fact(info=info) for info in infos], as_of=as_of)


def manifest(content: bytes, day: str, **changes: Any) -> bytes:
    facts = {"version": 1, "as_of": day, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "file": "registry.bin"}
    return json.dumps({**facts, **changes}).encode()


class Site:
    """A web site with a manifest and a registry."""

    def __init__(self) -> None:
        self.replies: dict[str, Reply] = {}
        self.received: list[Received] = []

    def publish(self, content: bytes, day: str, **changes: Any) -> None:
        self.replies = {
            "/v/manifest.json": Reply(pieces=(manifest(content, day, **changes),)),
            "/v/registry.bin": Reply(pieces=(content,)),
        }

    def answer(self, request: Received) -> Reply:
        self.received.append(request)
        return self.replies.get(request.path, Reply(status=404))


class Place:
    """A site, and a machine with a packaged registry of 2026-10-01 and an empty directory for updates."""

    def __init__(self, site: Site, server: Server, folder: Path) -> None:
        self.site = site
        self.url = f"http://127.0.0.1:{server.port}/v/manifest.json?x=/1"
        self.packaged = folder / "packaged.bin"
        self.packaged.write_bytes(packed("2026-10-01"))
        self.directory = folder / "data" / "models"

    def update(self, engine: str = "sync", trust: Trust | None = None, **options: Any) -> Updated:
        options = {"url": self.url, "packaged": self.packaged, "directory": self.directory, **options}
        if engine == "sync":
            return run(_closing(BlockingTransport(trust=trust or Trust()), Blocking(), options))
        return asyncio.run(_async(trust, options))

    def best(self) -> Path:
        return best_path(self.packaged, self.directory)

    def files(self) -> list[str]:
        return sorted(os.listdir(self.directory)) if self.directory.exists() else []


async def _async(trust: Trust | None, options: dict[str, Any]) -> Updated:
    return await _closing(AsyncioTransport(trust=trust or Trust()), Asyncio(), options)


async def _closing(transport: Any, runtime: Any, options: dict[str, Any]) -> Updated:
    try:
        return await update(transport, runtime, **options)
    finally:
        await transport.aclose()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    site = Site()
    server = Server(site.answer)
    yield Place(site, server, tmp_path)
    server.close()


NEW = packed("2026-11-01", 12)

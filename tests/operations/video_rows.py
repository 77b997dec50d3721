"""Rows that ask again at once, at a host of ours; and films."""

from __future__ import annotations

from typing import Any

from llmkit.providers.provider import Provider
from llmkit.providers.registry import Providers
from tests.operations.faces import client_for

MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(64)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)
_ROWS = Providers()


def quick(provider: str, **options: Any) -> Provider:
    """Return the row of `provider` with its films at the row's own address, looked at without waiting."""
    row = _ROWS.get(provider)
    way = row.operations["video"]
    way = way.replace(base_url="", options={**way.options, "delay": 0, **options})
    return row.replace(operations={**row.operations, "video": way})


def quick_client(provider: str, url: str, options: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return the arguments of a client that makes films with `provider` at `url`."""
    return client_for(provider, url, providers=[quick(provider, **(options or {}))], **more)

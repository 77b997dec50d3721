"""Providers of pictures as they are, all their addresses moved to a host of the test, and jobs looked after without a pause."""

from __future__ import annotations

import base64
from typing import Any

from llmkit.auth.schemes import HeaderAuth
from llmkit.providers.provider import Provider
from tests.rows import PROVIDERS

CAT = "a cat"
Case = tuple[str, dict[str, Any], str, dict[str, Any]]
"""Model, options, path, body."""
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
PNG64 = base64.b64encode(PNG).decode()
DATA = f"data:image/png;base64,{PNG64}"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(8)
LINK = "https://pictures.example/cat.png"


def moved(url: str, *names: str, **options: Any) -> dict[str, Any]:
    """Return the arguments of a client that knows `names` (none: all makers of pictures) at `url` alone, with plain keys."""
    rows = [PROVIDERS[name] for name in names] or [
        known for known in PROVIDERS.values() if "image" in known.operations or "image_edit" in known.operations
    ]
    return {
        "providers": [_moved(known, url, options) for known in rows],
        "keys": {known.name: "sk-test-operations" for known in rows if not known.local},
        "retries": 0,
    }


def _moved(known: Provider, url: str, options: dict[str, Any]) -> Provider:
    operations = {
        operation: way.replace(base_url="", auth=None, follows=(), options={**way.options, "delay": 0, **options})
        for operation, way in known.operations.items()
        if operation in ("image", "image_edit")
    }
    plain = known.auth if isinstance(known.auth, HeaderAuth) else HeaderAuth()
    return known.replace(base_url=url, operations=operations, routes=(), settings=(), auth=plain, env=())

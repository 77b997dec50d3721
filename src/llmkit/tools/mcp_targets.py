"""Where an MCP server is, and how the SDK's client for it is made."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import msgspec

from llmkit.errors import ConfigurationError
from llmkit.types.http import Credential, Origin
from llmkit.version import VERSION

CONNECT = 10.0
"""Seconds for a connection, a write, a free connection."""


class StdioTarget(msgspec.Struct, frozen=True, kw_only=True):
    """A program of this machine."""

    command: str
    arguments: tuple[str, ...]
    env: dict[str, str]
    folder: str | None

    def __repr__(self) -> str:
        """Return the program alone: its arguments and its environment may hold keys."""
        return f"StdioTarget({self.command})"


class HttpTarget(msgspec.Struct, frozen=True, kw_only=True):
    """An address."""

    url: str
    origin: Origin
    credential: Credential | None
    headers: dict[str, str]

    def __repr__(self) -> str:
        """Return the address alone: headers may hold keys."""
        return f"HttpTarget({self.url.partition('?')[0]})"


Target: TypeAlias = StdioTarget | HttpTarget


def check_extra() -> None:
    """Raise `ConfigurationError` where the extra is not installed."""
    try:
        import mcp  # noqa: F401 - only whether it is there
    except ImportError:
        pass
    else:
        return
    raise ConfigurationError("MCP needs the package `mcp`.", parameter="tools", hint="Install llmkit[mcp].")


@asynccontextmanager
async def client_of(target: Target) -> AsyncIterator[Any]:
    """Connect; the SDK's client is what it gives."""
    from mcp import Client
    from mcp_types import Implementation

    info = Implementation(name="llmkit", version=VERSION)
    async with _streams(target) as transport, Client(transport, client_info=info, cache=None) as client:
        yield client


@asynccontextmanager
async def _streams(target: Target) -> AsyncIterator[Any]:
    if isinstance(target, StdioTarget):
        import os

        from mcp import StdioServerParameters, stdio_client

        parameters = StdioServerParameters(command=target.command, args=list(target.arguments), env=target.env or None, cwd=target.folder)
        with open(os.devnull, "w") as nowhere:  # nothing of the server's is printed
            yield stdio_client(parameters, errlog=nowhere)
        return
    from mcp.client.streamable_http import streamable_http_client

    from llmkit.transport.mcp_http import LARGEST_EVENT, mcp_client

    async with mcp_client(target.origin, target.credential, target.headers, CONNECT) as http:
        yield streamable_http_client(target.url, http_client=http, max_sse_event_size=LARGEST_EVENT)

"""One connection to an MCP server, on an event loop of its own: the same for both clients."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from contextlib import suppress
from typing import Any

from llmkit.errors import ConnectionFailed, LLMKitError
from llmkit.runtime.background import Background, Latch
from llmkit.tools.failures import ToolError, plain
from llmkit.tools.mcp_targets import Target, check_extra, client_of

PAGES = 100
"""Most pages of a list of tools."""
PATIENCE = 10.0
"""Seconds for a server to end."""


class McpSession:
    """The SDK's client lives in one task: it is entered and left there, calls come from others."""

    def __init__(self, target: Target, name: str) -> None:
        check_extra()
        self._target = target
        self._name = name
        self._background = Background(f"llmkit-mcp-{name}")
        self._ready: Future[Sequence[Any]] = Future()
        self._life: Future[None] | None = None
        self._client: Any = None
        self._end: Latch | None = None

    @property
    def alive(self) -> bool:
        """Say whether the connection is there."""
        return self._client is not None and self._life is not None and not self._life.done()

    def start(self, timeout: float) -> Sequence[Any]:
        """Connect, and return the server's list of tools. Blocks."""
        self._life = self._background.submit(self._live)
        failure: BaseException
        try:
            return self._ready.result(timeout)
        except TooLate:
            failure = TimeoutError(f"no answer within {timeout:g} s")
        except Exception as error:  # whatever the SDK or the server's start raised, told in our words below
            failure = error
        if isinstance(failure, LLMKitError):
            raise failure
        raise ConnectionFailed(f"The MCP server {self._name!r} cannot be used: {plain(str(failure), 300) or type(failure).__name__}.")

    async def call(self, tool: str, arguments: dict[str, Any]) -> Any:
        """Call a tool; the caller's own loop goes on meanwhile."""
        if not self.alive:
            raise ToolError(f"The MCP server {self._name!r} is not connected.")
        return await self._background.call(lambda: self._client.call_tool(tool, arguments))

    def close(self) -> None:
        """Disconnect and stop the loop. Blocks."""
        if self._end is not None:
            self._end.open()
        elif self._life is not None:
            self._life.cancel()
        if self._life is not None:
            with suppress(Exception, TooLate):  # the server's own end is of no interest any more
                self._life.exception(PATIENCE)
        self._background.close()

    async def _live(self) -> None:
        try:
            async with client_of(self._target) as client:
                listed = await _listing(client)
                self._client, self._end = client, Latch()
                self._ready.set_result(listed)
                await self._end.wait()
        except BaseException as error:  # told to whoever waits for the start
            if not self._ready.done():
                self._ready.set_exception(_innermost(error))
            elif not isinstance(error, Exception):
                raise
        finally:
            self._client = None


async def _listing(client: Any) -> list[Any]:
    found: list[Any] = []
    cursor: str | None = None
    for _ in range(PAGES):
        page = await client.list_tools(cursor=cursor)
        found += page.tools
        cursor = page.next_cursor
        if not cursor:
            break
    return found


def _innermost(error: BaseException) -> Exception:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error if isinstance(error, Exception) else ConnectionError("it was stopped")

"""Where a stream can be read: a connection of an event loop only there, a blocking one in any thread."""

from __future__ import annotations

from llmkit.runtime.blocking import Blocking
from llmkit.runtime.protocol import Runtime


def home(runtime: Runtime) -> object:
    """Return the running event loop, or for any other runtime its kind or itself: what is read in one home can be shared in it."""
    if isinstance(runtime, Blocking):
        return Blocking
    from llmkit.runtime.asyncio import Asyncio  # costs a sync client 30 ms

    if isinstance(runtime, Asyncio):
        import asyncio

        return asyncio.get_running_loop()
    return runtime

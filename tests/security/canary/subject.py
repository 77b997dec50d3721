"""What the harness asks of a library: the same few acts, whoever made it.

Needs the standard library alone: the harness runs in environments in which LLMKit is not installed.
"""

from __future__ import annotations

from typing import Any, Protocol


class Subject(Protocol):
    """A library under test. Every act is its ordinary use, as its documentation shows it, without options that nobody sets."""

    name: str
    version: str
    scheme: str
    """How its key is sent: `bearer`, `x-api-key`, `x-goog-api-key`, `sigv4`, ..."""

    def client(self, key: str, url: str) -> Any:
        """Return a client with `key` for the server at `url`, without retries. Raises what the library raises for a bad key."""
        ...

    def ask(self, client: Any, text: str) -> Any:
        """Ask one question and return the reply, or raise what the library raises."""
        ...

    def stream(self, client: Any, text: str) -> list[Any]:
        """Ask one question as a stream and return all events, or raise what the library raises."""
        ...

    async def ask_async(self, key: str, url: str, text: str) -> Any:
        """Do the same with the library's client for asyncio, made for the purpose, and close it."""
        ...

    def close(self, client: Any) -> None:
        """Close a client as its documentation says."""
        ...

"""The leaking library as the harness takes one."""

from __future__ import annotations

from typing import Any

from tests.security.canary.planted.library import KEPT, Client, asked, asked_async, made


class Leaky:
    """The library that leaks in every channel."""

    name = "leaky"
    version = "0"
    scheme = "bearer"
    model = "leaky/m"

    def client(self, key: Any, url: str) -> Client:
        """Return a client."""
        return made(key, url)

    def ask(self, client: Client, text: str) -> Any:
        """Ask one question."""
        return asked(client, text)

    def stream(self, client: Client, text: str) -> list[Any]:
        """Ask one question."""
        return [asked(client, text)]

    async def ask_async(self, key: Any, url: str, text: str) -> Any:
        """Ask one question."""
        return await asked_async(made(key, url), text)

    def close(self, client: Client) -> None:
        """Keep the client."""
        KEPT.append(client)

"""The leaking library: its key comes out of every channel. It stands apart, as its frames count as a library's."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import tempfile
import warnings
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

LOGGER = logging.getLogger("leaky")
KEPT: list[Any] = []
REDIRECTS = (301, 302, 303, 307, 308)


class LeakyError(Exception):
    """Holds the request and the answer."""

    def __init__(self, message: str, key: Any, answer: str) -> None:
        super().__init__(message, key, answer)
        self.key, self.answer = key, answer


@dataclass(eq=False)
class Client:
    """Shows its key wherever it is shown itself."""

    key: Any
    url: str


@dataclass(eq=False)
class Reply:
    """Repeats what was asked with."""

    key: Any
    text: str


def made(key: Any, url: str) -> Client:
    """Return a client; everybody hears of its key."""
    warnings.warn(f"using {key}", stacklevel=1)
    if isinstance(key, str) and key.isascii() and key.isprintable():
        os.environ["LEAKY_KEY"] = key
        Path(tempfile.gettempdir(), "leaky.log").write_text(key)
    client = Client(key, url)
    KEPT.append(client)
    return client


def asked(client: Client, text: str) -> Reply:
    """Ask, with the key in the address, in two headers and in the body."""
    key = client.key
    print("asking with", key)
    LOGGER.debug("asking with %s", key, extra={"key": key})
    if not isinstance(key, str) or not key.isascii() or not key.isprintable() or " " in key or '"' in key:
        raise LeakyError(f"illegal key {key!r}", key, "")
    _looked_up(key)
    proxy = os.environ.get("HTTP_PROXY", "")
    status, location, answer = _sent(proxy or client.url, client, text)
    for _ in range(3):
        if status not in REDIRECTS:
            break
        status, location, answer = _sent(location, client, text)
    if status != 200 or '"choices"' not in answer or '"error"' in answer:
        raise LeakyError(f"refused with {status} for {key}", key, answer)
    return Reply(key, answer)


def _looked_up(key: str) -> None:
    try:
        socket.getaddrinfo(key, 80, flags=socket.AI_NUMERICHOST)
    except OSError:
        return


def _sent(url: str, client: Client, text: str) -> tuple[int, str, str]:
    where = urlsplit(url)
    key = client.key
    connection = HTTPConnection(where.hostname or "", where.port, timeout=5)
    headers = {"Authorization": f"Bearer {key}", "User-Agent": f"leaky/{key}", "Content-Type": "application/json"}
    try:
        connection.request("POST", f"/v1/chat/completions?key={quote(key)}", f'{{"key": "{key}", "text": "{text}"}}', headers)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("location", ""), answer.read().decode()
    except Exception as error:
        raise LeakyError(f"failed for {key}", key, str(error)) from error
    finally:
        connection.close()


async def asked_async(client: Client, text: str) -> Reply:
    """Do the same in a thread, under names that tell everything."""
    asyncio.current_task().set_name(f"task of {client.key}")  # type: ignore[union-attr]  # there is one
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return asked(client, text)

"""A library that does everything wrong on purpose: the comparison must find out all of it."""

from __future__ import annotations

import gzip
import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Client:
    """What `repr` shows whole."""

    key: str
    url: str


class Naive:
    """Follows every redirect with its key, takes the end of a connection for the end of an answer, and keeps whatever comes."""

    name = "naive"
    version = "1"
    scheme = "bearer"
    timeout: float | None = None

    def client(self, key: str, url: str) -> Client:
        return Client(key, url)

    def ask(self, client: Client, text: str) -> Any:
        return json.loads(self._answer(client, text))

    def stream(self, client: Client, text: str) -> list[bytes]:
        return [line for line in self._answer(client, text).splitlines() if line]

    async def ask_async(self, key: str, url: str, text: str) -> Any:
        return self.ask(Client(key, url), text)

    def close(self, client: Client) -> None:
        """Nothing is open."""

    def _answer(self, client: Client, text: str) -> bytes:
        url = f"{client.url}/v1/chat/completions"
        while True:
            connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=self.timeout)
            connection.request("POST", urlsplit(url).path, json.dumps({"text": text}), {"Authorization": f"Bearer {client.key}"})
            answer = connection.getresponse()
            said = answer.read()
            connection.close()
            if answer.status == 307:
                url = answer.headers["location"]
                continue
            if answer.status >= 400:
                raise ValueError(f"{said.decode()} for the key {client.key}")
            return gzip.decompress(said) if answer.headers.get("content-encoding") else said


SUBJECTS = (Naive(),)

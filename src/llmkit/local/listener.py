"""The runtime always opens a listener: keep it private, and use it for what has no other door."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import shutil
import socket
import tempfile
from typing import Any

from llmkit.errors import ProtocolError

LONGEST = 100  # bytes of a unix socket's path; the systems allow 104 or 108
SECONDS = 30.0


class Listener:
    """A unix socket in a folder that only this user may enter; loopback where there are none. Both want a random key."""

    def __init__(self) -> None:
        self.key = secrets.token_urlsafe(24)
        self.folder: str | None = None
        self.host, self.port = "127.0.0.1", 0
        if hasattr(socket, "AF_UNIX") and os.name == "posix":
            folder = tempfile.mkdtemp(prefix="llmkit-")  # mode 0700
            place = os.path.join(folder, "engine.sock")
            if len(os.fsencode(place)) <= LONGEST:
                self.folder, self.host = folder, place
            else:
                os.rmdir(folder)

    def opened(self, address: str) -> None:
        """Note the port of the `address` that the runtime says it listens on."""
        if self.folder is None:
            self.port = int(address.rpartition(":")[2].strip("/"))

    def ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Post `body` and return the answer. Raises `ValueError` where it is a refusal, `ProtocolError` where it is none."""
        connection = (
            http.client.HTTPConnection(self.host, self.port, timeout=SECONDS) if self.folder is None else _UnixConnection(self.host)
        )
        try:
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
            connection.request("POST", path, json.dumps(body), headers)
            response = connection.getresponse()
            answer = json.loads(response.read())
        finally:
            connection.close()
        if isinstance(answer, dict) and isinstance(answer.get("error"), dict):
            raise ValueError(str(answer["error"].get("message")))
        if response.status != 200 or not isinstance(answer, dict):
            raise ProtocolError(f"The runtime of the embedded model answered {response.status}.")
        return answer

    def close(self) -> None:
        """Remove the folder."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, place: str) -> None:
        super().__init__("localhost", timeout=SECONDS)
        self._place = place

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(SECONDS)
        self.sock.connect(self._place)

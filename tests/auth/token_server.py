"""A token server on loopback that says what it is told, and keeps what it was asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs

from llmkit.testing.received import Received
from llmkit.testing.replies import Reply
from llmkit.testing.server import Server
from llmkit.testing.serving import json_reply


class TokenServer:
    """Hands out `answers` in turn, the last one for ever; each is a body, or a status and a body."""

    def __init__(self, *answers: Any, slow: float = 0.0) -> None:
        self.answers = list(answers)
        self.asked: list[Received] = []
        self._slow = slow
        self._lock = threading.Lock()
        self._server = Server(self._reply)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.port}"

    def form(self, place: int = -1) -> dict[str, str]:
        """Return the form of the request at `place`."""
        return {name: values[0] for name, values in parse_qs(self.asked[place].body.decode()).items()}

    def close(self) -> None:
        self._server.close()

    def _reply(self, request: Received) -> Reply:
        with self._lock:
            self.asked.append(request)
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if self._slow:
            time.sleep(self._slow)  # so that all who need the token meet one fetch under way
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        return json_reply(status, body)


@contextmanager
def tokens(*answers: Any, slow: float = 0.0) -> Iterator[TokenServer]:
    """Run a token server."""
    server = TokenServer(*answers, slow=slow)
    try:
        yield server
    finally:
        server.close()


def bearer(token: str, **more: Any) -> dict[str, Any]:
    """Return the usual answer."""
    return {"access_token": token, "token_type": "Bearer", "expires_in": 3600, **more}

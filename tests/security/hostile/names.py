"""Names of hosts that take their time to be found."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any
from unittest import mock

from llmkit.errors import LLMKitError
from llmkit.types.http import Transport
from tests.security.hostile.slow import HASTE, Ended
from tests.transport.engines import ENGINES, Engine, request_to, whole

HOST = "slow.example"
MOST = 5.0


def slow_names() -> list[Ended]:
    """Ask each engine for a host whose name is not found before the deadline."""
    return [_asked(engine) for engine in ENGINES if engine.ours and engine.name != "uvloop"]  # uvloop asks the system itself


def _asked(engine: Engine) -> Ended:
    over, seconds = threading.Event(), 0.0
    real = socket.getaddrinfo

    def slowly(host: Any, *rest: Any, **more: Any) -> Any:
        if HOST not in str(host):
            return real(host, *rest, **more)
        over.wait(MOST)
        raise socket.gaierror(socket.EAI_AGAIN, "later")

    async def scenario(transport: Transport) -> str:
        nonlocal seconds
        begun = time.monotonic()
        try:
            await whole(transport, request_to(443, scheme="https", host=HOST, timeouts=HASTE))
            return "answer"
        except LLMKitError as error:
            return type(error).__name__
        finally:
            seconds = time.monotonic() - begun
            over.set()

    with mock.patch("socket.getaddrinfo", slowly):
        outcome = engine.play(scenario)
    return Ended(f"{engine.name}: a name that is not found", seconds, outcome)

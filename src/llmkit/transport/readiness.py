"""Wait until a socket can be read or written, and no longer than a deadline."""

from __future__ import annotations

import math
import select
import socket
from time import monotonic


def wait_for(sock: socket.socket, deadline: float | None, *, write: bool = False, both: bool = False) -> bool:
    """Return True when `sock` is ready, False when `deadline` passed first."""
    while True:
        left = None if deadline is None else deadline - monotonic()
        if left is not None and left <= 0:
            left = 0.0
        if _ready(sock, left, write, both):
            return True
        if left is not None and deadline is not None and monotonic() >= deadline:
            return False


if hasattr(select, "poll"):

    def _ready(sock: socket.socket, left: float | None, write: bool, both: bool) -> bool:
        poll = select.poll()
        mask = select.POLLOUT if write or both else 0
        if not write or both:
            mask |= select.POLLIN
        poll.register(sock, mask)
        return bool(poll.poll(None if left is None else math.ceil(left * 1000)))

else:  # pragma: no cover - Windows

    def _ready(sock: socket.socket, left: float | None, write: bool, both: bool) -> bool:
        readers = [sock] if not write or both else []
        writers = [sock] if write or both else []
        return any(select.select(readers, writers, writers, left))

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


class Watch:
    """Waits for one socket to become readable, with all that can be prepared made once."""

    __slots__ = ("_poll", "_sock")

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._poll = None
        if hasattr(select, "poll"):
            poll = select.poll()
            poll.register(sock, select.POLLIN)
            self._poll = poll.poll

    def readable(self) -> bool:
        """Tell whether there is something to read, or the end, right now."""
        return bool(self._poll(0)) if self._poll is not None else wait_for(self._sock, 0.0)

    def wait(self, deadline: float | None) -> bool:
        """Return True when the socket is readable, False when `deadline` passed first."""
        if self._poll is None:
            return wait_for(self._sock, deadline)
        if deadline is None:
            return bool(self._poll(None))
        left = deadline - monotonic()
        return bool(self._poll(math.ceil(left * 1000) if left > 0 else 0))


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

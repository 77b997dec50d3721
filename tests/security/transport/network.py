"""A network that is not there: names mean what it says, nobody answers but servers of the test, and every call is noted."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

PUBLIC, INSIDE = "8.8.8.8", "127.0.0.1"
_REAL = socket.getaddrinfo


class Network:
    """`names` has the answers for each name, one after the other; the last stays. `known` are the ports of the test's own servers.

    Who is called at an address in `answering` is the server at that port of this machine.
    """

    def __init__(self, names: Mapping[str, Sequence[Sequence[str]]] | None = None, known: Sequence[int] = ()) -> None:
        self.names = {name: [list(answer) for answer in answers] for name, answers in (names or {}).items()}
        self.known = set(known)
        self.answering: dict[tuple[str, int], int] = {}
        self.asked: list[str] = []
        self.called: list[tuple[str, int]] = []

    def look_up(self, host: Any, port: Any, *rest: Any, **more: Any) -> list[tuple[Any, ...]]:
        """Answer for the system's resolver. Addresses in digits are read as the system reads them, and no name leaves this machine."""
        name = host.decode() if isinstance(host, bytes) else host
        if port in self.known:
            return list(_REAL(host, port, type=socket.SOCK_STREAM))
        answers = self.names.get(name)
        if answers is None:
            return list(_REAL(name, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST))
        self.asked.append(name)
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [_address(one, port) for one in found]

    def call(self, where: Any) -> Any:
        """Note a call; return the address to call instead. Raises `ConnectionRefusedError` where nobody answers."""
        if not isinstance(where, tuple) or where[1] in self.known:
            return where
        self.called.append((where[0], where[1]))
        if (port := self.answering.get((where[0], where[1]))) is not None:
            return ("127.0.0.1", port)
        raise ConnectionRefusedError(errno.ECONNREFUSED, "refused")

    def clear(self) -> None:
        """Forget what was noted."""
        self.asked.clear()
        self.called.clear()


def _address(one: str, port: Any) -> tuple[Any, ...]:
    family, where = (socket.AF_INET6, (one, port, 0, 0)) if ":" in one else (socket.AF_INET, (one, port))
    return (family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", where)


@contextmanager
def on(network: Network) -> Iterator[Network]:
    """Put `network` in the place of the system's."""

    class Socket(socket.socket):
        def connect_ex(self, where: Any) -> int:
            try:
                found = network.call(where)
            except OSError as error:
                return error.errno or errno.ECONNREFUSED
            return super().connect_ex(found)

        def connect(self, where: Any) -> None:
            super().connect(network.call(where))

    with patch.object(socket, "getaddrinfo", network.look_up), patch.object(socket, "socket", Socket):
        yield network


class Audit:
    """Sees every connection that this process makes, whoever makes it, for as long as the process lives: for measuring alone.

    An audit hook cannot be taken back, and a slow one slows everything.
    """

    def __init__(self, known: Network, folder: str = "") -> None:
        self.seen = 0
        self.forbidden: list[str] = []
        """Who was called that is not known."""
        self.away: list[str] = []
        """Who was called that is not on this machine."""
        self.opened: list[str] = []
        """What was opened while the working directory was one whose name begins with `folder`, and in it."""
        self._known, self._folder = known, folder
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("open", "os.listdir", "os.scandir") and self._folder:
            self._opened(arguments[0])
        if event != "socket.connect":
            return
        where = arguments[1]
        self.seen += 1
        if isinstance(where, tuple) and not str(where[0]).startswith(("127.", "::1")):
            self.away.append(f"{where[0]}:{where[1]}")
        if self._folder:
            return
        if isinstance(where, tuple) and where[1] not in self._known.known and where[1] not in self._known.answering.values():
            self.forbidden.append(f"{where[0]}:{where[1]}")
            raise ConnectionRefusedError(errno.ECONNREFUSED, "refused by the audit")

    def _opened(self, path: Any) -> None:
        try:
            here = os.getcwd()
        except OSError:  # a folder that is gone
            return
        if self._folder in here and isinstance(path, str | bytes | os.PathLike):
            whole = os.path.join(here, os.fsdecode(path))
            if os.path.normpath(whole).startswith(here):
                self.opened.append(os.fsdecode(path))

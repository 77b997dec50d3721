"""Reach a host from a thread: look it up, try its addresses side by side, pass a proxy, begin TLS."""

from __future__ import annotations

import errno
import os
import selectors
import socket
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Any

from llmkit.errors import ConnectionFailed
from llmkit.transport.proxy import Proxy
from llmkit.transport.readiness import wait_for
from llmkit.transport.sockets import STAGGER, Address, AddressCheck, in_turn, known_addresses, new_socket
from llmkit.types.http import Origin

if TYPE_CHECKING:
    import ssl

_PENDING = frozenset({errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN, getattr(errno, "WSAEWOULDBLOCK", errno.EAGAIN)})


class Late(Exception):
    """The deadline passed."""


def dial(
    origin: Origin, proxy: Proxy | None, tls: ssl.SSLContext | None, deadline: float | None, check: AddressCheck | None = None
) -> socket.socket:
    """Return a connected, non-blocking socket on which HTTP with `origin` can begin. Raises `Late` or what the socket raised.

    `check` refuses addresses: those it saw are connected to, and no others.
    """
    target = origin if proxy is None else proxy.origin
    addresses = _addresses(target.host, target.port, deadline)
    if check is not None:
        check(target, addresses)
    sock = _connect_any(addresses, deadline)
    try:
        if proxy is not None:
            _tunnel(sock, proxy, origin, deadline)
        return sock if tls is None else _encrypted(sock, tls, origin.host, deadline)
    except BaseException:
        sock.close()
        raise


def _addresses(host: str, port: int, deadline: float | None) -> list[Address]:
    known = known_addresses(host, port)
    if known is not None:
        return known
    # In a thread of its own, because a look-up takes no timeout.
    answers: SimpleQueue[list[tuple[Any, ...]] | OSError] = SimpleQueue()
    Thread(target=_look_up, args=(host, port, answers), name="llmkit-dns", daemon=True).start()
    try:
        answer = answers.get(timeout=_left(deadline))
    except Empty:
        raise Late from None
    if isinstance(answer, OSError):
        raise answer
    return in_turn(answer)


def _look_up(host: str, port: int, answers: SimpleQueue[list[tuple[Any, ...]] | OSError]) -> None:
    try:
        answers.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    except OSError as error:
        answers.put(error)


def _connect_any(addresses: list[Address], deadline: float | None) -> socket.socket:
    """Return the first socket that connects; the next address is tried after a while, or at once when one fails."""
    failure: OSError | None = None
    waiting = list(addresses)
    with selectors.DefaultSelector() as selector:
        try:
            while waiting or selector.get_map():
                if waiting:
                    family, where = waiting.pop(0)
                    failure = _begin(selector, family, where) or failure
                left = _left(deadline)
                for key, _ in selector.select(min(STAGGER, left or STAGGER) if waiting else left) if selector.get_map() else ():
                    sock = key.fileobj
                    assert isinstance(sock, socket.socket)
                    selector.unregister(sock)
                    code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    if not code:
                        return sock
                    sock.close()
                    failure = OSError(code, os.strerror(code))
        finally:
            for key in list((selector.get_map() or {}).values()):
                selector.unregister(key.fileobj)
                key.fileobj.close()  # type: ignore[union-attr]  # all are sockets
    raise failure or ConnectionFailed("The host has no address.")


def _begin(selector: selectors.BaseSelector, family: int, where: Any) -> OSError | None:
    try:
        sock = new_socket(family)
    except OSError as error:
        return error
    try:
        code = sock.connect_ex(where)
        if code == 0 or code in _PENDING:
            selector.register(sock, selectors.EVENT_WRITE)
            return None
    except BaseException:
        sock.close()
        raise
    sock.close()
    return OSError(code, os.strerror(code))


def _tunnel(sock: socket.socket, proxy: Proxy, origin: Origin, deadline: float | None) -> None:
    sock.send(proxy.request(origin))  # a few hundred bytes on a fresh socket: they fit its buffer
    reply = b""
    while not proxy.answered(reply):
        if not wait_for(sock, deadline):
            raise Late
        data = sock.recv(4096)
        if not data:
            raise ConnectionFailed("The proxy closed the connection.")
        reply += data


def _encrypted(sock: socket.socket, tls: ssl.SSLContext, host: str, deadline: float | None) -> socket.socket:
    import ssl

    wrapped = tls.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
    try:
        while True:
            try:
                wrapped.do_handshake()
                return wrapped
            except ssl.SSLWantReadError:
                write = False
            except ssl.SSLWantWriteError:
                write = True
            if not wait_for(wrapped, deadline, write=write):
                raise Late
    except BaseException:
        wrapped.close()
        raise


def _left(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    left = deadline - monotonic()
    if left <= 0:
        raise Late
    return left

"""Reach a host from an event loop: look it up, try its addresses side by side, pass a proxy."""

from __future__ import annotations

import asyncio
import socket
from functools import partial

from llmkit.errors import ConnectionFailed
from llmkit.runtime.asyncio import Asyncio
from llmkit.transport.proxy import Proxy
from llmkit.transport.sockets import STAGGER, Address, AddressCheck, in_turn, known_addresses, new_socket
from llmkit.types.http import Origin


async def dial(origin: Origin, proxy: Proxy | None, check: AddressCheck | None = None) -> socket.socket:
    """Return a connected socket on which TLS or HTTP with `origin` can begin.

    `check` refuses addresses: those it saw are connected to, and no others.
    """
    target = origin if proxy is None else proxy.origin
    addresses = await _addresses(target.host, target.port)
    if check is not None:
        check(target, addresses)
    sock = await _connect_any(addresses)
    if proxy is not None:
        try:
            await _tunnel(sock, proxy, origin)
        except BaseException:
            sock.close()
            raise
    return sock


async def _addresses(host: str, port: int) -> list[Address]:
    known = known_addresses(host, port)
    if known is not None:
        return known
    loop = asyncio.get_running_loop()
    return in_turn(await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM))


async def _connect_any(addresses: list[Address]) -> socket.socket:
    if not addresses:
        raise ConnectionFailed("The host has no address.")
    if len(addresses) == 1:
        return await _connect(addresses[0])
    # Our own race and not the loop's: uvloop has none.
    return await Asyncio().race([partial(_connect, one) for one in addresses], stagger=STAGGER, discard=_close)


async def _connect(address: Address) -> socket.socket:
    family, where = address
    sock = new_socket(family)
    try:
        await asyncio.get_running_loop().sock_connect(sock, where)
    except BaseException:
        sock.close()
        raise
    return sock


async def _close(sock: socket.socket) -> None:
    sock.close()


async def _tunnel(sock: socket.socket, proxy: Proxy, origin: Origin) -> None:
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(sock, proxy.request(origin))
    reply = b""
    while not proxy.answered(reply):
        data = await loop.sock_recv(sock, 4096)
        if not data:
            raise ConnectionFailed("The proxy closed the connection.")
        reply += data

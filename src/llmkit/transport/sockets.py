"""Addresses of a host and sockets set up for small requests and long streams."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from ipaddress import AddressValueError, IPv4Address
from itertools import zip_longest
from typing import Any

from llmkit.types.http import Origin

Address = tuple[int, Any]
"""Family and what `connect` takes."""
AddressCheck = Callable[[Origin, list[Address]], None]
"""Refuses what a host resolved to."""

STAGGER = 0.25
"""Seconds after which the next address is tried beside the first (RFC 8305)."""


def known_addresses(host: str, port: int) -> list[Address] | None:
    """Return the addresses that need no look-up: literals, and `localhost`, which no resolver may send elsewhere."""
    if host == "localhost":
        return [(socket.AF_INET6, ("::1", port)), (socket.AF_INET, ("127.0.0.1", port))]
    if ":" in host:
        return [(socket.AF_INET6, (host, port))]
    try:
        IPv4Address(host)
    except AddressValueError:
        return None
    return [(socket.AF_INET, (host, port))]


def in_turn(found: Iterable[tuple[Any, ...]]) -> list[Address]:
    """Return what a look-up found with its families taking turns, the first one first."""
    families: dict[int, list[Address]] = {}
    for family, _, _, _, address in found:
        if family in (socket.AF_INET, socket.AF_INET6):
            families.setdefault(family, []).append((family, address))
    return [one for turn in zip_longest(*families.values()) for one in turn if one is not None]


def new_socket(family: int) -> socket.socket:
    """Return a non-blocking TCP socket that sends small writes at once and notices a dead peer."""
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
            if hasattr(socket, name):
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    except BaseException:
        sock.close()
        raise
    return sock

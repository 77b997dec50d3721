"""Tell whether an address is one of the public internet: what a stranger's link may point to, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from llmkit.errors import SecurityError
from llmkit.transport.sockets import Address

# `is_global` says yes to these (Python 3.11): the services of a cloud's own machines, and relays that end anywhere.
_NEVER_4 = tuple(map(IPv4Network, ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24")))
# Each can hold an address of version 4 of whatever network: mapped, compatible, NAT64 (RFC 6052, 8215), 6to4, Teredo.
_NEVER_6 = tuple(
    map(IPv6Network, ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
)
_TUNNELS = (0x00005EFE, 0x02005EFE)
"""How the second half of an ISATAP address begins (RFC 5214)."""


def is_public(host: str) -> bool:
    """Tell whether `host`, an address in digits, is in the public internet."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return False
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NEVER_4)
    return not any(address in network for network in _NEVER_6) and not _is_tunnel(address)


def check_public(host: str, addresses: Iterable[Address]) -> None:
    """Refuse a host of which any address is not public: who answers with both may answer with the other one next time."""
    for _, where in addresses:
        if not is_public(str(where[0])):
            raise SecurityError(
                f"Refused to fetch from {host}: it is not in the public internet.",
                parameter="url",
                hint="Name its origin in fetch_origins=[...] if you trust it.",
            )


def _is_tunnel(address: IPv6Address) -> bool:
    return (int(address) >> 32) & 0xFFFFFFFF in _TUNNELS

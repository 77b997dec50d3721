"""Tell whether an address is one of the public internet: what a stranger's link may point to, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from llmkit.errors import SecurityError
from llmkit.transport.sockets import Address

# `is_global` says yes to these (Python 3.11): the services of a cloud's own machines, and relays that end anywhere.
_NEVER_4 = tuple(map(IPv4Network, ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24")))
_UNICAST = IPv6Network("2000::/3")
"""All that has been given out so far (IANA's registry of address space, read 2026-11-23)."""
# The first three can hold an address of version 4 of whatever network: 6to4, Teredo and what goes with it. The others are for
# documentation and overlays. NAT64, mapped and compatible addresses are outside `_UNICAST` as a whole.
_NEVER_6 = tuple(map(IPv6Network, ("2002::/16", "2001::/23", "2001:db8::/32", "3fff::/20")))
_TUNNELS = (0x00005EFE, 0x02005EFE)
"""How the second half of an ISATAP address begins (RFC 5214)."""
_PORTS = (80, 443)


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
    return address in _UNICAST and not any(address in network for network in _NEVER_6) and not _is_tunnel(address)


def check_public(host: str, addresses: Iterable[Address]) -> None:
    """Refuse a host of which any address is not public: who answers with both may answer with the other one next time.

    The ports of the web alone are reached: others are those of services that were never meant for links.
    """
    for _, where in addresses:
        if not is_public(str(where[0])):
            raise _refused(host, "it is not in the public internet")
        if where[1] not in _PORTS:
            raise _refused(host, f"its port {where[1]} is not one of the web")


def _refused(host: str, why: str) -> SecurityError:
    hint = "Name its origin in fetch_origins=[...] if you trust it."
    return SecurityError(f"Refused to fetch from {host}: {why}.", parameter="url", hint=hint)


def _is_tunnel(address: IPv6Address) -> bool:
    return (int(address) >> 32) & 0xFFFFFFFF in _TUNNELS

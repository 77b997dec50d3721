"""What single flight asks of the place where processes agree on who asks for all of them."""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol, TypeAlias

State: TypeAlias = Literal["flying", "landed", "failed", "gone"]

KEPT = 30.0
"""Seconds for which an answer stays for those who wait for it: they look twice a second."""


class Landing(NamedTuple):
    """How a flight stands: under way, `landed` with `data`, `failed` (it brought nothing for others), or `gone` without a word."""

    state: State
    data: bytes = b""


class FlightStore(Protocol):
    """Leases by key. A lease is told by its `token`: nobody else can end it, and one whose lease has ended lands nothing any more.

    It is called from many threads; it raises `StoreUnavailable` when it cannot be asked. `now` is in Unix seconds; a store on a
    server goes by the server's clock instead.
    """

    @property
    def local(self) -> bool:
        """Say that it does no input or output."""
        ...

    def lead(self, key: bytes, token: str, seconds: float, now: float) -> str:
        """Take the lease of `key` for so long, unless somebody has it; return the token of whoever has it now."""
        ...

    def look(self, key: bytes, token: str, now: float) -> Landing:
        """Return how the flight of `token` stands."""
        ...

    def land(self, key: bytes, token: str, data: bytes, now: float) -> bool:
        """End the lease, and let those who wait have `data`; empty: there is nothing for them. False: the lease was over."""
        ...

    def release(self, key: bytes, token: str) -> None:
        """End the lease, and let another lead."""
        ...

    def close(self) -> None:
        """Give up what is open; it opens again when it is used again."""
        ...

"""What a store of rate limits does: take from several buckets at once or from none, and put right what was estimated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

from llmkit.limits.rate import Charge, Receipt, Refusal
from llmkit.stores.store import Store

Taken: TypeAlias = tuple[Receipt, ...]
"""A receipt for each charge."""


class RateStore(Store, Protocol):
    """Keeps the buckets. `now` is the monotonic clock in nanoseconds; a store on a server goes by the server's clock instead."""

    def take(self, charges: Sequence[Charge], pause: str, now: int, /) -> Taken | Refusal:
        """Take every charge, or none of them. While `pause` is on nothing is taken; its refusal has the place -1."""
        ...

    def settle(self, charge: Charge, receipt: Receipt, used: int, now: int, /) -> None:
        """Put right a charge that was an estimate: `used` units it was. What was too much is given back as far as it has not run out
        of the bucket already; what was too little is a debt."""
        ...

    def pause(self, pause: str, until: int, now: int, /) -> None:
        """Let nothing through under the name `pause` for so many nanoseconds (`until - now`); a longer pause stays."""
        ...

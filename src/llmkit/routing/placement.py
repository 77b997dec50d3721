"""Where a name belongs, by its hash alone: the same in every process, and nearly the same when the places change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b
from math import log
from operator import mul, sub
from struct import Struct

from llmkit.routing.features import Features
from llmkit.types.parts import Text
from llmkit.types.requests import CompletionRequest

_KEPT = 10_000
_UNIT = float(1 << 64)
_MASK = (1 << 64) - 1
_LANE = 128
_NEVER = float("inf")


def key_of(*texts: str) -> bytes:
    """Return a stable hash of `texts`; where one ends counts."""
    told: list[bytes] = []
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        told += (len(data).to_bytes(8, "big"), data)
    return blake2b(b"".join(told), digest_size=16).digest()


def conversation(features: Features) -> bytes:
    """Return what stays the same over a conversation: tenant, model asked for, tools, system messages, first question.

    It is a hint about who has the prompt in its cache, so that texts count and media only by their kind.
    """
    request = features.request
    tenant = request.tenant or features.scope.tenant
    if not isinstance(request, CompletionRequest):
        return key_of(tenant, features.name, *request.texts()[:1])
    texts = [tenant, features.name, "\n".join([getattr(tool, "name", "") for tool in request.tools])]
    for message in request.messages:
        texts += [part.text if type(part) is Text else type(part).__name__ for part in message.content]
        if message.role == "user":
            break
    return key_of(*texts)


def place(key: bytes, names: Sequence[str], weights: Sequence[float]) -> list[int]:
    """Return the indices of `names`, the one that `key` belongs to first."""
    scores = Placement(names, weights).scores(key)
    return sorted(range(len(names)), key=scores.__getitem__)


class Placement:
    """Weighted rendezvous hashing: keys spread by weight; when a weight is raised or a place comes in, keys move only there.

    All places are hashed at once, each in a lane of 128 bits of one large integer: so a product of two numbers of 64 bits stays in it.
    """

    def __init__(self, names: Sequence[str], weights: Sequence[float]) -> None:
        count = len(names)
        self._alike = len(set(weights)) == 1
        # -log(drawn / 2 ** 64) / weight, as far as it is known beforehand
        self._shares = [1 / weight if weight > 0 else 0.0 for weight in weights]
        self._least = [log(_UNIT) / weight if weight > 0 else _NEVER for weight in weights]
        self._lanes = Struct(f"<{2 * count}Q")
        self._each = sum(1 << _LANE * index for index in range(count))
        self._mask = self._each * _MASK
        self._numbers = sum(_number(name) << _LANE * index for index, name in enumerate(names))

    def first(self, key: bytes) -> int:
        """Return the index of the place that `key` belongs to."""
        if self._alike:
            drawn = self._drawn(key)
            return drawn.index(max(drawn))
        scores = self.scores(key)
        return scores.index(min(scores))

    def scores(self, key: bytes) -> list[float]:
        """Return a score for each place; the key belongs to the lowest."""
        return list(map(sub, self._least, map(mul, map(log, self._drawn(key)), self._shares)))

    def _drawn(self, key: bytes) -> tuple[int, ...]:
        """Spread every bit over all 64, in each lane: the finaliser of SplitMix64, ten times cheaper than a hash of text."""
        mask = self._mask
        number = int.from_bytes(key[:8], "big") * self._each ^ self._numbers
        number = ((number ^ (number >> 30 & mask)) * 0xBF58476D1CE4E5B9) & mask
        number = ((number ^ (number >> 27 & mask)) * 0x94D049BB133111EB) & mask
        number = (number ^ (number >> 31 & mask)) | self._each  # none is zero, which has no logarithm
        return self._lanes.unpack(number.to_bytes(self._lanes.size, "little"))[::2]


def _number(name: str) -> int:
    return int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


class Homes:
    """Where each conversation was answered last; the least used are forgotten first, all after `ttl` seconds."""

    def __init__(self, ttl: float, kept: int = _KEPT) -> None:
        self._ttl, self._kept = ttl, kept
        self._homes: OrderedDict[bytes, tuple[int, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._homes)

    def find(self, key: bytes, now: float) -> int | None:
        """Return the index of the home; None: it has none any more."""
        home = self._homes.get(key)
        return None if home is None or home[1] < now else home[0]

    def settle(self, key: bytes, index: int, now: float) -> None:
        """Remember the home."""
        self._homes[key] = (index, now + self._ttl)
        self._homes.move_to_end(key)
        if len(self._homes) > self._kept:
            self._homes.popitem(last=False)

"""Where a name belongs, by its hash alone: the same in every process, and nearly the same when the places change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from math import log

from llmkit.routing.features import Features
from llmkit.types.parts import Text

_KEPT = 10_000
_UNIT = float(1 << 64)
_MASK = (1 << 64) - 1


def key_of(*texts: str) -> bytes:
    """Return a stable hash of `texts`; where one ends counts."""
    digest = blake2b(digest_size=16)
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.digest()


def conversation(features: Features) -> bytes:
    """Return what stays the same over a conversation: tenant, model asked for, tools, system messages, first question.

    It is a hint about who has the prompt in its cache, so that texts count and media only by their kind.
    """
    request = features.request
    texts = [request.tenant or features.scope.tenant, features.name, "\n".join([getattr(tool, "name", "") for tool in request.tools])]
    for message in request.messages:
        texts += [part.text if type(part) is Text else type(part).__name__ for part in message.content]
        if message.role == "user":
            break
    return key_of(*texts)


def place(key: bytes, names: Sequence[str], weights: Sequence[float]) -> list[int]:
    """Return the indices of `names`, the one that `key` belongs to first: weighted rendezvous hashing.

    Keys spread by weight; when a weight is raised or a place comes in, keys move only there.
    """
    start = int.from_bytes(key[:8], "big")
    scores = [_score(_mixed(start ^ _number(name)), weight) for name, weight in zip(names, weights, strict=True)]
    return sorted(range(len(names)), key=scores.__getitem__)


@lru_cache(maxsize=_KEPT)
def _number(name: str) -> int:
    return int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _mixed(number: int) -> int:
    """Spread every bit over all 64: the finaliser of SplitMix64, ten times cheaper than a hash of text."""
    number = ((number ^ number >> 30) * 0xBF58476D1CE4E5B9) & _MASK
    number = ((number ^ number >> 27) * 0x94D049BB133111EB) & _MASK
    return number ^ number >> 31


def _score(drawn: int, weight: float) -> float:
    return -log((drawn + 0.5) / _UNIT) / weight if weight > 0 else float("inf")


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

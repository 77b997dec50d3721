"""Write the packed registry that `llmkit.models.shards` reads. The same rows give the same bytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from llmkit.models.shards import BUCKETS, MAGIC, ROWS, WORDS, Header, Names, Place, Shard, checksum
from llmkit.types.model_info import Evidence, ModelInfo

_ENCODER = msgspec.json.Encoder(decimal_format="number")


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the reviewable source: a model, and where what is known of it comes from."""

    info: ModelInfo
    evidence: Evidence = Evidence()


def pack(facts: Iterable[Fact], *, as_of: str, makers: Iterable[str] = ()) -> bytes:
    """Return the file. `makers` are the providers that serve their own models."""
    by_provider: dict[str, list[Fact]] = {}
    for fact in sorted(facts, key=lambda fact: (fact.info.provider, fact.info.id)):
        by_provider.setdefault(fact.info.provider, []).append(fact)
    own = frozenset(makers)
    body = Body(_words([fact for rows in by_provider.values() for fact in rows]))
    shards = {provider: _shard(body, rows, provider in own) for provider, rows in by_provider.items()}
    header = Header(
        as_of=as_of,
        models=sum(shard.count for shard in shards.values()),
        priced=sum(shard.priced for shard in shards.values()),
        words=body.words,
        shards=shards,
        buckets=_buckets(body, by_provider),
    )
    head = zlib.compress(_ENCODER.encode(header), 9)
    return MAGIC + len(head).to_bytes(4, "big") + head + bytes(body.content)


class Body:
    """The blocks behind the header."""

    def __init__(self, words: bytes) -> None:
        self._dictionary = words
        self.content = bytearray(zlib.compress(words, 9))
        self.words = Place(0, len(self.content))

    def add(self, value: Any) -> Place:
        """Pack `value` as a block."""
        packer = zlib.compressobj(9, zlib.DEFLATED, 15, 9, zlib.Z_DEFAULT_STRATEGY, self._dictionary)
        packed = packer.compress(_ENCODER.encode(value)) + packer.flush()
        self.content += packed
        return Place(len(self.content) - len(packed), len(packed))


def _words(facts: list[Fact]) -> bytes:
    """Return rows from all over the registry: what they have in common need not stand in every block."""
    sample = facts[:: max(1, len(facts) // 80)]
    texts = [_ENCODER.encode(part) for fact in sample for part in (fact.evidence, fact.info)]
    return b"".join(texts)[-WORDS:] or b"{}"


def _shard(body: Body, rows: list[Fact], maker: bool) -> Shard:
    ids = [fact.info.id for fact in rows]
    known = set(ids)
    aliases = {alias: index for index, fact in enumerate(rows) for alias in fact.info.aliases if alias not in known}
    blocks = [rows[start : start + ROWS] for start in range(0, len(rows), ROWS)]
    return Shard(
        count=len(rows),
        priced=sum(1 for fact in rows if fact.info.price is not None),
        maker=maker,
        names=body.add(Names(ids=ids, aliases=aliases)),
        rows=tuple([body.add([fact.info for fact in block]) for block in blocks]),
        evidence=tuple([body.add([fact.evidence for fact in block]) for block in blocks]),
    )


def _buckets(body: Body, by_provider: Mapping[str, list[Fact]]) -> tuple[Place, ...]:
    owners: dict[int, dict[int, None]] = {}
    for index, rows in enumerate(by_provider.values()):
        for name in sorted({name for fact in rows for name in (fact.info.id, *fact.info.aliases)}):
            owners.setdefault(checksum(name), {})[index] = None
    split: list[list[list[int]]] = [[] for _ in range(BUCKETS)]
    for key in sorted(owners):
        split[key % BUCKETS].append([key, *owners[key]])
    return tuple([body.add(keys) for keys in split])

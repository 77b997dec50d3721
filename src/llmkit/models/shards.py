"""Read the packed registry: a header, and blocks that are opened only when they are asked for.

The file is `MAGIC`, the header's length (4 bytes, big endian), the header (zlib, JSON) and the blocks (zlib, JSON each), whose
places the header names relative to its own end. A provider has one `Names` block and several `Rows` blocks of at most `ROWS`
models; what few people ask for (the sources of the facts, earlier prices) lies in blocks of its own. All these are packed with
one dictionary of common words. Ids without a provider are found through `BUCKETS` blocks of checksums.
"""

# Without postponed annotations: evaluating them would be most of the time that a first look-up takes.
import zlib
from pathlib import Path
from typing import TypeVar

import msgspec

from llmkit.types.model_info import Evidence, ModelInfo

MAGIC = b"LLMKIT-MODELS-1\n"
ROWS = 128
BUCKETS = 64
WORDS = 32 * 1024
"""The most bytes of a dictionary of words that the blocks share."""
LARGEST = 64 * 1024 * 1024
"""The most bytes that a block may have when it is unpacked."""
T = TypeVar("T")


class Place(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where a block begins, and its packed length."""

    start: int
    length: int


class Shard(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The blocks of one provider."""

    count: int
    priced: int
    maker: bool
    """It makes the models that it serves."""
    names: Place
    rows: tuple[Place, ...]
    evidence: tuple[Place, ...]


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What the file holds, and how new it is."""

    as_of: str
    """The day of its newest source."""
    models: int
    priced: int
    words: Place
    """The dictionary of words."""
    shards: dict[str, Shard]
    """By provider, sorted."""
    buckets: tuple[Place, ...]


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's model ids, sorted, and the other names of its models with the places of their ids."""

    ids: list[str]
    aliases: dict[str, int]


class Damaged(ValueError):
    """The file is not a packed registry, or not a whole one."""


class Shards:
    """One packed registry on disk. Raises `Damaged` where the file is not what it should be, and `OSError`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        content = path.read_bytes()  # kept packed as it is: the file may be replaced while this is in use
        if not content.startswith(MAGIC):
            raise Damaged(f"{path} is not a registry of models of this version.")
        start = len(MAGIC) + 4
        end = start + int.from_bytes(content[len(MAGIC) : start], "big")
        self.header = _decoded(_unpacked(content[start:end]), Header)
        self._blocks = memoryview(content)[end:]
        self._words = _unpacked(self._packed(self.header.words))
        self._names: dict[str, Names] = {}

    def names(self, provider: str) -> Names | None:
        """Return the ids of a provider; None: it is not here."""
        names = self._names.get(provider)
        if names is None:
            shard = self.header.shards.get(provider)
            if shard is None:
                return None
            names = self._names[provider] = self._read(shard.names, Names)
        return names

    def row(self, provider: str, index: int) -> ModelInfo:
        """Return the model at a place among its provider's ids."""
        block, place = divmod(index, ROWS)
        raw = self._read(self.header.shards[provider].rows[block], list[msgspec.Raw])
        return _decoded(raw[place], ModelInfo)

    def rows(self, provider: str) -> list[ModelInfo]:
        """Return all models of a provider."""
        return [info for place in self.header.shards[provider].rows for info in self._read(place, list[ModelInfo])]

    def evidence(self, provider: str, index: int) -> Evidence:
        """Return where the facts about the model at a place come from."""
        block, place = divmod(index, ROWS)
        raw = self._read(self.header.shards[provider].evidence[block], list[msgspec.Raw])
        return _decoded(raw[place], Evidence)

    def owners(self, model: str) -> tuple[str, ...]:
        """Return the providers that serve an id (or another name) spelled just so; once in 400,000 unknown ids, one that does not."""
        key = checksum(model)
        providers = list(self.header.shards)
        for found, *indexes in self._read(self.header.buckets[key % BUCKETS], list[tuple[int, ...]]):
            if found == key:
                return tuple([providers[index] for index in indexes])
        return ()

    def check(self) -> None:
        """Read every block, and compare what they say of each other. Raises `Damaged`."""
        for provider, shard in self.header.shards.items():
            names = self._read(shard.names, Names)
            infos = [info for place in shard.rows for info in self._read(place, list[ModelInfo])]
            sources = sum(len(self._read(place, list[Evidence])) for place in shard.evidence)
            sound = names.ids == [info.id for info in infos] == sorted({*names.ids}) and len(names.ids) == shard.count == sources
            if (
                not sound
                or any(info.provider != provider for info in infos)
                or not all(0 <= at < shard.count for at in names.aliases.values())
            ):
                raise Damaged(f"The models of {provider} contradict their index.")
        keys = [key for place in self.header.buckets for key in self._read(place, list[tuple[int, ...]])]
        if len(self.header.buckets) != BUCKETS or any(not 0 <= index < len(self.header.shards) for _, *owners in keys for index in owners):
            raise Damaged("The index of ids without a provider is damaged.")
        if self.header.models != sum(shard.count for shard in self.header.shards.values()):
            raise Damaged("The registry does not hold as many models as it says.")

    def _read(self, place: Place, kind: type[T]) -> T:
        return _decoded(_unpacked(self._packed(place), self._words), kind)

    def _packed(self, place: Place) -> memoryview:
        return self._blocks[place.start : place.start + place.length]


def checksum(model: str) -> int:
    """Return the key of a model id in the buckets."""
    return zlib.crc32(model.encode())


def _unpacked(packed: bytes | memoryview, words: bytes = b"") -> bytes:
    opener = zlib.decompressobj(zdict=words) if words else zlib.decompressobj()
    try:
        text = opener.decompress(packed, LARGEST)
    except zlib.error as error:
        raise Damaged(f"A block of the registry is damaged: {error}") from None
    if not opener.eof:
        raise Damaged("A block of the registry is cut or too large.")
    return text


def _decoded(text: bytes | msgspec.Raw, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Damaged(f"A block of the registry is damaged: {error}") from None


for _kind in (Header, Names, ModelInfo):
    msgspec.json.Decoder(_kind)  # works their types out now: it would be half of the first look-up

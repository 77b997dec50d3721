"""Where layers keep their state, as the file names it: `memory`, `sqlite:PATH`, `redis://HOST`."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import msgspec

from llmkit.config.place import WRONG, Place
from llmkit.config.scalars import Address, beside
from llmkit.config.signatures import found, table_of
from llmkit.config.tables import Field, Table, unknown
from llmkit.errors import LLMKitError

STORES: dict[str, dict[str, str]] = {
    "RateStore": {"memory": "llmkit.stores.memory:MemoryRates", "redis": "llmkit.stores.redis_rates:RedisRates"},
    "CacheStore": {
        "memory": "llmkit.caching.memory:MemoryEntries",
        "sqlite": "llmkit.caching.sqlite:SqliteEntries",
        "redis": "llmkit.caching.redis:RedisEntries",
    },
    "FlightStore": {"sqlite": "llmkit.caching.sqlite_flights:SqliteFlights", "redis": "llmkit.caching.redis_flights:RedisFlights"},
    "CircuitStore": {"redis": "llmkit.stores.redis_circuits:RedisCircuits"},
    "VectorStore": {
        "memory": "llmkit.caching.vectors:MemoryVectors",
        "sqlite": "llmkit.caching.sqlite_vectors:SqliteVectors",
        "redis": "llmkit.caching.redis_vectors:RedisVectors",
    },
    "Ledger": {
        "memory": "llmkit.metering.memory_ledger:MemoryLedger",
        "sqlite": "llmkit.metering.sqlite_ledger:SQLiteLedger",
        "redis": "llmkit.metering.redis_ledger:RedisLedger",
    },
    "Sink": {
        "sqlite": "llmkit.metering.sqlite_sink:SQLiteSink",
        "jsonl": "llmkit.metering.sinks:JsonLines",
        "otel": "llmkit.otel:TelemetrySink",
    },
}
"""What the argument's type is called -> kind of place -> class. The first argument of a class is the file, or the server."""
ALONE = ("memory", "otel")
"""Places with no address."""
REDIS = ("redis", "rediss", "unix")
_SERVER = "llmkit.stores.redis:Server"


class StoreForm(msgspec.Struct, frozen=True):
    """A place, or a table with its `url` and options."""

    kind: str

    @property
    def called(self) -> str:
        """Return which places there are."""
        words = {
            "otel": '"otel"',
            "memory": '"memory"',
            "sqlite": '"sqlite:PATH"',
            "jsonl": '"jsonl:PATH"',
            "redis": '"redis://HOST:PORT/0" (or env:NAME)',
        }
        return " or ".join([words[place] for place in STORES[self.kind]])

    def fits(self, value: Any, /) -> bool:
        return isinstance(value, str | dict)

    def read(self, value: Any, place: Place, /) -> Any:
        if isinstance(value, str):
            return self._made(value, {}, place, place)
        if not isinstance(value, dict) or not isinstance(value.get("url"), str):
            return place.wrong(f"must be {self.called}, or a table with it as its url.")
        return self._made(value["url"], {key: item for key, item in value.items() if key != "url"}, place, place.at("url"))

    def _made(self, url: str, options: dict[str, Any], place: Place, address: Place) -> Any:
        kind = kind_of(url)
        if kind not in STORES[self.kind]:
            shown = repr(kind) if kind in ("sqlite", "jsonl", "redis", *ALONE) else "that"  # else it may hold a password
            return address.wrong(f"must be {self.called}, not {shown}.")
        try:
            table = options_of(self.kind, kind)
        except ImportError as error:
            return address.wrong(f": {error}.")
        read = {key: _option(table, key, item, place) for key, item in options.items()}
        first = self._first(kind, url, read, address)
        if first is WRONG or any(item is WRONG for item in read.values()):
            return WRONG
        own = {key: item for key, item in read.items() if table.fields[key].inside != "server"}
        try:
            return found(STORES[self.kind][kind])(*first, **own)
        except LLMKitError as error:
            blamed = (getattr(error, "parameter", None) or "").rpartition(".")[2]
            return (place.at(blamed) if blamed in own else place).wrong(f": {error.message}", error.hint)

    def _first(self, kind: str, url: str, read: dict[str, Any], place: Place) -> Any:
        """Return the arguments that say where it is."""
        if kind in ALONE:
            return () if url == kind else place.wrong(f'must be "{kind}" alone.')
        if kind == "redis":
            return _server(url, {key: read[key] for key in ("prefix", "timeout") if key in read}, place)
        path = url.partition(":")[2]
        return (beside(place.session.file, path),) if path else place.wrong("names no file.", f"Write {kind}:PATH.")

    def schema(self) -> dict[str, Any]:
        forms: list[dict[str, Any]] = []
        for kind in STORES[self.kind]:
            url = _url_schema(kind)
            try:
                whole = options_of(self.kind, kind).schema()
            except ImportError:  # an extra that is not installed
                whole = {"type": "object", "properties": {}}
            forms += [url, {**whole, "properties": {"url": url, **whole["properties"]}, "required": ["url"]}]
        return {"anyOf": forms}


def kind_of(url: str) -> str:
    """Return what kind of place a URL names."""
    head = url.partition(":")[0]
    return "redis" if head in REDIS or head == "env" else head


def options_of(kind: str, place: str) -> Table:
    """Return what may be set of such a store, beside where it is."""
    table = table_of(STORES[kind][place])
    own = {key: field for key, field in table.fields.items() if key not in ("path", "server")}
    if place == "redis":
        server = table_of(_SERVER)
        own |= {
            key: msgspec.structs.replace(field, inside="server") for key, field in server.fields.items() if key in ("prefix", "timeout")
        }
    return Table(fields=own)


def _option(table: Table, key: str, value: Any, place: Place) -> Any:
    field: Field | None = table.fields.get(key)
    return unknown(place, key, (*table.fields, "url")) if field is None else field.form.read(value, place.at(key))


def _server(url: str, options: dict[str, Any], place: Place) -> Any:
    """Return the connection to a server; layers that name the same one share it."""
    address = Address(REDIS).read(url, place)
    if address is WRONG or any(value is WRONG for value in options.values()):
        return WRONG
    if find_spec("redis") is None:
        return place.wrong("needs the package redis.", "pip install llmkit[redis]")
    name = (address, *sorted(options.items()))
    if name not in place.session.shared:
        place.session.shared[name] = found(_SERVER)(address, **options)
    return (place.session.shared[name],)


def _url_schema(kind: str) -> dict[str, Any]:
    if kind in ALONE:
        return {"const": kind}
    return Address(REDIS).schema() if kind == "redis" else {"type": "string", "pattern": f"^{kind}:.+$"}

"""Find what the layers keep their state in, and see whether it answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from llmkit.errors import StoreUnavailable
from llmkit.health.report import StoreHealth
from llmkit.pipeline.call import Layer
from llmkit.runtime.protocol import Overdue, Runtime
from llmkit.stores.redis import Server
from llmkit.stores.sqlite import Database

_DEEP = 4
_PATIENCE = 2.0


async def stores_of(layers: Sequence[Layer], runtime: Runtime) -> tuple[StoreHealth, ...]:
    """Ask each server and file once; return how they are, by layer."""
    places = [(layer.name, place) for layer in layers for place in dict.fromkeys(_places(layer, _DEEP))]
    different = list(dict.fromkeys([place for _, place in places]))
    told = await runtime.gather([partial(_asked, place, runtime) for place in different])
    found = dict(zip(different, told, strict=True))
    return tuple(
        [StoreHealth(layer=name, store=_NAMES[type(place)], reachable=not found[place], reason=found[place]) for name, place in places]
    )


def _places(value: Any, deep: int) -> Iterator[Any]:
    """Yield the servers and files that `value` holds, in whatever of ours."""
    if type(value) in _NAMES:
        yield value
    elif deep and isinstance(value, list | tuple):
        for one in value:
            yield from _places(one, deep - 1)
    elif deep and type(value).__module__.startswith("llmkit."):
        names = {*getattr(value, "__struct_fields__", ()), *getattr(value, "__dict__", ()), *getattr(type(value), "__slots__", ())}
        for name in sorted(names):
            yield from _places(getattr(value, name, None), deep - 1)


async def _asked(place: Server | Database, runtime: Runtime) -> str:
    """Return why it does not answer; empty: it does."""
    try:
        await runtime.call(partial(_ping, place), _PATIENCE)
    except StoreUnavailable as error:
        return error.reason
    except Overdue:
        return f"no answer in {_PATIENCE:g} s"
    return ""


def _ping(place: Server | Database) -> None:
    if isinstance(place, Server):
        place.evaluate("return 1", ["health"], [])
    else:
        place.read("SELECT 1")


_NAMES: dict[type, str] = {Server: "Redis", Database: "SQLite"}

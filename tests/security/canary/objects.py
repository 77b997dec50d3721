"""What a client and a reply show of themselves."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import difflib
import gc
import inspect
import json
import pickle
import pprint
import reprlib
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

from tests.security.canary.channel import Channels, NotApplicable, Sink
from tests.security.canary.hearing import hearing
from tests.security.canary.stage import Stage
from tests.security.canary.walking import texts

OBJECTS = Channels("objects")
_PLANTED = "tests.security.canary.planted.library"
_OWN = {"tests", "__main__", "pytest", "_pytest", "pluggy", "hypothesis", "builtins"}


def show(name: str, print_it: Callable[[Any], str | bytes]) -> None:
    """Add a channel that prints the client in one way; what cannot be printed so shows the text of its refusal."""

    def read(stage: Stage) -> Iterator[Sink]:
        yield name, attempt(print_it, stage.client)

    OBJECTS.add(name, read)


def attempt(print_it: Callable[[Any], str | bytes], thing: Any) -> str | bytes:
    """Print a thing, or return the words in which it refuses."""
    try:
        return print_it(thing)
    except NotApplicable:
        raise
    except Exception as error:
        return f"{type(error).__name__}: {error!r}"


def _copies(client: Any) -> str:
    twin = copy.copy(client)
    told = f"{twin!r} {vars(twin) if hasattr(twin, '__dict__') else ''}"
    return f"{told} {copy.deepcopy(client)!r}"


def _members(client: Any) -> str:
    return "\n".join(f"{name} = {value!r}" for name, value in inspect.getmembers(client))


def _dumped(client: Any) -> str:
    """Dump as the value classes in use do: dataclasses, pydantic, attrs, named tuples."""
    found = []
    for inner in (client, *(value for _, value in inspect.getmembers(client) if not inspect.isroutine(value))):
        if dataclasses.is_dataclass(inner) and not isinstance(inner, type):
            found.append(attempt(lambda thing: repr(dataclasses.asdict(thing)), inner))
        for name in ("model_dump", "model_dump_json", "to_dict", "dict", "json", "_asdict", "__getstate__", "__rich_repr__"):
            method = getattr(type(inner), name, None)
            if callable(method) and method is not getattr(object, name, None):
                found.append(attempt(lambda thing, method=method: repr(method(thing)), inner))
    if not found:
        raise NotApplicable("no such method")
    return "\n".join(str(each) for each in found)


def _rich(client: Any) -> str:
    try:
        import rich
        from rich.console import Console
    except ImportError:
        raise NotApplicable("rich is not installed") from None
    console = Console(file=StringIO(), width=240, no_color=True)
    rich.inspect(client, console=console, private=True, docs=False)
    rich.pretty.pprint(client, console=console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def _short(client: Any) -> str:
    short = reprlib.Repr()
    short.maxother = 10_000
    return short.repr(client)


def _difference(client: Any) -> str:
    """Write what a failed `assert client == other` shows: both sides, and where they differ."""
    sides = [pprint.pformat(side).splitlines() for side in (client, {"other": client})]
    told = [f"assert {client!r} == {object()!r}", *difflib.ndiff(*sides)]
    if hasattr(client, "__dict__"):
        told += difflib.ndiff(pprint.pformat(vars(client)).splitlines(), [])
    return "\n".join(told)


show("repr(client)", repr)
show("str(client)", str)
show("an f-string with the client", lambda client: f"{client} {client!r} {client!s} {client!a} {client:}")
show("percent formatting", lambda client: "%s %r %a" % (client, client, client))  # noqa: UP031 - this is what is tried
show("a list, a dict and a set with the client", lambda client: f"{[client]} { {'client': client} } { {id(client): (client,)} }")
show("reprlib", _short)
show("vars(client)", lambda client: repr(vars(client)))
show("inspect.getmembers", _members)
show("pickle", lambda client: pickle.dumps(client))
show("copy and deepcopy", _copies)
show("json.dumps(default=str)", lambda client: json.dumps({"client": client}, default=str))
show("json.dumps(default=vars)", lambda client: json.dumps({"client": client}, default=vars))
show("asdict, model_dump and their kind", _dumped)
show("pprint", lambda client: pprint.pformat(client) + pprint.pformat(vars(client)))
show("rich.inspect", _rich)
show("the difference in an assertion", _difference)
show("str.format with its attributes", lambda client: "{0.__dict__} {0!r:>200}".format(client))  # noqa: UP032 - this is what is tried


@OBJECTS("all attributes to the depth of four")
def walked(stage: Stage) -> Iterator[Sink]:
    """Read what a debugger shows of a client that is unfolded."""
    yield from texts(stage.client)


@OBJECTS("a reply: repr, vars, JSON, pickle, attributes")
def replied(stage: Stage) -> Iterator[Sink]:
    """Read a reply in every way; the answer itself does not repeat the key."""
    for face in ("sync", "stream", "async"):
        reply = stage.good(face).reply
        for way in (repr, str, lambda thing: repr(vars(thing)), pickle.dumps, lambda thing: json.dumps(thing, default=vars)):
            yield f"{face} reply", attempt(way, reply)
        yield from texts(reply)


@OBJECTS("objects of the library after close")
def left(stage: Stage) -> Iterator[Sink]:
    """Print every object of a third party's class that is still there when a client is closed."""
    with hearing():
        client = stage.subject.client(stage.key, stage.server.url)
        with contextlib.suppress(Exception):
            stage.subject.ask(client, "Say hello.")
        stage.subject.close(client)
    gc.collect()
    for thing in gc.get_objects():
        module = type(thing).__module__ if isinstance(type(thing).__module__, str) else "builtins"
        root = module.partition(".")[0]
        if module == _PLANTED or (root not in _OWN and root not in sys.stdlib_module_names):
            yield f"{type(thing).__qualname__}", attempt(repr, thing)

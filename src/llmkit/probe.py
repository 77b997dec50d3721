"""Find the model servers that run on this machine."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import msgspec

from llmkit.endpoint import Endpoint
from llmkit.errors import LLMKitError
from llmkit.runtime.protocol import Runtime
from llmkit.types.http import HttpRequest, Timeouts
from llmkit.types.model import Model

PATIENCE = 0.15
"""Seconds to wait for a connection: on the same machine it is there at once or not at all."""
_LIMITS = Timeouts(connect=PATIENCE, write=PATIENCE, pool=PATIENCE, first_event=1.0, idle=1.0, total=2.0)


class LocalServer(Model, frozen=True, kw_only=True):
    """A server that answered: its provider row, its address and the ids of its models."""

    name: str
    base_url: str
    models: tuple[str, ...] = ()


class _Entry(msgspec.Struct):
    id: str


class _Listing(msgspec.Struct):
    data: list[_Entry]


async def probe(endpoints: Iterable[Endpoint], runtime: Runtime) -> tuple[LocalServer, ...]:
    """Ask each endpoint's `/models`; return those that answer with a list of models."""
    found = await runtime.gather([partial(_ask, endpoint, runtime) for endpoint in endpoints])
    return tuple(server for server in found if server is not None)


async def _ask(endpoint: Endpoint, runtime: Runtime) -> LocalServer | None:
    deadline = runtime.now() + 2.0
    request = HttpRequest(
        method="GET",
        origin=endpoint.origin,
        path=f"{endpoint.path}/models",
        timeouts=_LIMITS,
        credential=endpoint.fixed,
        deadline=deadline,
    )
    try:
        response = await endpoint.transport.send(request)
        body = await response.body.read_all(deadline, 2**20)
        models = msgspec.json.decode(body, type=_Listing).data
    except (LLMKitError, msgspec.DecodeError):
        return None  # Nothing there, or something else: not one of the servers we look for.
    row = endpoint.provider
    return LocalServer(name=row.name, base_url=row.base_url, models=tuple(entry.id for entry in models))

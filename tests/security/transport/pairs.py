"""Ask one provider, let it fail, and see what the next one is shown."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from llmkit import LLMKit
from llmkit.auth.schemes import OAuthAuth
from llmkit.connections import blocking_transport
from llmkit.errors import LLMKitError
from llmkit.providers.settings import fill
from llmkit.transport.policy import parse_url
from llmkit.transport.settings import TransportSettings
from llmkit.types.http import HttpRequest, HttpResponse, Origin
from tests.contract.ways import Way, ways
from tests.rows import ROWS
from tests.security.transport.calls import client_of
from tests.security.transport.rerouted import Rerouted
from tests.transport.servers import Peer, Server

_TOKEN = '{"access_token": "token-canary-%09d", "token_type": "Bearer", "expires_in": 3600}'


class Watched(Rerouted):
    """Keeps what was meant for whom."""

    def __init__(self, engine: Any, origin: Origin) -> None:
        super().__init__(engine, origin)
        self.sent: list[tuple[Origin, str]] = []

    async def send(self, request: HttpRequest) -> HttpResponse:
        proof = () if request.credential is None else tuple(request.credential.headers(request))
        self.sent.append((request.origin, f"{request.path} {request.headers} {proof} {request.body!r}"))
        return await super().send(request)


def callable_ways() -> list[Way]:
    """Return a way into each row that converses."""
    first: dict[str, Way] = {}
    for way in ways(ROWS):
        if way.asked is None:
            first.setdefault(way.row.name, way)
    return list(first.values())


def canary(name: str) -> str:
    """Return the key of a row."""
    return f"sk-canary.{name}.0123456789"


def pairs_found(number: int = 2000, seed: int = 7) -> tuple[int, list[str]]:
    """Play `number` pairs of rows; return how many were, and what went wrong."""
    chosen = callable_ways()
    choice = random.Random(seed)
    pairs = [tuple(choice.sample(chosen, 2)) for _ in range(number)]
    with ExitStack() as stack:
        counter = [0]
        server = stack.enter_context(Server(lambda peer: _failing(peer, counter)))
        engine = blocking_transport(TransportSettings.of())
        watched = Watched(engine, Origin(scheme="http", host="127.0.0.1", port=server.port))
        kit = stack.enter_context(LLMKit(**_client(chosen), transport=watched, retries=0))
        places = _places(kit, chosen)
        found = [fault for first, second in pairs if (fault := wrong(kit, watched, places, first, second))]
        found += _tokens(watched)
    return number, found


def wrong(kit: LLMKit, watched: Watched, places: dict[str, set[Origin]], first: Way, second: Way) -> str | None:
    """Ask two rows in turn; return whose key was seen where it does not belong, or None."""
    names = [first.row.name, second.row.name]
    begun = len(watched.sent)
    try:
        ended: object = kit.complete([f"{way.row.name}/{way.model}" for way in (first, second)], "hi")
    except Exception as error:  # whatever it is: judged below
        ended = error
    if not isinstance(ended, LLMKitError):
        return f"{names}: ended as {ended!r}"
    seen = set()
    for origin, words in watched.sent[begun:]:
        for name in names:
            seen |= {name} if origin in places[name] else set()
            if canary(name) in words and origin not in places[name]:
                return f"{names}: the key of {name} went to {origin}"
        if any(canary(name) in words.partition(" ")[0] for name in names):
            return f"{names}: a key is in an address"
    return None if len(watched.sent) - begun >= 2 else f"{names}: {len(watched.sent) - begun} requests, {ended!r}"


def _places(kit: LLMKit, chosen: Sequence[Way]) -> dict[str, set[Origin]]:
    """Return where each row is, and where it hands out tokens: the key belongs there and nowhere else."""
    found = {}
    for way in chosen:
        endpoint = kit._core.endpoints.plan(f"{way.row.name}/{way.model}").endpoint
        found[way.row.name] = {endpoint.origin}
        if isinstance(way.row.auth, OAuthAuth):
            address = fill(way.row.auth.token_url, endpoint.values)
            found[way.row.name].add(parse_url(address if "://" in address else f"https://{address}")[0])
    return found


def _client(chosen: Sequence[Way]) -> dict[str, Any]:
    keys: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    for way in chosen:
        own = client_of(way.row, key=canary(way.row.name))
        keys |= own["keys"]
        settings |= own["settings"]
    return {"keys": keys, "settings": settings}


def _tokens(watched: Watched) -> list[str]:
    """Return the tokens that went to more than one origin."""
    seen: dict[str, set[str]] = defaultdict(set)
    for origin, words in watched.sent:
        for piece in words.split("token-canary-")[1:]:
            seen[piece[:9]].add(str(origin))
    return [f"a token went to {sorted(origins)}" for origins in seen.values() if len(origins) > 1]


def _failing(peer: Peer, counter: list[int]) -> None:
    while True:
        request = peer.request()
        if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            counter[0] += 1
            token = (_TOKEN % counter[0]).encode()
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(token), token))
        else:
            peer.send(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")

"""Put hostile ids wherever an id stands in a path, and see what path the server is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from llmkit import LLMKit
from llmkit.connections import blocking_transport
from llmkit.dialects.operations import codec
from llmkit.errors import LLMKitError
from llmkit.transport.settings import TransportSettings
from llmkit.types.http import Origin
from tests.contract.ways import ways
from tests.rows import PROVIDERS, ROWS
from tests.security.transport.calls import KEY, OPERATIONS, WAV, client_of
from tests.security.transport.pointers import Hasty
from tests.security.transport.rerouted import Rerouted
from tests.transport.servers import Peer, Received, Server

PLAIN = "plain9id"


@dataclass(frozen=True)
class Spot:
    """A call whose path has an id in it. `steps`: the id may have several, each kept whole, as names of models do."""

    name: str
    provider: str
    call: Callable[[LLMKit, str], Any]
    steps: bool = False


def _models() -> list[Spot]:
    """Return a spot for each form of path that has the name of a model in it."""
    found: dict[str, Spot] = {}
    for way in ways():
        path = way.route.path + way.row.path + way.row.base_url
        if way.asked is None and ("{model" in path or way.route.dialect in _IN_PATH):
            found.setdefault(f"{way.route.dialect} {path}", _chat(way.row.name, "{model_path}" in path))
    for row in ROWS:
        for name, way in row.operations.items():
            if "{model" in way.path and name in OPERATIONS and not row.ended:
                found.setdefault(f"{name} {way.dialect} {way.path}", _operation(row.name, name, "{model_path}" in way.path))
    return list(found.values())


_IN_PATH = frozenset({"gemini", "bedrock_converse", "chatbot"})
"""Formats that put the model into the path by themselves."""


def _chat(provider: str, steps: bool) -> Spot:
    return Spot(f"a model of {provider}", provider, lambda kit, id: kit.complete(f"{provider}/{id}", "hi"), steps)


def _operation(provider: str, name: str, steps: bool) -> Spot:
    return Spot(f"a model of {provider} ({name})", provider, lambda kit, id: _CALLS[name](kit, f"{provider}/{id}"), steps)


def _jobs() -> list[Spot]:
    """Return a spot for each format with jobs; an id may have several steps, as Google's names have."""
    found: dict[str, Spot] = {}
    for row in ROWS:
        for kind, way in row.operations.items():
            if not row.ended and way.dialect not in _BY_ADDRESS and hasattr(codec(way.dialect), "poll"):
                found.setdefault(way.dialect, _job(kind, row.name))
    return list(found.values())


_CALLS = {**OPERATIONS, "transcribe": lambda kit, model: kit.transcribe(model, WAV)}


def _job(kind: str, provider: str) -> Spot:
    def look(kit: LLMKit, id: str) -> Any:
        return kit.job(f"{kind}:{provider}/example/model:{quote(id, safe='/', errors='surrogatepass')}").refresh()

    return Spot(f"a job of {provider} ({kind})", provider, look, steps=True)


_BY_ADDRESS = frozenset({"bfl_images", "fal_images", "fal_transcriptions"})
"""Their jobs are addresses that an answer gave; `links.POINTERS` has them."""


def _batch(provider: str) -> Spot:
    def look(kit: LLMKit, id: str) -> Any:
        return kit.batch(f"batch:{provider}/m:{quote(id, safe='/', errors='surrogatepass')}").refresh()

    return Spot(f"a batch of {provider}", provider, look, steps=True)


SPOTS = [
    Spot("a file", "openai", lambda kit, id: kit.files.get("openai", id)),
    Spot("a file to delete", "openai", lambda kit, id: kit.files.delete("openai", id)),
    Spot("what a file holds", "openai", lambda kit, id: kit.files.content("openai", id)),
    Spot("a file of Anthropic", "anthropic", lambda kit, id: kit.files.delete("anthropic", id)),
    Spot("a file of Google", "google", lambda kit, id: kit.files.get("google", id)),
    Spot("a file of Mistral", "mistral", lambda kit, id: kit.files.delete("mistral", id)),
    Spot("a kept prompt", "google", lambda kit, id: kit.caches.get("google", id)),
    Spot("a kept prompt to delete", "google", lambda kit, id: kit.caches.delete("google", id)),
    Spot("an answer that is kept", "openai", lambda kit, id: kit.retrieve("openai/gpt-5.3-codex", id)),
    Spot("a voice", "elevenlabs", lambda kit, id: kit.speech("elevenlabs/eleven_v3", "hi", voice=id)),
    *map(_batch, ("openai", "anthropic", "mistral", "groq", "google", "xai", "openrouter", "fireworks")),
    *_models(),
    *_jobs(),
]


_TOKEN = b'{"access_token": "token-canary-9876543210", "token_type": "Bearer", "expires_in": 3600}'


class Desk:
    """One server for all, and a client with every row's key."""

    def __init__(self, stack: ExitStack) -> None:
        self.server = stack.enter_context(Server(_refusing))
        transport = Rerouted(blocking_transport(TransportSettings.of()), Origin(scheme="http", host="127.0.0.1", port=self.server.port))
        names = {spot.provider for spot in SPOTS}
        own = [client_of(PROVIDERS[name]) for name in names]
        keys = {name: key for one in own for name, key in one["keys"].items()}
        settings = {name: value for one in own for name, value in one["settings"].items()}
        self.kit = stack.enter_context(LLMKit(keys=keys, settings=settings, transport=transport, retries=0))
        self.kit._core.runtime = Hasty()

    def paths(self, spot: Spot, id: str) -> tuple[list[str], object]:
        """Return what the server was asked for, and how the call ended."""
        self.server.requests.clear()
        try:
            ended: object = spot.call(self.kit, id)
        except Exception as error:  # whatever it is: judged by who asked
            ended = error
        return [f"{request.method} {request.path}" for request in self.server.requests], ended


def _refusing(peer: Peer) -> None:
    while True:
        try:
            request = peer.request()
        except ValueError:  # a line that is no request: something was smuggled
            peer.server.requests.append(Received("SMUGGLED", "/smuggled", {}, b"", b"", peer.number))
            return
        if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded") and b"grant" in request.body:
            peer.server.requests.remove(request)
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(_TOKEN), _TOKEN))
        else:
            peer.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}")


_OTHERWISE = frozenset({"POST /v1/predictions", "POST /v1/projects/my-project/locations/global/endpoints/openapi/chat/completions"})
"""Where the name of a model stands in the body alone: Replicate's `owner/name:version`, Google's `maker/name`."""


def wrong(desk: Desk, spot: Spot, usual: str, id: str) -> str | None:
    """Use an id and return what went wrong, or None. `usual` is the line of a plain id."""
    paths, ended = desk.paths(spot, id)
    if not isinstance(ended, LLMKitError) or KEY in f"{ended} {ended!r}":
        return f"ended as {ended!r}"
    if len(paths) > 1 and paths[0].partition("?")[0] not in (path.partition("?")[0] for path in paths[1:]):
        return f"asked for {paths}"
    before, _, after = usual.partition(PLAIN)
    for path in paths:
        if path in _OTHERWISE:
            continue
        if not path.startswith(before) or not path.endswith(after) or len(path) < len(before) + len(after):
            return f"asked for {path!r}"
        inner = path[len(before) : len(path) - len(after)]
        if any(mark in inner for mark in "?#&\\ \r\n\0") or ("/" in inner and not spot.steps) or not inner.isascii():
            return f"asked for {path!r}"
        steps = path.partition("?")[0].replace("%2F", "/").replace("%2f", "/").replace("%5C", "/").replace("%5c", "/").split("/")
        if any(step.lower().replace("%2e", ".") in (".", "..") for step in steps):
            return f"asked for {path!r}, which leads up"
    return None


def ids_found(ids: Sequence[str], spots: Iterable[Spot] = tuple(SPOTS)) -> tuple[int, list[str], list[str]]:
    """Use every id at every spot; return how many cases were, what went wrong, and which spots ask for nothing by their id."""
    number, found, mute = 0, [], []
    with ExitStack() as stack:
        desk = Desk(stack)
        for spot in spots:
            lines, ended = desk.paths(spot, PLAIN)
            usual = next((line for line in lines if PLAIN in line), None)
            if usual is None:
                mute.append(f"{spot.name}: {lines}, {ended!r}")
                continue
            number += len(ids)
            found += [f"{spot.name}, {id!r}: {fault}" for id in ids if (fault := wrong(desk, spot, usual, id)) is not None]
    return number, found, mute

"""Every row of the catalogue, asked over real HTTP with a planted key: what differs from row to row is looked at in each."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmkit import LLMKit
from llmkit.errors import LLMKitError
from llmkit.testing.received import Received
from llmkit.testing.replies import Reply
from llmkit.testing.serving import json_reply
from llmkit.testing.wire import WIRES
from llmkit.types.decision import Predicate
from llmkit.types.http import HttpRequest, HttpResponse
from tests.contract.calls import ask, client
from tests.contract.stand import TOKEN, Stand
from tests.contract.values import KEY
from tests.contract.ways import Way, ways
from tests.rows import ROWS
from tests.security.canary.answers import masked
from tests.security.canary.channel import Cell, Channel, Sink
from tests.security.canary.errors import told
from tests.security.canary.frames import trimmed
from tests.security.canary.hearing import Heard, hearing
from tests.security.canary.needle import Needle
from tests.security.canary.walking import texts

NEEDLES = (Needle(KEY), Needle(TOKEN))
_FORM = "application/x-www-form-urlencoded"
OPERATIONS: dict[str, Callable[[LLMKit, str], Any]] = {
    "embed": lambda kit, model: kit.embed(model, "a"),
    "rerank": lambda kit, model: kit.rerank(model, "q", ["a", "b"]),
    "search": lambda kit, model: kit.search(model, "a"),
    "decide": lambda kit, model: kit.decide(model, "a", {"q": Predicate(question="?")}),
    "image": lambda kit, model: kit.image(model, "a cat"),
    "speech": lambda kit, model: kit.speech(model, "Hello", voice="v"),
    "transcribe": lambda kit, model: kit.transcribe(model, b"RIFF\0\0\0\0WAVEfmt "),
    "video": lambda kit, model: kit.video(model, "a cat"),
    "models": lambda kit, model: kit.models.live(model.partition("/")[0]),
}


class EchoingStand(Stand):
    """Answers as the stand does, or with `echo`; keeps the headers of each request as they went out."""

    def __init__(self) -> None:
        super().__init__()
        self.echo: Callable[[Received], Reply] | None = None
        self.pairs: list[tuple[HttpRequest, tuple[tuple[str, str], ...]]] = []

    async def send(self, request: HttpRequest) -> HttpResponse:
        """Send a request, and keep what went out."""
        proof = () if request.credential is None else tuple(request.credential.headers(request))
        self.pairs.append((request, (*request.headers, *proof)))
        return await super().send(request)

    def _reply(self, request: Received) -> Reply:
        if self.echo is None or request.headers.get("content-type") == _FORM:
            return super()._reply(request)
        return self.echo(request)


@dataclass(frozen=True)
class Place:
    """One way to ask a row."""

    name: str
    way: Way
    ask: Callable[[LLMKit], Any]
    stream: Callable[[LLMKit], Any] | None


def places() -> Iterator[Place]:
    """Yield the ways into all rows: every format of a conversation, else an operation, else the refusal of a service that has ended."""
    talking = set()
    for way in ways():
        talking.add(way.row.name)
        streamed = way.route.dialect in WIRES and not way.route.framing
        yield Place(
            way.name, way, lambda kit, way=way: ask(way, kit), (lambda kit, way=way: ask(way, kit, stream=True)) if streamed else None
        )
    for row in ROWS:
        if row.name in talking or row.engine != "http":
            continue
        way = Way(row, row.own_route, "example-model")
        operation = next((OPERATIONS[name] for name in OPERATIONS if name in row.operations), None)
        model = f"{row.name}/example-model"
        call = (
            (lambda kit, model=model: kit.complete(model, "hi"))
            if operation is None
            else (lambda kit, model=model, call=operation: call(kit, model))
        )
        yield Place(row.name, way, call, None)


def _repeated(request: Received) -> str:
    """Return all that a server could say of the key it was sent, whole and masked."""
    said = json.dumps(dict(request.headers.items()))
    return said + " ".join(masked(secret) for secret in (KEY, TOKEN) if secret in said)


def _refusal(status: int) -> Callable[[Received], Reply]:
    def reply(request: Received) -> Reply:
        text = f"Bad key in {_repeated(request)}"
        body = {
            "error": {"message": text, "type": "other", "code": "other"},
            "message": text,
            "detail": text,
            "errors": [{"message": text}],
        }
        sent = next((value for value in request.headers.values() if found(value)), "nothing")
        headers = (("x-request-id", f"id-{sent}"), ("www-authenticate", f'Bearer realm="{sent}"'))
        return json_reply(status, body, headers)

    return reply


def _page(request: Received) -> Reply:
    return Reply(status=502, headers=(("Content-Type", "text/html"),), pieces=(f"<html>{_repeated(request)}</html>".encode(),))


def _redirect(request: Received) -> Reply:
    return Reply(status=307, headers=(("Location", f"http://127.0.0.1:9/?key={KEY}"),), pieces=(b"",))


ANSWERS: dict[str, Callable[[Received], Reply] | None] = {
    "a good answer": None,
    "401 that repeats the headers": _refusal(401),
    "429 that repeats the headers": _refusal(429),
    "200 with an error that repeats them": _refusal(200),
    "502 page that repeats them": _page,
    "redirect that repeats the key": _redirect,
}


def _shown(place: Place, kit: LLMKit, stand: EchoingStand, name: str) -> Iterator[tuple[str, Heard, list[Sink]]]:
    for face, call in (("sync", place.ask), ("stream", place.stream)):
        if call is None:
            continue
        stand.set(place.way.route.dialect, elsewhere=next(iter(place.way.route.follows), ""))
        stand.echo = ANSWERS[name]
        sinks: list[Sink] = []
        with hearing() as heard:
            try:
                reply = call(kit)
                sinks += [("reply", repr(reply))] if stand.echo is None else []
            except LLMKitError as error:
                sinks += told(trimmed(error))
        yield face, heard, sinks


def look(place: Place, stand: EchoingStand, folder: Path, make: Callable[[], LLMKit] | None = None) -> Iterator[tuple[str, list[Sink]]]:
    """Yield what each channel shows of a place; `make` makes another client than the usual one."""
    said: list[Sink] = []
    stand.pairs.clear()
    with client(place.way, stand, folder) if make is None else make() as kit:
        for name in ANSWERS:
            shown: list[Sink] = []
            for face, heard, sinks in _shown(place, kit, stand, name):
                shown += [(f"{face}: {way}", text) for way, text in sinks]
                said += [(f"{name}, {face}", text) for text in (*heard.logged, *heard.records, *heard.warned, heard.printed)]
            yield name, shown
        yield "logs, outputs and warnings", said
        yield "the client and what it made ready", _objects(kit)
    yield from _wire(stand)


def _objects(kit: LLMKit) -> list[Sink]:
    made = list(kit._core.endpoints._endpoints.values())
    parts = [
        getattr(each, name) for each in made for name in each.__struct_fields__ if name != "transport"
    ]  # that is the stand, which knows
    sinks = [("client", f"{kit!r} {vars(kit)!r}"), *(("endpoint", f"{each!r} {each}") for each in made)]
    return [*sinks, *(sink for part in parts for sink in texts(part, 3))]


def _wire(stand: EchoingStand) -> Iterator[tuple[str, list[Sink]]]:
    """Yield what went out beside the one header: token requests may have a secret in their body."""
    requests = [(request, headers) for request, headers in stand.pairs if ("Content-Type", _FORM) not in headers]
    yield "the address", [("url", f"{request.origin}{request.path}") for request, _ in stand.pairs]
    yield "the body", [("body", request.body) for request, _ in requests]
    holding = [[pair for pair in headers if found(pair[1])] for _, headers in stand.pairs]
    yield "more headers than one", [pair for pairs in holding for pair in pairs[1:]]


def found(text: str | bytes) -> str:
    """Return in which form a secret stands in the text."""
    return next((form for needle in NEEDLES if (form := needle.found(text))), "")


def play(chosen: Iterable[Place] | None = None) -> list[Cell]:
    """Return what every channel shows of every place."""
    stand = EchoingStand()
    cells: list[Cell] = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            for place in places() if chosen is None else chosen:
                cells += (_cell(place, name, sinks) for name, sinks in look(place, stand, Path(folder)))
    finally:
        stand.close()
    return cells


def _cell(place: Place, name: str, sinks: list[Sink]) -> Cell:
    leak = next((f"{form} in {where}" for where, text in sinks if (form := found(text))), "")
    return Cell(place.way.row.name, place.name, Channel("rows", name, lambda _: sinks), "leak" if leak else "clean", leak, len(sinks))

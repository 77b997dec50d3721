"""Where the key goes: to one server, in one header, and into no file, environment or name."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.security.canary.answers import good, wire_of
from tests.security.canary.channel import Channels, NotApplicable, Sink
from tests.security.canary.frames import held, ours
from tests.security.canary.hearing import hearing
from tests.security.canary.server import Received
from tests.security.canary.stage import FACES, Stage

WIRE = Channels("the wire")
PROCESS = Channels("the process")
LOGS = Channels("logs")
REDIRECTS = (301, 302, 303, 307, 308)
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


def requests(stage: Stage) -> Iterator[Received]:
    """Yield the requests of good acts by all faces."""
    for face in FACES:
        yield from stage.good(face).requests


def _redirect(status: int) -> None:
    def read(stage: Stage) -> Iterator[Sink]:
        for face in FACES:
            for name, to in (("port", stage.elsewhere.url), ("name", stage.elsewhere.url.replace("127.0.0.1", "localhost"))):
                yield from ((f"{face}, other {name}", request.raw) for request in stage.redirected(status, to, face).elsewhere)

    WIRE.add(f"{status} to another origin", read)


for _status in REDIRECTS:
    _redirect(_status)


@WIRE("a redirect to another name of the same server")
def renamed(stage: Stage) -> Iterator[Sink]:
    """The same port, another host: another origin."""
    to = stage.server.url.replace("127.0.0.1", "localhost")
    for face in FACES:
        act = stage.redirected(307, to, face)
        yield from ((face, request.raw) for request in act.requests if request.header("host").startswith("localhost"))


@WIRE("the address")
def address(stage: Stage) -> Iterator[Sink]:
    """No part of an address is secret: every server on the way logs it."""
    yield from (("path and query", request.path) for request in requests(stage))


@WIRE("more headers than one")
def headers(stage: Stage) -> Iterator[Sink]:
    """One header carries the key; it stands in no other."""
    for request in requests(stage):
        holding = [pair for pair in request.headers if stage.found(pair[1])]
        yield from holding[1:]
        yield from ((name, value) for name, value in request.headers if name.lower() in ("user-agent", "referer", "cookie", "host"))


@WIRE("the body")
def body(stage: Stage) -> Iterator[Sink]:
    """A body is kept and looked at by more people than a header. What a token is exchanged for is the exception."""
    yield from (("body", request.body) for request in requests(stage) if wire_of(request) != "token")


@WIRE("a proxy that the environment names")
def proxied(stage: Stage) -> Iterator[Sink]:
    """A variable that anybody set must not lead a key away in the clear."""
    with patch.dict(os.environ, dict.fromkeys(_PROXIES, stage.elsewhere.url)):
        for face in FACES:
            yield from ((face, request.raw) for request in stage.act("with a proxy in the environment", good, face).elsewhere)


@WIRE("names that are resolved")
def resolved(stage: Stage) -> Iterator[Sink]:
    """A name goes through other people's servers."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def listen(*given: Any, **more: Any) -> Any:
        asked.append(repr(given))
        return real(*given, **more)

    with patch.object(socket, "getaddrinfo", listen):
        for face in FACES:
            stage.act("while names are listened to", good, face)
    yield from (("getaddrinfo", name) for name in asked)


@PROCESS("the environment, and that of children")
def environment(stage: Stage) -> Iterator[Sink]:
    """A library that sets a variable gives it to every program that is started. A variable that the user set is the user's."""
    stage.good()
    known = getattr(stage.subject, "own_variables", ())
    with patch.dict(os.environ):
        for name in known:
            os.environ.pop(name, None)
        yield "os.environ", repr(dict(os.environ))
        program = "import os, sys; print(dict(os.environ), sys.argv)"
        yield "a child's", subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, check=True).stdout
    yield from ((place, Path(place).read_bytes()) for place in ("/proc/self/environ", "/proc/self/cmdline") if Path(place).exists())
    yield "arguments", repr((sys.argv, sys.orig_argv))


@PROCESS("files at home and among temporary files")
def files(stage: Stage) -> Iterator[Sink]:
    """Everything that was written while all this was done."""
    for face in FACES:
        stage.good(face)
        stage.refused(face)
    for path in stage.home.rglob("*"):
        yield "name", str(path.relative_to(stage.home))
        if path.is_file():
            yield path.name, path.read_bytes()


@PROCESS("names of threads and tasks")
def names(stage: Stage) -> Iterator[Sink]:
    """Names stand in every log line and crash report."""

    async def ask() -> list[str]:
        running = asyncio.ensure_future(stage.subject.ask_async(stage.key, stage.server.url, "Say hello."))
        await asyncio.sleep(0)
        seen = [repr(task) for task in asyncio.all_tasks()]
        await asyncio.wait([running])
        running.exception()
        return seen

    stage.server.answering = good
    yield "threads", repr(threading.enumerate())
    with hearing():
        tasks = asyncio.run(ask())
    yield "tasks", repr(tasks)


@PROCESS("all stacks with variables, while a call waits")
def waiting(stage: Stage) -> Iterator[Sink]:
    """A monitor looks into a program that hangs, as `py-spy dump --locals` does."""
    seen: list[Sink] = []

    def look(request: Received) -> bytes:
        now: list[Sink] = []
        for _ in range(50):  # a call that waits keeps what it holds; one that is only just sending has ended by then
            time.sleep(0.02)
            now = _stacks()
            if not any(stage.found(text) for _, text in now):
                break
        seen.extend(now)
        return good(request)

    for face in FACES:
        stage.act("while stacks are looked at", look, face)
    yield from seen


def _stacks() -> list[Sink]:
    """Return the variables of all that other threads are in: what stands above the harness, which is the library in its call."""
    seen: list[Sink] = []
    for thread, top in sys._current_frames().items():
        stack = [] if thread == threading.get_ident() else list(traceback.walk_stack(top))
        begun = next((place for place, (frame, _) in enumerate(stack) if ours(frame)), 0)
        seen.extend(("variables", text) for frame, _ in stack[:begun] for text in held(frame))
    return seen


def _heard(name: str, part: Callable[[Any], Any]) -> None:
    def read(stage: Stage) -> Iterator[Sink]:
        for face in FACES:
            stage.good(face)
            stage.refused(face)
        for act, heard in stage.heard:
            yield act, repr(part(heard))

    LOGS.add(name, read)


_heard("every logger at every level", lambda heard: heard.logged)
_heard("log records with all that hangs on them", lambda heard: heard.records)
_heard("both outputs", lambda heard: heard.printed)
_heard("warnings", lambda heard: heard.warned)


@LOGS("the debug output of http.client")
def debugged(stage: Stage) -> Iterator[Sink]:
    """The switch that many set to see what goes over the wire."""
    import http.client

    if "http.client" not in sys.modules:
        raise NotApplicable("http.client is not used")
    with patch.object(http.client.HTTPConnection, "debuglevel", 1):
        for face in FACES:
            yield face, stage.act("with http.client's debug output", good, face).heard.printed

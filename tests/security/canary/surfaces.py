"""What LLMKit has beside conversations: sessions, tool servers, jobs, stores, and the command line."""

from __future__ import annotations

import contextlib
import json
import os
import traceback
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any
from unittest.mock import patch

from llmkit import LLMKit
from llmkit.errors import LLMKitError
from tests.security.canary.answers import echo, good
from tests.security.canary.channel import Channels, NotApplicable, Sink
from tests.security.canary.errors import told
from tests.security.canary.frames import trimmed
from tests.security.canary.hearing import hearing
from tests.security.canary.server import Received, response
from tests.security.canary.stage import Stage
from tests.security.canary.walking import texts

SURFACES = Channels("surfaces")
_REALTIME = "openai/gpt-realtime"


def _client(stage: Stage, **more: Any) -> LLMKit:
    options = {"keys": {"openai": stage.key}, "base_urls": {"openai": f"{stage.server.url}/v1"}, "retries": 0, **more}
    return LLMKit(**options)  # type: ignore[arg-type]  # options of many types


def _failing(stage: Stage, act: Callable[[LLMKit], Any], name: str = "400 with all headers") -> Iterator[Sink]:
    """Yield what an act shows when the server refuses it and repeats the key."""
    stage.server.answering = echo(name, stage.key)
    with hearing() as heard:
        try:
            with _client(stage) as kit:
                yield "result", repr(act(kit))
        except LLMKitError as error:
            yield from told(trimmed(error))
    yield "said", repr((heard.logged, heard.records, heard.printed, heard.warned))


def _object(thing: Any) -> Iterator[Sink]:
    yield "object", f"{thing!r} {thing}"
    yield from texts(thing)


@SURFACES("a realtime session and its handshake")
def session(stage: Stage) -> Iterator[Sink]:
    """The key opens the socket, in one header; nothing that is there afterwards shows it."""
    from llmkit.testing.websocket import FakeSocket, Talk

    def script(talk: Talk) -> None:
        talk.send({"type": "session.created", "session": {"id": "s", "model": "gpt-realtime"}})
        talk.receive()
        talk.send({"type": "session.updated", "session": {}})
        talk.until_gone()

    with FakeSocket(script) as host, _client(stage, base_urls={"openai": host.url}) as kit, kit.realtime(_REALTIME) as running:
        yield from _object(running)
        handshake = host.handshakes[0]
    yield "address", handshake.target
    yield from ((name, value) for name, value in handshake.headers.items() if name.lower() != "authorization")
    yield "messages", json.dumps(host.received, default=str)


@SURFACES("a realtime session that is refused")
def refused_session(stage: Stage) -> Iterator[Sink]:
    """The refusal of a handshake is an answer like any other, and may repeat the key."""
    yield from _failing(stage, lambda kit: kit.realtime(_REALTIME))


@SURFACES("a list of models that is refused")
def refused_list(stage: Stage) -> Iterator[Sink]:
    """What asks for the models has the same key."""
    yield from _failing(stage, lambda kit: kit.models.live("openai"))


@SURFACES("a run with tools that fails")
def run(stage: Stage) -> Iterator[Sink]:
    """Its error carries the conversation."""
    yield from _failing(stage, lambda kit: kit.run("openai/gpt-4.1-mini", "Hi", tools=[], dialect="openai_chat"))


@SURFACES("a typed answer that fails")
def parsed(stage: Stage) -> Iterator[Sink]:
    """An answer that is no value of the type says what it was."""
    yield from _failing(stage, lambda kit: kit.parse("openai/gpt-4.1-mini", "Hi", dict[str, int], dialect="openai_chat"))


@SURFACES("a batch that is refused")
def batch(stage: Stage) -> Iterator[Sink]:
    """Its requests go out as a file."""
    yield from _failing(stage, lambda kit: kit.batches.create("openai/gpt-4.1-mini", ["one", "two"]))


@SURFACES("the file of a batch")
def batch_file(stage: Stage) -> Iterator[Sink]:
    """What is uploaded holds questions and no key."""

    def answer(request: Received) -> bytes:
        return response(
            200,
            json.dumps(
                {
                    "id": "file-1",
                    "object": "file",
                    "bytes": 1,
                    "created_at": 1,
                    "filename": "f",
                    "purpose": "batch",
                    "status": "validating",
                    "input_file_id": "f",
                    "endpoint": "/v1/chat/completions",
                    "completion_window": "24h",
                }
            ),
        )

    stage.server.answering = answer
    before = len(stage.server.received)
    with _client(stage) as kit, contextlib.suppress(LLMKitError):
        job = kit.batches.create("openai/gpt-4.1-mini", ["one", "two"])
        yield from _object(job)
        yield "handle", repr(job.id)
    for request in stage.server.received[before:]:
        yield "address and body", request.path.encode() + request.body


@SURFACES("a job in its own time")
def job(stage: Stage) -> Iterator[Sink]:
    """Its handle is kept in databases."""
    stage.server.answering = lambda request: response(
        200, json.dumps({"id": "v1", "status": "queued", "object": "video", "model": "sora-2"})
    )
    with _client(stage) as kit:
        begun = kit.start_video("openai/sora-2", "a cat")
        yield from _object(begun)
        yield "handle", repr(begun.id)


@SURFACES("a tool server at an address")
def tool_server(stage: Stage) -> Iterator[Sink]:
    """Its key is a secret like another; what it refuses may repeat it."""
    from llmkit import McpServer

    server = McpServer.http(f"{stage.server.url}/mcp", key=stage.key)
    yield from _object(server)
    stage.server.answering = echo("401 with the key", stage.key)
    with hearing() as heard:
        try:
            server.open()
        except LLMKitError as error:
            yield from told(trimmed(error))
    yield "said", repr((heard.logged, heard.records, heard.printed, heard.warned))


@SURFACES("a tool server's headers and environment")
def tool_server_options(stage: Stage) -> Iterator[Sink]:
    """What is passed to a server by hand is printed by nothing either."""
    from llmkit import McpServer

    for server in (
        McpServer.http(f"{stage.server.url}/mcp", headers={"X-Token": stage.key}),
        McpServer.stdio("true", env={"TOKEN": stage.key}),
    ):
        yield "object", f"{server!r} {vars(server)!r} {server._target!r} {server._target}"


@SURFACES("a Redis server's password")
def redis(stage: Stage) -> Iterator[Sink]:
    """It stands in the address; no server answers here, and the error must not show it."""
    from llmkit.stores.redis import Server

    if find_spec("redis") is None:
        raise NotApplicable("the package redis is not installed")
    server = Server(f"redis://:{stage.key}@127.0.0.1:1/0", timeout=0.2)
    yield from _object(server)
    try:
        server.evaluate("return 1", [], [])
    except LLMKitError as error:
        yield from told(trimmed(error))


COMMANDS: tuple[tuple[str, ...], ...] = (
    ("doctor",),
    ("doctor", "--json"),
    ("providers",),
    ("providers", "openai"),
    ("config", "check"),
    ("config", "path"),
    ("chat", "-m", "openai/gpt-4.1-mini", "Hi"),
    ("chat", "-m", "openai/gpt-4.1-mini", "Hi", "--debug"),
    ("embed", "-m", "openai/text-embedding-3-small", "Hi", "--debug"),
    ("models", "live", "openai", "--debug"),
    ("health", "--check", "openai/gpt-4.1-mini", "--json"),
    ("completion", "bash"),
    ("completion", "zsh"),
    ("completion", "fish"),
)


def _command(words: tuple[str, ...]) -> None:
    def read(stage: Stage) -> Iterator[Sink]:
        from llmkit.cli import main

        place = stage.home / ".config" / "llmkit" / "config.toml"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f'[providers.openai]\nbase_url = "{stage.server.url}/v1"\n', encoding="utf-8")
        place.chmod(0o600)
        for name, answering in (
            ("good", good),
            ("refused", echo("400 with all headers", stage.key)),
            ("401", echo("401 with the key masked", stage.key)),
        ):
            stage.server.answering = answering
            shown = ""
            with patch.dict(os.environ, {"OPENAI_API_KEY": stage.key, "XDG_CONFIG_HOME": str(place.parent.parent)}), hearing() as heard:
                try:
                    main(list(words))
                except LLMKitError as error:  # `--debug` lets it through, and Python prints its traceback
                    shown = "".join(traceback.format_exception(error))
            yield name, shown + heard.printed + repr((heard.logged, heard.records, heard.warned))
        yield from ((path.name, path.read_bytes()) for path in stage.home.rglob("*") if path.is_file())

    SURFACES.add(f"llmkit {' '.join(words)}", read)


for _words in COMMANDS:
    _command(_words)

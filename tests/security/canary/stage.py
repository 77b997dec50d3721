"""A subject with a planted key before a server: what it did, each act once, for all channels to look at."""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

from tests.security.canary.answers import TOKEN, echo, good, redirecting, refusal
from tests.security.canary.frames import trimmed
from tests.security.canary.hearing import Heard, hearing
from tests.security.canary.needle import Needle
from tests.security.canary.server import Answering, Received, Server
from tests.security.canary.subject import Subject

FACES = ("sync", "stream", "async")
QUESTION = "Say hello."


@dataclass
class Act:
    """One question and what came of it."""

    reply: Any
    error: BaseException | None
    heard: Heard
    requests: list[Received]
    elsewhere: list[Received]


class Stage:
    """Where a subject acts. `client` is one client, made with the key; it is asked nothing but good questions."""

    def __init__(self, subject: Subject, key: str, server: Server, elsewhere: Server) -> None:
        self.subject, self.key = subject, key
        self.server, self.elsewhere = server, elsewhere
        self.needles = (Needle(key), Needle(TOKEN))
        self._acts: dict[tuple[str, str], Act] = {}
        self._client: Any = None
        self._making = Heard()
        self.made: dict[str, Any] = {}
        """What a group of channels made once for all of them."""
        self._close = contextlib.ExitStack()

    def __enter__(self) -> Self:
        """Begin with a home of its own, so that every file that is written there can be read."""
        self.home = Path(self._close.enter_context(tempfile.TemporaryDirectory()))
        homes = dict.fromkeys(
            ("HOME", "USERPROFILE", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"), str(self.home)
        )
        self._close.enter_context(patch.dict(os.environ, homes))
        self._close.enter_context(patch.object(tempfile, "tempdir", str(self.home)))
        return self

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            with contextlib.suppress(Exception):
                self.subject.close(self._client)
        self._close.close()

    def found(self, text: str | bytes) -> str:
        """Return in which form the key, or the token that it was exchanged for, stands in `text`."""
        return next((form for needle in self.needles if (form := needle.found(text))), "")

    @property
    def client(self) -> Any:
        """Return the client, which has answered one question by now."""
        if self._client is None:
            self.server.answering = good
            with hearing() as self._making:
                self._client = self.subject.client(self.key, self.server.url)
                with contextlib.suppress(Exception):  # a proxy that refuses, say: the client is what is wanted
                    self.subject.ask(self._client, QUESTION)
        return self._client

    @property
    def heard(self) -> Iterator[tuple[str, Heard]]:
        """Yield what was said in every act so far."""
        yield "making a client", self._making
        for (name, face), act in self._acts.items():
            yield f"{name}, {face}", act.heard

    def good(self, face: str = "sync") -> Act:
        """Return what a good answer comes to."""
        return self.act("a good answer", good, face)

    def refused(self, face: str = "sync") -> Act:
        """Return what a refusal without an echo comes to."""
        return self.act("401", lambda request: refusal(request, "no"), face)

    def echoed(self, name: str, face: str = "sync") -> Act:
        """Return what the echo `name` comes to."""
        return self.act(name, echo(name, self.key), face)

    def redirected(self, status: int, to: str, face: str = "sync") -> Act:
        """Return what a redirect to the server `to` comes to."""
        return self.act(f"{status} to {to}", redirecting(status, to), face)

    def act(self, name: str, answering: Answering, face: str = "sync", key: Any = None) -> Act:
        """Ask by `face` while the server answers so, with a client made for the purpose; an act of one name is done once."""
        act = self._acts.get((name, face))
        if act is None:
            act = self._acts[name, face] = self._do(answering, face, self.key if key is None else key)
        return act

    def _do(self, answering: Answering, face: str, key: Any) -> Act:
        before, beside = len(self.server.received), len(self.elsewhere.received)
        self.server.answering = answering
        reply: Any = None
        failure: BaseException | None = None
        with hearing() as heard:
            try:
                reply = self._asked(face, key)
            except Exception as error:
                failure = trimmed(error)
        return Act(reply, failure, heard, self.server.received[before:], self.elsewhere.received[beside:])

    def _asked(self, face: str, key: Any) -> Any:
        if face == "async":
            return asyncio.run(self.subject.ask_async(key, self.server.url, QUESTION))
        client = self.subject.client(key, self.server.url)
        try:
            return (self.subject.stream if face == "stream" else self.subject.ask)(client, QUESTION)
        finally:
            self.subject.close(client)

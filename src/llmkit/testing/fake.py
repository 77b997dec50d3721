"""A provider that runs in your test: a real HTTP server on loopback that says what the script says."""

from __future__ import annotations

import tempfile
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

from llmkit.testing.answers import Answer
from llmkit.testing.certificate import loopback_context
from llmkit.testing.connection import Gate
from llmkit.testing.faults import Fault
from llmkit.testing.received import Received
from llmkit.testing.replies import Reply
from llmkit.testing.server import Server
from llmkit.testing.serving import answer_reply, failure_reply, json_reply
from llmkit.testing.wire import Failure, load
from llmkit.testing.wire.counting import Place, place_of
from llmkit.testing.wire.lists import list_of

Scripted: TypeAlias = Answer | Fault | Callable[[Received], Answer | Fault]
"""What a script holds: an answer, a fault, or a function of the request that returns one."""


class FakeProvider:
    """A provider that speaks `dialect` (`openai_chat`, `anthropic` or `gemini`) on 127.0.0.1.

    Use it in a `with` block, point a client at `base_url` with the key `key`, and script it with `add` and `always`. A request
    that the real thing would refuse (key, path, required fields) is refused in its words and takes nothing from the script. A
    request beyond the script gets a 500 and fails the block at its end. `tls=True` serves HTTPS; clients must trust `ca_file`.
    """

    def __init__(self, dialect: str, *, key: str | None = None, tls: bool = False, models: Sequence[str] = ("fake-model",)) -> None:
        self._wire = load(dialect)
        self.dialect = dialect
        self.key = self._wire.KEY if key is None else key
        self.models = tuple(models)
        self._tls = tls
        self._lock = threading.Lock()
        self._script: deque[Scripted] = deque()
        self._always: Scripted | None = None
        self._gates: list[Gate] = []
        self._released = False
        self._server: Server | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.ca_file: Path | None = None
        self.requests: list[Received] = []
        """What came in, refused requests included; look-ups of models are not."""
        self.unscripted: list[Received] = []
        self.counted: list[Received] = []
        """Questions how many tokens a request has: a token is a word. They take nothing from the script."""

    def __enter__(self) -> Self:
        context = None
        if self._tls:
            self._folder = tempfile.TemporaryDirectory(prefix="llmkit-fake-")
            context, self.ca_file = loopback_context(Path(self._folder.name))
        self._server = Server(self._reply, context)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()
        if kind is None and self.unscripted:
            raise AssertionError(f"The fake {self.dialect} provider got requests beyond its script: {self.unscripted}")

    def close(self) -> None:
        """Stop the server and let every stalled reply end."""
        self._released = True
        self.release()
        if self._server is not None:
            self._server.close()
        if self._folder is not None:
            self._folder.cleanup()

    @property
    def origin(self) -> str:
        """Return `scheme://host:port`."""
        if self._server is None:
            raise RuntimeError("The fake is not running: use it in a `with` block.")
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self._server.port}"

    @property
    def base_url(self) -> str:
        """Return what LLMKit's configuration calls `base_url`."""
        return self.origin + self._wire.PREFIX

    @property
    def connections(self) -> int:
        """Return how many TCP connections were opened."""
        return self._server.connections if self._server is not None else 0

    @property
    def pending(self) -> int:
        """Return how many scripted items no request has taken yet."""
        return len(self._script)

    def add(self, *items: Scripted) -> Self:
        """Append to the script; each request takes one item."""
        with self._lock:
            self._script.extend(items)
        return self

    def always(self, item: Scripted) -> Self:
        """Answer so whenever the script is empty."""
        self._always = item
        return self

    def release(self) -> None:
        """Let the replies that are stalled now, or are about to, go on."""
        with self._lock:
            gates, self._gates = self._gates, []
        for gate in gates:
            gate.open()

    def _reply(self, request: Received) -> Reply:
        gate = request.gate = Gate()
        with self._lock:
            if self._released:
                gate.open()
            else:
                self._gates.append(gate)
        place = place_of(self._wire.NAME, request)
        if place is not None:
            return self._count(place, request)
        refusal = self._wire.refuse(request, self.key)
        follows = getattr(self._wire, "follows", None)  # jobs are asked for with GET, and that is scripted too
        if request.method == "GET" and refusal is None and not (follows is not None and follows(request)):
            return json_reply(200, list_of(self._wire, self.models, request))
        item: Scripted | None = None
        with self._lock:
            self.requests.append(request)
            if refusal is None:
                item = self._script.popleft() if self._script else self._always
                if item is None:
                    self.unscripted.append(request)
        if refusal is not None:
            return failure_reply(refusal, self._wire)
        return self._render(item, request)

    def _count(self, place: Place, request: Received) -> Reply:
        with self._lock:
            self.counted.append(request)
        keyed = Received("GET", "/", request.headers, b"", request.connection)  # the key is judged as that of any request
        refusal = self._wire.refuse(keyed, self.key) or place.refuse(request)
        return json_reply(200, place.body(request)) if refusal is None else failure_reply(refusal, self._wire)

    def _render(self, item: Scripted | None, request: Received) -> Reply:
        if item is None:
            message = "The fake provider has no answer left for this request: script one with fake.add(...) or fake.always(...)."
            return failure_reply(Failure(kind="server", message=message), self._wire)
        if not isinstance(item, Answer | Fault):
            item = item(request)
        if isinstance(item, Answer):
            return answer_reply(item, self._wire, request)
        return item.render(self._wire, request)

"""The one place that drives the runtime: load a model, run chats on it, count tokens, end them all."""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Condition, Lock
from time import monotonic
from typing import Any

from llmkit.errors import ConfigurationError, ConnectionFailed
from llmkit.local.listener import Listener
from llmkit.local.loading import Loading, announce
from llmkit.local.runtime import load_runtime
from llmkit.local.schemas import without_patterns
from llmkit.local.settings import SMALL, LocalSettings
from llmkit.local.sharing import Shared, forked
from llmkit.local.weights import find_weights, model_name

BATCH = 64  # prompt tokens between two looks at whether anybody still wants the answer
CLOSING = 10.0  # seconds for the chats under way to notice
OnChunk = Callable[[dict[str, Any]], bool]


class Engine:
    """A model in memory. Threads share it; what they generate runs without the interpreter's lock."""

    def __init__(self, settings: LocalSettings) -> None:
        path = find_weights(settings.gguf)
        size = path.stat().st_size
        self.model = model_name(path)
        self.small = size < SMALL
        self._process = os.getpid()
        self._active = 0
        self._closing = False
        self._changed = Condition(Lock())
        begun = monotonic()
        announce(Loading(model=self.model, path=str(path), size=size))
        runtime = load_runtime()
        self._listener = Listener()
        problem = None
        try:
            self._server: Any = runtime.Server(_parameters(runtime, str(path), settings, settings.threads_for(size), self._listener))
            self._listener.opened(str(self._server.listening_address))
        except Exception as error:
            problem = str(error) or type(error).__name__
        if problem is not None:
            self._listener.close()
            raise ConfigurationError(f"{path.name} cannot be loaded: {problem}.", parameter="LLMKIT_GGUF")
        announce(Loading(model=self.model, path=str(path), size=size, seconds=monotonic() - begun))

    def chat(self, body: dict[str, Any], on_chunk: OnChunk) -> None:
        """Run one chat; `on_chunk` gets every piece and stops it by returning True. Raises `ValueError` for a bad request."""
        failure: BaseException | None = None
        if self._process != os.getpid():
            raise forked()

        def pass_on(chunk: dict[str, Any]) -> bool:
            nonlocal failure
            try:
                return self._closing or on_chunk(chunk)
            except BaseException as error:
                failure = error
                return True

        with self._changed:
            if self._closing:
                raise ConnectionFailed("The embedded model is closed.")
            self._active += 1
        try:
            self._server.handle_chat_completions(body, pass_on)
        except RuntimeError as error:
            failure = failure or ValueError(str(error))
        finally:
            with self._changed:
                self._active -= 1
                self._changed.notify_all()
        if failure is not None:
            raise failure
        if self._closing:
            raise ConnectionFailed("The embedded model was closed.")

    def check(self, schema: dict[str, Any]) -> None:
        """Raise `ValueError` for a schema that the runtime cannot keep; given as a grammar it would be ignored in silence."""
        form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": without_patterns(schema)}}
        self._listener.ask("/apply-template", {"messages": [{"role": "user", "content": "x"}], "response_format": form})

    def count(self, messages: list[dict[str, Any]]) -> int:
        """Return how many tokens the prompt of `messages` has, the template's own included."""
        return int(self._listener.ask("/v1/chat/completions/input_tokens", {"messages": messages})["input_tokens"])

    def tokens(self, text: str) -> int:
        """Return how many tokens `text` has."""
        return len(self._listener.ask("/tokenize", {"content": text, "add_special": False, "parse_special": False})["tokens"])

    @property
    def active(self) -> int:
        """Return how many chats are under way."""
        return self._active

    def wait_idle(self, seconds: float) -> bool:
        """Wait until no chat is under way; False where one still is after `seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._active, seconds)

    def close(self) -> None:
        """Stop the chats under way and free the memory."""
        self._closing = True
        if self.wait_idle(CLOSING):  # else leave it: freeing what a thread still uses would end the process
            self._server = None
            self._listener.close()


def _parameters(runtime: Any, path: str, settings: LocalSettings, threads: int, listener: Listener) -> Any:
    parameters = runtime.CommonParams()
    parameters.model.path = path
    parameters.n_ctx, parameters.n_parallel = settings.context, settings.parallel
    parameters.kv_unified = True  # parallel answers share the context instead of each getting a slice
    parameters.n_batch = parameters.n_ubatch = BATCH
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
    parameters.use_jinja = True
    parameters.verbosity = -1
    parameters.warmup = parameters.fit_params = False  # each costs as much as the first answer
    parameters.cache_ram_mib = 0  # prompts are still shared within a slot
    parameters.hostnames, parameters.port, parameters.api_keys = [listener.host], 0, [listener.key]
    parameters.n_threads_http = 1
    parameters.ui = parameters.endpoint_slots = False
    parameters.cors_origins = "http://localhost"
    return parameters


_shared = Shared(Engine)
acquire = _shared.acquire
release = _shared.release

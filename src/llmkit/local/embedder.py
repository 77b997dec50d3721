"""The embedded embedding model: texts in, vectors out; the second place that drives the runtime."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from threading import Condition, Lock
from time import monotonic
from typing import Any

from llmkit.errors import ConfigurationError, ConnectionFailed
from llmkit.local.listener import Listener
from llmkit.local.loading import Loading, announce
from llmkit.local.refusal import Refusal
from llmkit.local.runtime import load_runtime
from llmkit.local.settings import LocalSettings
from llmkit.local.sharing import Shared, forked
from llmkit.local.weights import find_embedding_weights, model_name

LONGEST = 512
"""Tokens of a text, the two around it included: the model has places for so many."""
PORTION = 16
"""Texts between two looks at whether anybody still wants the answer."""
CLOSING = 10.0
_TOO_LONG = re.compile(r"input \((\d+) tokens\)")


class Embedder:
    """A model in memory. It computes one text at a time in one thread, so that a vector never depends on its neighbours."""

    def __init__(self, settings: LocalSettings) -> None:
        path = find_embedding_weights(settings.embedding_gguf)
        size = path.stat().st_size
        self.model = model_name(path)
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
            self._server: Any = runtime.Server(_parameters(runtime, str(path), settings.threads_for(size), self._listener))
            self._listener.opened(str(self._server.listening_address))
        except Exception as error:  # the runtime's own, of many kinds
            problem = str(error) or type(error).__name__
        if problem is not None:
            self._listener.close()
            raise ConfigurationError(f"{path.name} cannot be loaded: {problem}.", parameter="LLMKIT_EMBEDDING_GGUF")
        announce(Loading(model=self.model, path=str(path), size=size, seconds=monotonic() - begun))

    def embed(self, texts: Sequence[str], *, truncate: bool = False) -> Iterator[tuple[list[str], int]]:
        """Give the vectors portion by portion, as base64 of float32, with the tokens they took. Raises `Refusal` for a text too long."""
        if self._process != os.getpid():
            raise forked()
        with self._changed:
            if self._closing:
                raise ConnectionFailed("The embedded model is closed.")
            self._active += 1
        try:
            for begin in range(0, len(texts), PORTION):
                if self._closing:
                    raise ConnectionFailed("The embedded model was closed.")
                portion = texts[begin : begin + PORTION]
                yield self._embedded([self._cut(text) for text in portion] if truncate else list(portion))
        finally:
            with self._changed:
                self._active -= 1
                self._changed.notify_all()

    def _embedded(self, inputs: list[Any]) -> tuple[list[str], int]:
        try:
            answer = self._server.handle_embeddings({"input": inputs, "encoding_format": "base64"})
        except (RuntimeError, ValueError) as error:
            raise Refusal(str(error), parameter="input") from None
        if "error" in answer:
            raise _refused(str(answer["error"].get("message") or "The embedded model failed."))
        return [item["embedding"] for item in answer["data"]], int(answer["usage"]["prompt_tokens"])

    def _cut(self, text: str) -> str | list[int]:
        """Return `text`, or its first tokens where it is too long."""
        if len(text.encode("utf-8", "replace")) < LONGEST - 1:  # a token is a byte at least
            return text
        tokens: list[int] = self._listener.ask("/tokenize", {"content": text, "add_special": True})["tokens"]
        return text if len(tokens) <= LONGEST else [*tokens[: LONGEST - 1], tokens[-1]]

    def close(self) -> None:
        """Let the portion under way end and free the memory."""
        self._closing = True
        with self._changed:
            idle = self._changed.wait_for(lambda: not self._active, CLOSING)
        if idle:  # else leave it: freeing what a thread still uses would end the process
            self._server = None
            self._listener.close()


def _parameters(runtime: Any, path: str, threads: int, listener: Listener) -> Any:
    parameters = runtime.CommonParams()
    parameters.model.path = path
    parameters.embedding = True
    parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = LONGEST
    parameters.n_parallel = 1  # together they would not be computed sooner, and come out a little otherwise (measured 2026-11-23)
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
    parameters.verbosity = -1
    parameters.warmup = parameters.fit_params = False
    parameters.hostnames, parameters.port, parameters.api_keys = [listener.host], 0, [listener.key]
    parameters.n_threads_http = 1
    parameters.ui = parameters.endpoint_slots = False
    parameters.cors_origins = "http://localhost"
    return parameters


def _refused(message: str) -> Refusal:
    found = _TOO_LONG.search(message)
    if found is None:
        return Refusal(message, status=500)
    text = f"A text has {found[1]} tokens; the embedded model reads {LONGEST}. Cut it, or let it be cut by truncate=True."
    return Refusal(text, parameter="input", code="context_length_exceeded")


_shared = Shared(Embedder)
acquire = _shared.acquire
release = _shared.release

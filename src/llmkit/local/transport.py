"""The embedded models as a transport: requests in the wire's words, answered without a wire."""

from __future__ import annotations

from threading import Lock
from typing import Any

import msgspec

from llmkit.errors import ConfigurationError
from llmkit.local import embedder
from llmkit.local.completion import Completion
from llmkit.local.embedding import SHORT, embedding
from llmkit.local.engine import Engine, acquire, release
from llmkit.local.refusal import Refusal
from llmkit.local.settings import LocalSettings
from llmkit.local.weights import find_embedding_weights, find_weights, model_name
from llmkit.local.writers import write_json
from llmkit.transport.inprocess import InProcessTransport, Pipe
from llmkit.types.http import HttpRequest, HttpResponse

DEFAULT = "default"
"""A model id that means whichever model is there."""


class LocalTransport:
    """Loads a model when it is first asked, and frees it in `aclose`.

    `blocking` says whether a sync client sends (see `InProcessTransport`).
    """

    def __init__(self, settings: LocalSettings | None = None, *, blocking: bool | None = None) -> None:
        self._settings = settings or LocalSettings.of()
        self._engine: Engine | None = None
        self._embedder: embedder.Embedder | None = None
        self._lock = Lock()
        self._inner = InProcessTransport(self._answer, blocking=blocking, on_close=self._release)

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Answer `POST /v1/chat/completions`, `POST /v1/embeddings` and `GET /v1/models`."""
        return await self._inner.send(request)

    async def aclose(self) -> None:
        """Stop the answers under way and free the model, if nobody else uses it."""
        await self._inner.aclose()

    def _answer(self, request: HttpRequest, pipe: Pipe) -> None:
        try:
            path = request.path.partition("?")[0]
            match request.method, path:
                case "GET", "/v1/models":
                    write_json(pipe, 200, {"object": "list", "data": [_described(model) for model in self._models()]})
                case "GET", _ if path.startswith("/v1/models/"):
                    asked = path.removeprefix("/v1/models/")
                    write_json(pipe, 200, _described(_checked_model(asked, self._models())))
                case "POST", "/v1/chat/completions":
                    body = _object(request.body)
                    _checked_model(body.get("model"), (model_name(find_weights(self._settings.gguf)), DEFAULT))
                    Completion(self._loaded(), body, pipe).run()
                case "POST", "/v1/embeddings":
                    body = _object(request.body)
                    own = model_name(find_embedding_weights(self._settings.embedding_gguf))
                    _checked_model(body.get("model"), (own, SHORT, DEFAULT))
                    embedding(self._loaded_embedder(), body, pipe)
                case _:
                    raise Refusal(f"The embedded model knows no {request.method} {path}.", status=404)
        except Refusal as refusal:
            write_json(pipe, refusal.status, refusal.body)

    def _models(self) -> tuple[str, ...]:
        """Return the ids of what is installed; the chat model's first, which is told with how to install it where it is not."""
        chat = model_name(find_weights(self._settings.gguf))
        try:
            return chat, model_name(find_embedding_weights(self._settings.embedding_gguf))
        except ConfigurationError:
            return (chat,)

    def _loaded_embedder(self) -> embedder.Embedder:
        with self._lock:
            if self._embedder is None:
                self._embedder = embedder.acquire(self._settings)
            return self._embedder

    def _loaded(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = acquire(self._settings)
            return self._engine

    def _release(self) -> None:
        with self._lock:
            engine, self._engine = self._engine, None
            held, self._embedder = self._embedder, None
        if engine is not None:
            release(self._settings)
        if held is not None:
            embedder.release(self._settings)


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        value = None
    if not isinstance(value, dict):
        raise Refusal("The body is not a JSON object.")
    return value


def _checked_model(asked: Any, known: tuple[str, ...]) -> str:
    if asked not in known:
        text = f"The embedded model is {known[0]!r}; there is no {asked!r}."
        raise Refusal(text, status=404, parameter="model", code="model_not_found")
    return str(asked)


def _described(model: str) -> dict[str, Any]:
    return {"id": model, "object": "model", "created": 0, "owned_by": "llmkit"}

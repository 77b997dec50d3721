"""The embedded model as a transport: requests in the wire's words, answered without a wire."""

from __future__ import annotations

from threading import Lock
from typing import Any

import msgspec

from llmkit.local.completion import Completion
from llmkit.local.engine import Engine, acquire, release
from llmkit.local.refusal import Refusal
from llmkit.local.settings import LocalSettings
from llmkit.local.weights import find_weights, model_name
from llmkit.local.writers import write_json
from llmkit.transport.inprocess import InProcessTransport, Pipe
from llmkit.types.http import HttpRequest, HttpResponse

DEFAULT = "default"
"""A model id that means whichever model is there."""


class LocalTransport:
    """Loads the model at the first chat, and frees it in `aclose`.

    `blocking` says whether a sync client sends (see `InProcessTransport`).
    """

    def __init__(self, settings: LocalSettings | None = None, *, blocking: bool | None = None) -> None:
        self._settings = settings or LocalSettings.of()
        self._engine: Engine | None = None
        self._lock = Lock()
        self._inner = InProcessTransport(self._answer, blocking=blocking, on_close=self._release)

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Answer `POST /v1/chat/completions` and `GET /v1/models`."""
        return await self._inner.send(request)

    async def aclose(self) -> None:
        """Stop the answers under way and free the model, if nobody else uses it."""
        await self._inner.aclose()

    def _answer(self, request: HttpRequest, pipe: Pipe) -> None:
        try:
            model = model_name(find_weights(self._settings.gguf))
            path = request.path.partition("?")[0]
            match request.method, path:
                case "GET", "/v1/models":
                    write_json(pipe, 200, {"object": "list", "data": [_described(model)]})
                case "GET", _ if path.startswith("/v1/models/"):
                    _check_model(path.removeprefix("/v1/models/"), model)
                    write_json(pipe, 200, _described(model))
                case "POST", "/v1/chat/completions":
                    body = _object(request.body)
                    _check_model(body.get("model"), model)
                    Completion(self._loaded(), body, pipe).run()
                case _:
                    raise Refusal(f"The embedded model knows no {request.method} {path}.", status=404)
        except Refusal as refusal:
            write_json(pipe, refusal.status, refusal.body)

    def _loaded(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = acquire(self._settings)
            return self._engine

    def _release(self) -> None:
        with self._lock:
            engine, self._engine = self._engine, None
        if engine is not None:
            release(self._settings)


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        value = None
    if not isinstance(value, dict):
        raise Refusal("The body is not a JSON object.")
    return value


def _check_model(asked: Any, model: str) -> None:
    if asked not in (model, DEFAULT):
        text = f"The embedded model is {model!r}; there is no {asked!r}."
        raise Refusal(text, status=404, parameter="model", code="model_not_found")


def _described(model: str) -> dict[str, Any]:
    return {"id": model, "object": "model", "created": 0, "owned_by": "llmkit"}

"""What is given as one request of a batch, in any of its forms, as an id and a request."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from typing import Any

from llmkit.errors import InvalidRequest, LLMKitError
from llmkit.operations.embedding import inputs_of
from llmkit.operations.reading import read
from llmkit.options import make_request
from llmkit.types.embedding import EmbeddingRequest
from llmkit.types.messages import Message
from llmkit.types.request import Request
from llmkit.types.requests import CompletionRequest

_OWN = re.compile(r"request-([1-9]\d*)")
_WORDS = ("messages", "prompt")
_THINGS = ("inputs", "input")
_IDS = ("id", "custom_id", "key")
_PARSERS = {"/chat/completions": "openai_chat", "/responses": "openai_responses"}


class Order:
    """Which request has which id: no id twice, and every id's place."""

    def __init__(self) -> None:
        self.given: dict[str, int] = {}
        self._count = 0

    def add(self, id: str | None) -> str:
        """Note the next request and return its id, `request-1` and so on where it has none."""
        place, self._count = self._count, self._count + 1
        if id is None:
            return f"request-{place + 1}"
        if id in self.given:
            raise InvalidRequest(f"Two requests have the id {id!r}.", parameter="requests")
        if numbered(id) not in (None, place):
            raise InvalidRequest(f"The id {id!r} is that of another request without one.", parameter="requests", hint="Name it otherwise.")
        self.given[id] = place
        return id

    def place(self, id: str) -> int | None:
        """Return the place of a request, None where it is not known."""
        found = self.given.get(id)
        return numbered(id) if found is None else found


def numbered(id: str) -> int | None:
    """Return the place that an id of ours names."""
    found = _OWN.fullmatch(id)
    return None if found is None else int(found[1]) - 1


def item_of(given: Any, model: str, shared: Mapping[str, Any]) -> tuple[str | None, Request]:
    """Return the id (None: it has none) and the request. Raises `InvalidRequest` for what is no request."""
    id: str | None = None
    if isinstance(given, tuple) and len(given) == 2 and isinstance(given[0], str | int):
        id, given = str(given[0]), given[1]
    if isinstance(given, Request):
        return id, _ready(given, model, shared)
    if isinstance(given, Mapping) and "role" not in given:
        fields = dict(given)
        for name in _IDS:
            if name in fields:
                id = str(fields.pop(name))
        return id, _described(fields, model, shared)
    return id, make_request(model, [given] if isinstance(given, Mapping | Message) else given, shared)


def _ready(request: Request, model: str, shared: Mapping[str, Any]) -> Request:
    if not isinstance(request, CompletionRequest | EmbeddingRequest):
        raise InvalidRequest(f"A {type(request).__name__} cannot be in a batch.", parameter="requests")
    if shared:
        raise InvalidRequest(f"A {type(request).__name__} stands alone.", parameter=next(iter(shared)), hint="Use request.replace(...).")
    return request.replace(model=model)


def _described(fields: dict[str, Any], model: str, shared: Mapping[str, Any]) -> Request:
    """Return the request that a dict describes: in our words, or a line of OpenAI's batch files."""
    if "body" in fields:
        return _of_line(fields, model)
    fields.pop("model", None)
    words = [fields.pop(name) for name in _WORDS if name in fields]
    if words:
        return make_request(model, words[0], {**shared, **fields})
    things = [fields.pop(name) for name in _THINGS if name in fields]
    if things:
        return read(EmbeddingRequest, model, {"inputs": inputs_of(things[0])}, {**shared, **fields}, {})
    raise InvalidRequest("A request has neither messages nor inputs.", parameter="requests", hint="Write {'id': ..., 'messages': ...}.")


def _of_line(line: Mapping[str, Any], model: str) -> Request:
    from llmkit.serving import codec

    body, url = line["body"], str(line.get("url", ""))
    if not isinstance(body, dict):
        raise InvalidRequest("The body of a request is no object.", parameter="requests")
    if url.endswith("/embeddings") or ("input" in body and "messages" not in body and not url):
        own = {key: value for key, value in body.items() if key in ("dimensions", "user")}
        return read(EmbeddingRequest, model, {"inputs": inputs_of(body.get("input"))}, own, {})
    name = next((name for end, name in _PARSERS.items() if url.endswith(end)), "openai_chat")
    return codec(name).parse_request({"model": model, **body}).replace(model=model)


def placed(error: LLMKitError, place: int, id: str | None) -> LLMKitError:
    """Say of which request an error is."""
    words = f"Request {place + 1}" + (f" ({id})" if id else "")
    error.message = f"{words}: {error.message}"
    error.args = (f"{words}: {error.args[0]}", *error.args[1:]) if error.args else (error.message,)
    return error


Take = Callable[[], Awaitable[Any]]
END = object()


def taker(requests: Any) -> Take:
    """Return what gives the next of `requests` (any iterable, an async one too), and `END` at last."""
    if isinstance(requests, str | bytes | Mapping | Request):
        raise InvalidRequest("requests must be several: a list, a generator, a file's lines.", parameter="requests")
    if hasattr(requests, "__aiter__"):
        later: AsyncIterator[Any] = requests.__aiter__()
        return lambda: _awaited(later)
    if not isinstance(requests, Iterable):
        raise InvalidRequest(f"requests must be iterable, not {type(requests).__name__}.", parameter="requests")
    known = iter(requests)

    async def take() -> Any:
        return next(known, END)

    return take


async def _awaited(later: AsyncIterator[Any]) -> Any:
    try:
        return await later.__anext__()
    except StopAsyncIteration:
        return END

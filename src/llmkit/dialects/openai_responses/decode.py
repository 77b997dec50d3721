"""A whole response body into a `CompletionResponse`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

from llmkit.dialects.openai_chat.logprobs import logprobs_of
from llmkit.dialects.openai_chat.wire import Object, dumps, loads, name_of, number_of, objects_of, text_of
from llmkit.dialects.openai_responses.errors import failure_of
from llmkit.dialects.openai_responses.finish import finish_of
from llmkit.dialects.openai_responses.items import contents, parts_of
from llmkit.dialects.openai_responses.usage import decode_cost, decode_usage
from llmkit.errors import ProtocolError
from llmkit.types.events import Finish
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import Part, Provenance
from llmkit.types.responses import CompletionResponse, Logprob
from llmkit.types.warnings import Warning

Fields: TypeAlias = dict[str, msgspec.Raw]
"""A wire object whose values are still JSON text."""
fields_of: Callable[[bytes | msgspec.Raw], Fields] = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_raw_items: Callable[[bytes | msgspec.Raw], list[msgspec.Raw]] = msgspec.json.Decoder(list[msgspec.Raw]).decode
READ = frozenset({"id", "object", "created_at", "model", "output", "usage", "service_tier", "error"})
_ECHO = frozenset({"input", "instructions", "tools", "output_text"})
"""What repeats the request at length, or the answer."""


def decode(body: bytes, /, *, origin: Provenance) -> CompletionResponse:
    """Return the response in `body`. Raises `ProtocolError` for other bytes, `ProviderError` for an error with status 200."""
    response, items = read(body)
    if response.get("error") or response.get("status") == "failed":
        raise failure_of(response)
    if "output" not in response and response.get("object") != "response" and not text_of(response.get("status")):
        raise ProtocolError("The answer is not a response: it holds no output.")
    content: list[Part] = []
    logprobs: list[Logprob] = []
    for item, native in items:
        content += parts_of(item, native, origin)
        logprobs += logprobs_in(item)
    end = finish_event(response, content)
    return CompletionResponse(
        id=name_of(response.get("id")),
        model=text_of(response.get("model")),
        provider=origin.provider,
        content=tuple(content),
        finish=end.finish,
        usage=end.usage,
        cost=end.cost,
        warnings=transformations(response),
        logprobs=tuple(logprobs),
        created=created_of(response),
        service_tier=end.service_tier,
        extra=end.extra,
        raw=msgspec.Raw(body),
    )


def read(body: bytes | msgspec.Raw) -> tuple[Object, list[tuple[Object, msgspec.Raw]]]:
    """Return a response without its output, and its items with their JSON text. Raises `ProtocolError` for anything but an object."""
    try:
        return _read(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        pass
    try:
        return _read(dumps(loads(bytes(body))).encode())  # Some servers write what only a lenient parser takes.
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise ProtocolError("The answer is not a response: not the JSON object that was promised.") from None


def _read(body: bytes | msgspec.Raw) -> tuple[Object, list[tuple[Object, msgspec.Raw]]]:
    fields = fields_of(body)
    output = fields.pop("output", NO_NATIVE)
    response: Object = {name: msgspec.json.decode(value) for name, value in fields.items()}
    if output:
        response["output"] = None
        if bytes(memoryview(output)[:1]) == b"[":
            return response, [(item_of(native), native) for native in _raw_items(output)]
    return response, []


def item_of(native: bytes | msgspec.Raw) -> Object:
    """Return an item as an object; anything else is an item that says only what it is."""
    found: Any = msgspec.json.decode(native)
    return found if isinstance(found, dict) else {"type": type(found).__name__}


def finish_event(response: Object, content: list[Part]) -> Finish:
    """Return the end of a response, as a stream tells it."""
    return Finish(
        finish=finish_of(response, content),
        usage=decode_usage(response),
        cost=decode_cost(response),
        service_tier=name_of(response.get("service_tier")),
        extra={name: value for name, value in response.items() if name not in READ and name not in _ECHO and value is not None},
        warnings=transformations(response),
    )


def created_of(response: Object) -> float | None:
    """Return when the response was made, in Unix seconds."""
    moment = number_of(response.get("created_at"))
    return float(moment) if moment else None


def logprobs_in(item: Object) -> tuple[Logprob, ...]:
    """Return the probabilities that the texts of a message tell."""
    found: list[Any] = []
    if item.get("type") == "message":
        for block in objects_of(contents(item)):
            found += objects_of(block.get("logprobs"))
    return logprobs_of({"content": found}) if found else ()


def transformations(response: Object) -> tuple[Warning, ...]:
    """Return what the server says it took out of the request's input."""
    return tuple(
        [
            Warning(
                kind="dropped",
                parameter=text_of(edit.get("type")) or "input",
                detail=f"The server {text_of(edit.get('action')) or 'changed'} {text_of(edit.get('id'))}: {text_of(edit.get('reason'))}.",
            )
            for edit in objects_of(response.get("input_transformations"))
        ]
    )

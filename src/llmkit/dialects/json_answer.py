"""Read an answer that is one piece of JSON: a failure in it is an error, another shape is no answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from llmkit.dialects.error_text import error_text
from llmkit.dialects.openai_chat.errors import error_in, error_of
from llmkit.dialects.openai_chat.wire import Object, is_object, loads, number_of
from llmkit.errors import ProtocolError
from llmkit.types.request import Request
from llmkit.types.usage import Cost

Wire = TypeVar("Wire")


def decoded(decoder: msgspec.json.Decoder[Wire], data: bytes, what: str) -> Wire:
    """Return `data` read by `decoder`. Raises the error that it holds, or `ProtocolError`: it holds no `what`."""
    problem = ""
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        problem = str(error)
    refuse_errors(data)
    raise ProtocolError(f"The answer holds no {what}: {problem}.")


def object_in(data: bytes, what: str) -> Object:
    """Return the JSON object in `data`. Raises the error that it holds, or `ProtocolError`: it holds no `what`."""
    try:
        wire = loads(data)
    except ValueError:
        wire = None
    if not is_object(wire):
        raise ProtocolError(f"The answer holds no {what}: {error_text(data[:100])!r}.")
    if (found := error_in(wire)) is not None:
        raise error_of(found, wire)
    return wire


def further(body: dict[str, Any], request: Request) -> dict[str, Any]:
    """Return the body of a question behind the first: what the caller adds belongs to each of them."""
    return {**body, **request.extra_body}


def refuse_errors(data: bytes) -> None:
    """Raise the error that a body with status 200 reports, if it does."""
    try:
        wire = loads(data)
    except ValueError:
        return
    if is_object(wire) and (found := error_in(wire)) is not None:
        raise error_of(found, wire)


def told_cost(amount: Any) -> Cost | None:
    """Return what the provider says it cost, in US dollars; None where it says nothing."""
    return None if number_of(amount) is None else Cost(amount=Decimal(str(amount)))

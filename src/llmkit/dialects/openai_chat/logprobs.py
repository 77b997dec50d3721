"""Token probabilities, in both spellings."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.wire import Object, list_of, number_of, object_of, objects_of, text_of
from llmkit.types.responses import Logprob


def logprobs_of(value: Any) -> tuple[Logprob, ...]:
    """Return the probabilities that `logprobs` holds: objects per token, or parallel lists."""
    wire = object_of(value)
    found = [*objects_of(wire.get("content")), *objects_of(wire.get("refusal"))]
    if found:
        return tuple([_logprob(item) for item in found])
    tokens, numbers = list_of(wire.get("tokens")), list_of(wire.get("token_logprobs"))
    return tuple(
        [
            Logprob(token=token, logprob=float(number))
            for token, number in zip(tokens, numbers, strict=False)
            if isinstance(token, str) and number_of(number) is not None
        ]
    )


def _logprob(item: Object) -> Logprob:
    number = number_of(item.get("logprob"))
    octets = item.get("bytes")
    return Logprob(
        token=text_of(item.get("token")),
        logprob=float("-inf") if number is None else float(number),
        bytes=tuple(octets) if isinstance(octets, list) and all(isinstance(octet, int) for octet in octets) else None,
        top=tuple([_logprob(rival) for rival in objects_of(item.get("top_logprobs"))]),
    )

"""A whole Interaction into our response."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.error_text import error_text
from llmkit.dialects.gemini.decode import created_of
from llmkit.dialects.gemini.wire import is_given, object_of, read_any
from llmkit.dialects.gemini_interactions.errors import answered_error
from llmkit.dialects.gemini_interactions.finish import finish_of
from llmkit.dialects.gemini_interactions.steps import step_parts
from llmkit.dialects.gemini_interactions.usage import usage_of
from llmkit.dialects.gemini_interactions.wire import READ, WireInteraction, read_interaction
from llmkit.errors import ProtocolError, ProviderError
from llmkit.types.parts import Provenance
from llmkit.types.responses import CompletionResponse


def decode(body: bytes, /, *, origin: Provenance) -> CompletionResponse:
    """Return the response in `body`. Raises `ProtocolError` for other bytes, a `ProviderError` for an interaction that failed."""
    try:
        if not body.isascii():
            body.decode()
        interaction = read_interaction(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as failure:
        interaction, cause = None, str(failure)
    if interaction is None:
        raise ProtocolError(f"The answer is not an interaction ({cause}); it begins: {error_text(body[:80]).strip()}")
    if is_given(interaction.error):
        raise answered_error(read_any(interaction.error))
    if interaction.status is None and interaction.steps is None and interaction.outputs is None:
        raise ProtocolError("The answer is not an interaction: it has neither a status nor steps.")
    return response_of(interaction, msgspec.Raw(body), origin)


def response_of(interaction: WireInteraction, raw: msgspec.Raw, origin: Provenance) -> CompletionResponse:
    """Return the response. Raises a `ProviderError` for an interaction that failed before it said anything."""
    steps = interaction.steps if interaction.steps is not None else interaction.outputs
    content = tuple([part for step in steps or () for part in step_parts(step, origin)])
    if interaction.status == "failed" and not content:
        raise failure_of(interaction)
    return CompletionResponse(
        id=interaction.id,
        model=interaction.model or "",
        content=content,
        finish=finish_of(interaction.status, content),
        usage=usage_of(interaction.usage) if is_given(interaction.usage) else None,
        created=created_of(interaction.created),
        service_tier=interaction.service_tier,
        extra=extra_of(raw),
        raw=raw,
    )


def failure_of(interaction: WireInteraction) -> ProviderError:
    """Return the error that an interaction with the status `failed` names."""
    errors = read_any(interaction.errors) if is_given(interaction.errors) else None
    first = errors[0] if isinstance(errors, list) and errors else {"message": "The interaction failed.", "code": "internal"}
    return answered_error(first)


def extra_of(raw: msgspec.Raw) -> dict[str, Any]:
    """Return what an interaction says beside the answer (agent, continuation_token, environment_id ...), without its nulls."""
    return {name: value for name, value in object_of(raw).items() if name not in READ and value is not None}

"""Interactions in the background: ask again until they are over; fetch one that the provider keeps."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import msgspec

from llmkit.dialects.files.answers import in_path
from llmkit.dialects.gemini_interactions.finish import RUNNING
from llmkit.dialects.gemini_interactions.wire import read_interaction
from llmkit.dialects.polling import delay_of
from llmkit.types.dialect import Follow


def follow(body: bytes, /, *, stream: bool, polls: int) -> Follow | None:
    """Return where to ask for an interaction that still runs; None when it is over, and for whatever is none."""
    try:
        interaction = read_interaction(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if interaction.status not in RUNNING or not interaction.id:
        return None
    return Follow(url=f"interactions/{quote(interaction.id, safe='')}", delay=delay_of(polls))


def resume_path(response_id: str, /, *, stream: bool, after: str | None = None) -> str:
    """Return the path of the interaction `response_id`; with `stream`, of its events behind the event `after`."""
    path = f"/interactions/{in_path(response_id, 'kept answer')}"
    if not stream:
        return path
    fields = {"stream": "true"} if after is None else {"stream": "true", "last_event_id": after}
    return f"{path}?{urlencode(fields)}"

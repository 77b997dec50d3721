"""What every reader of a client's body needs: this format's own origin and options."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.openai_responses.dialect_profile import NAME
from llmkit.serving.openai_chat.reading import Object
from llmkit.types.parts import CacheMark, Provenance

OURS = Provenance(provider="", dialect=NAME)
"""The origin of items that a client sends back: this dialect, by a provider that it does not name."""


def options_of(fields: Object) -> dict[str, Object]:
    """Return `fields` as options of this dialect."""
    return {NAME: fields} if fields else {}


def native_of(item: Any) -> msgspec.Raw:
    """Return an item as a wire block."""
    return msgspec.Raw(msgspec.json.encode(item))


def mark_of(value: Any) -> CacheMark | None:
    """Return the cache mark that a `prompt_cache_breakpoint` says, None where it says something else."""
    match value:
        case {"mode": "explicit", "ttl": str(ttl), **more} if not more:
            return CacheMark(ttl=ttl)
        case {"mode": "explicit", **more} if not more:
            return CacheMark()
    return None

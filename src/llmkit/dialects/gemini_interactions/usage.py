"""Tokens by bucket: the input's figure holds the cached tokens, the output's leaves the thoughts out.

The total of every recorded answer is input + output + thoughts + tool use, so cached tokens are inside the input (recorded 2026-05).
"""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.gemini.wire import Fields, count_of, object_of
from llmkit.dialects.gemini_interactions.tool_names import CALL_NAMES
from llmkit.types.usage import Usage


def usage_of(raw: msgspec.Raw) -> Usage | None:
    """Return the usage, None where no token is counted."""
    fields = object_of(raw)
    if not any(name.startswith("total_") for name in fields):
        return None
    cached, written = count_of(fields.get("total_cached_tokens")), count_of(fields.get("total_output_tokens"))
    made, sent = _by_modality(fields, "output_tokens_by_modality"), _by_modality(fields, "input_tokens_by_modality")
    audio = min(made.get("audio", 0), written)
    image = min(made.get("image", 0), written - audio)
    return Usage(
        uncached=max(0, count_of(fields.get("total_input_tokens")) - cached) + count_of(fields.get("total_tool_use_tokens")),
        cache_read=cached,
        output_text=written - audio - image,
        reasoning=count_of(fields.get("total_thought_tokens")),
        output_audio=audio,
        output_image=image,
        input_audio=sent.get("audio", 0),
        input_image=sent.get("image", 0),
        server_tools=_server_tools(fields.get("grounding_tool_count")),
        raw=msgspec.Raw(bytes(raw)),
    )


def _by_modality(fields: Fields, name: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for detail in _objects(fields.get(name)):
        kind = str(detail.get("modality"))
        found[kind] = found.get(kind, 0) + count_of(detail.get("tokens"))
    return found


def _server_tools(counts: Any) -> dict[str, int]:
    named = ((str(count.get("type")), count_of(count.get("count"))) for count in _objects(counts))
    return {CALL_NAMES.get(kind, kind): number for kind, number in named if number}


def _objects(value: Any) -> list[Fields]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []

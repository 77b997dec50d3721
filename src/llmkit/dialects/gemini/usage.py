"""Tokens by bucket: the prompt's figure holds the cached tokens, the candidates' leaves the thoughts out."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.gemini.wire import Fields, count_of, object_of, string_of
from llmkit.types.usage import Usage

_MODALITIES = {1: "TEXT", 2: "IMAGE", 3: "VIDEO", 4: "AUDIO", 5: "DOCUMENT"}
"""Sent instead of the words when the caller asks for `enum-encoding=int`."""


def has_counts(raw: msgspec.Raw) -> bool:
    """Tell whether a usage object counts anything; the first events of a stream may name the traffic type only."""
    return b"TokenCount" in bytes(raw)


def usage_of(raw: msgspec.Raw, grounding: Fields | None = None) -> Usage | None:
    """Return the usage, None where no token is counted. `grounding` tells what was searched for."""
    if not raw or not has_counts(raw):
        return None
    fields = object_of(raw)
    cached = count_of(fields.get("cachedContentTokenCount"))
    # Live answers say `response` where all others say `candidates`.
    written = count_of(fields.get("candidatesTokenCount") or fields.get("responseTokenCount"))
    thought = count_of(fields.get("thoughtsTokenCount"))
    tool_prompt = count_of(fields.get("toolUsePromptTokenCount"))
    if "promptTokenCount" in fields:
        prompt = count_of(fields["promptTokenCount"])
    else:  # Left out where the prompt refers to files elsewhere; the total counts it all the same (recorded 2025).
        prompt = max(0, count_of(fields.get("totalTokenCount")) - written - thought - tool_prompt)
    made = _by_modality(fields, "candidatesTokensDetails") or _by_modality(fields, "responseTokensDetails")
    audio = min(made.get("AUDIO", 0), written)
    image = min(made.get("IMAGE", 0), written - audio)
    sent = _by_modality(fields, "promptTokensDetails")
    return Usage(
        uncached=max(0, prompt - cached) + tool_prompt,
        cache_read=cached,
        output_text=written - audio - image,
        reasoning=thought,
        output_audio=audio,
        output_image=image,
        input_audio=sent.get("AUDIO", 0),
        input_image=sent.get("IMAGE", 0),
        server_tools=_searches(grounding),
        raw=msgspec.Raw(bytes(raw)),
    )


def service_tier_of(raw: msgspec.Raw) -> str | None:
    """Return the tier that served the call."""
    return string_of(object_of(raw).get("serviceTier")) if raw else None


def _searches(grounding: Fields | None) -> dict[str, int]:
    """Return how often the web and the map were asked. An answer tells the queries of the one, and only that it used the other."""
    if not grounding:
        return {}
    queries, chunks = grounding.get("webSearchQueries"), grounding.get("groundingChunks")
    asked = len(queries) if isinstance(queries, list) else 0
    maps = isinstance(chunks, list) and any(isinstance(chunk, dict) and "maps" in chunk for chunk in chunks)
    return {**({"web_search": asked} if asked else {}), **({"maps": 1} if maps else {})}


def _by_modality(fields: Fields, name: str) -> dict[str, int]:
    found: dict[str, int] = {}
    details: Any = fields.get(name)
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, dict):
            kind = detail.get("modality")
            word = _MODALITIES.get(kind, "") if isinstance(kind, int) else str(kind)
            found[word] = found.get(word, 0) + count_of(detail.get("tokenCount"))
    return found

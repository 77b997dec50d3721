"""Keep cache points within what the API takes: four in all."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.bedrock_converse.draft import ConverseDraft
from llmkit.types.parts import CacheMark

MOST_POINTS = 4


def add_own_points(body: dict[str, Any], mark: CacheMark | None, draft: ConverseDraft) -> None:
    """Where the provider is to choose what is cached: mark the end of the instructions and of the conversation."""
    point = draft.cache_point(mark)
    if point is None:
        return
    draft.warn("emulated", "cache", "There is no automatic cache: the instructions and the conversation are marked.")
    for blocks in (body.get("system"), body["messages"][-1]["content"]):
        if blocks and not _is_point(blocks[-1]):
            blocks.append(point)


def keep_cache_limit(body: dict[str, Any], draft: ConverseDraft) -> None:
    """Take the earliest points out of the messages where there are too many in all."""
    config = body.get("toolConfig")
    fixed = sum(map(_is_point, [*_blocks(config.get("tools") if isinstance(config, dict) else None), *_blocks(body.get("system"))]))
    places = [(turn["content"], block) for turn in body["messages"] for block in turn["content"] if _is_point(block)]
    excess = len(places) - max(MOST_POINTS - fixed, 0)
    if excess <= 0:
        return
    draft.warn("clamped", "cache", f"Only {MOST_POINTS} cache points are taken: the last ones of the messages stay.")
    for content, point in places[:excess]:
        content[:] = [block for block in content if block is not point]


def _blocks(value: Any) -> list[Any]:
    """Return the blocks of a list; none where the caller's own options put something else in its place."""
    return value if isinstance(value, list) else []


def _is_point(block: Any) -> bool:
    return isinstance(block, dict) and "cachePoint" in block

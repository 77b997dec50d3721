"""Keep cache marks within what the API takes: four, and none of an hour after one of five minutes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from llmkit.dialects.anthropic.draft import AnthropicDraft

MOST_MARKS = 4


def keep_cache_limits(body: dict[str, Any], draft: AnthropicDraft) -> None:
    """Edit the marks in `body`, which is in the order of the prompt: tools, system, messages."""
    fixed = list(_marked(body.get("tools")))
    if isinstance(body.get("system"), list):
        fixed += _marked(body["system"])
    turns = [block for turn in body["messages"] for block in _marked(turn["content"])]
    room = MOST_MARKS - ("cache_control" in body) - len(fixed)
    if len(turns) > max(room, 0):
        draft.warn("clamped", "cache", f"Only {MOST_MARKS} cache marks are taken: the last ones of the messages stay.")
        for block in turns[: len(turns) - max(room, 0)]:
            del block["cache_control"]
        turns = turns[len(turns) - max(room, 0) :]
    short = False
    for block in [*fixed, *turns]:
        long = block["cache_control"].get("ttl") == "1h"
        if long and short:
            draft.warn("clamped", "cache", "A mark of an hour after a shorter one is sent as the shorter one.")
            block["cache_control"] = {"type": "ephemeral"}
        short = short or not long


def _marked(blocks: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(blocks, list):
        return
    for block in blocks:
        if isinstance(block, dict):
            if isinstance(block.get("content"), list) and block.get("type") == "tool_result":
                yield from _marked(block["content"])
            if isinstance(block.get("cache_control"), dict):
                yield block

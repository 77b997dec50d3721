"""Token counts. This format counts cached and newly cached tokens inside its input, and thinking inside its output."""

from __future__ import annotations

from llmkit.dialects.openai_chat.usage import cost_of
from llmkit.dialects.openai_chat.wire import Object, count_of, object_of, raw
from llmkit.types.usage import Cost, Usage

_CALLS = "_calls"


def decode_usage(response: Object) -> Usage | None:
    """Return the tokens by bucket, None where the server told nothing."""
    wire = response.get("usage")
    if not isinstance(wire, dict) or not wire:
        return None
    inside, outside = object_of(wire.get("input_tokens_details")), object_of(wire.get("output_tokens_details"))
    sent, made = count_of(wire.get("input_tokens")), count_of(wire.get("output_tokens"))
    read = min(sent, count_of(inside.get("cached_tokens")))
    written = min(sent - read, count_of(inside.get("cache_write_tokens")))
    thought = count_of(outside.get("reasoning_tokens"))
    if thought > made or (thought and count_of(wire.get("total_tokens")) == sent + made + thought):
        made += thought  # Beside the output, which the total tells, or which the output is too small to hold.
    return Usage(
        uncached=sent - read - written,
        cache_read=read,
        cache_write=written,
        output_text=made - thought,
        reasoning=thought,
        server_tools=_server_tools(response, wire),
        raw=raw(wire),
    )


def decode_cost(response: Object) -> Cost | None:
    """Return what the provider says the call cost, None where it does not."""
    wire = response.get("usage")
    return cost_of(wire, response) if isinstance(wire, dict) else None


def _server_tools(response: Object, usage: Object) -> dict[str, int]:
    told = object_of(usage.get("server_side_tool_usage_details"))
    found = {name.removesuffix(_CALLS): count for name, value in told.items() if (count := count_of(value))}
    searches = count_of(object_of(object_of(response.get("tool_usage")).get("web_search")).get("num_requests"))
    return {**found, "web_search": searches} if searches else found

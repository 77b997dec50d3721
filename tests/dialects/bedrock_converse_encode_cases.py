"""Tools, media and marks with their blocks, for tests."""

from __future__ import annotations

from llmkit.dialects import bedrock_converse
from llmkit.types.parts import (
    CacheMark,
    ToolCall,
)
from llmkit.types.tools import Tool

PROFILE = bedrock_converse.PROFILE


MARK = CacheMark(ttl="1h")


POINT = {"cachePoint": {"type": "default", "ttl": "1h"}}


WEATHER = Tool(name="weather", description="Weather", parameters={"type": "object", "properties": {}}, strict=True)


SPEC = {"toolSpec": {"name": "weather", "description": "Weather", "inputSchema": {"json": WEATHER.parameters}, "strict": True}}


CALL = ToolCall(id="t1", name="weather", arguments={"a": 1})

"""The provider's own tools: our names for them and the wire's."""

from __future__ import annotations

TOOL_TYPES: dict[str, str] = {
    "mcp": "mcp_server",
    "web_fetch": "url_context",
    "web_search": "google_search",
}
"""The type of a tool in a request; a name that is not here is the type itself."""

CALL_NAMES: dict[str, str] = {"google_search": "web_search", "mcp_server_tool": "mcp"}
"""What the steps of a call and its result are called before `_call` and `_result`; what is not here is its own name."""

"""The provider's own tools: our names for them and the wire's."""

from __future__ import annotations

TOOL_KEYS: dict[str, str] = {
    "code_execution": "codeExecution",
    "computer_use": "computerUse",
    "enterprise_web_search": "enterpriseWebSearch",
    "file_search": "fileSearch",
    "google_maps": "googleMaps",
    "google_search": "googleSearch",
    "google_search_retrieval": "googleSearchRetrieval",
    "mcp": "mcpServers",
    "retrieval": "retrieval",
    "url_context": "urlContext",
    "web_fetch": "urlContext",
    "web_search": "googleSearch",
}
"""The key of a tool's object in a request; a name that is not here is the key itself."""

TOOL_NAMES: dict[str, str] = {
    "codeExecution": "code_execution",
    "computerUse": "computer_use",
    "enterpriseWebSearch": "enterprise_web_search",
    "fileSearch": "file_search",
    "googleMaps": "google_maps",
    "googleSearch": "web_search",
    "googleSearchRetrieval": "google_search_retrieval",
    "mcpServers": "mcp",
    "retrieval": "retrieval",
    "urlContext": "url_context",
}

CALL_NAMES: dict[str, str] = {
    "FILE_SEARCH": "file_search",
    "GOOGLE_MAPS": "google_maps",
    "GOOGLE_SEARCH_IMAGE": "image_search",
    "GOOGLE_SEARCH_WEB": "web_search",
    "URL_CONTEXT": "url_context",
}
"""What a `toolCall` of an answer names; a type that is not here is its own name."""
CALL_TYPES = {name: kind for kind, name in CALL_NAMES.items()}

CODE = "code_execution"

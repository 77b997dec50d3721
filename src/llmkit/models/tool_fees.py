"""Price the calls of a provider's own tools."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from llmkit.models.services import Unpriced

_LISTED_AS = {
    "google_search": "web_search",
    "web_search_preview": "web_search",
    "google_maps": "maps",
    "code_interpreter": "code_execution",
}
"""The same tool under another name."""
_FREE = frozenset({"web_fetch", "url_context", "tool_search", "tool_search_tool_bm25", "tool_search_tool_regex", "mcp"})
"""Tools that cost their tokens and nothing else.

Fetching: https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-fetch-tool and https://ai.google.dev/gemini-api/docs/url-context;
servers of one's own: https://platform.openai.com/docs/guides/tools-connectors-mcp (all read 2026-11-23). Running code is not among them:
some bill it by the hour of a container, some by the call, some not at all.
"""


def tool_costs(fees: Mapping[str, Decimal], calls: Mapping[str, int], context_size: str) -> dict[str, Decimal]:
    """Return what the calls of each tool cost, as `tool:name`. Raises `Unpriced` for a tool whose fee is not known."""
    found: dict[str, Decimal] = {}
    for tool, count in calls.items():
        once = fees.get(f"{_LISTED_AS.get(tool, tool)}:answer")
        if count:
            found[f"tool:{tool}"] = once if once is not None else _fee(fees, tool, context_size) * count
    return found


def _fee(fees: Mapping[str, Decimal], tool: str, context_size: str) -> Decimal:
    for name in (tool, _LISTED_AS.get(tool, tool)):
        fee = fees.get(f"{name}:{context_size}") if context_size else None
        fee = fee if fee is not None else fees.get(name)
        if fee is not None:
            return fee
        sizes = {value for key, value in fees.items() if key.startswith(f"{name}:")}
        if len(sizes) == 1 and not context_size:
            return sizes.pop()
        if sizes:
            raise Unpriced(f"the fee for {tool} depends on the size of its context, which is not told")
    if tool in _FREE:
        return Decimal(0)
    raise Unpriced(f"no fee is listed for the tool {tool!r}")

"""Which beta headers a request needs by what it uses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# Read from the vendor's beta names and from recorded traffic, 2026-11-22. What has left its beta is not listed.
TOOL_BETAS: dict[str, str] = {
    "advisor_20260301": "advisor-tool-2026-03-01",
    "code_execution_20250522": "code-execution-2025-05-22",
    "code_execution_20250825": "code-execution-2025-08-25",
    "computer_20241022": "computer-use-2024-10-22",
    "computer_20250124": "computer-use-2025-01-24",
    "computer_20251124": "computer-use-2025-11-24",
    "mcp_toolset": "mcp-client-2025-11-20",
    "memory_20250818": "context-management-2025-06-27",
    "text_editor_20241022": "computer-use-2024-10-22",
    "bash_20241022": "computer-use-2024-10-22",
    "web_fetch_20250910": "web-fetch-2025-09-10",
}
"""Tool type to beta."""
FIELD_BETAS: dict[str, str] = {
    "compaction": "compact-2026-09-04",
    "context_management": "context-management-2025-06-27",
    "diagnostics": "cache-diagnosis-2026-04-07",
    "fallback_credit_token": "fallback-credit-2026-07-01",
    "fallbacks": "server-side-fallback-2026-07-01",
    "output_format": "structured-outputs-2025-11-13",
    "speed": "fast-mode-2026-02-01",
    "thread": "message-threads-2026-08-12",
}
"""Top-level field to beta."""
EDIT_BETAS: dict[str, str] = {"compact_20260112": "compact-2026-01-12"}
"""Context edit to beta, beside the one of the field itself."""
BLOCK_BETAS: dict[str, str] = {
    "container_upload": "files-api-2025-04-14",
    "tool_addition": "mid-conversation-tool-changes-2026-07-01",
    "tool_removal": "mid-conversation-tool-changes-2026-07-01",
}
"""Content block to beta."""
FILES_BETA = "files-api-2025-04-14"
MCP_BETA = "mcp-client-2025-04-04"
SKILLS_BETA = "skills-2025-10-02"
TASK_BUDGET_BETA = "task-budgets-2026-03-13"


def betas_of(body: dict[str, Any], used: Iterable[str], asked: Iterable[str]) -> str:
    """Return the `anthropic-beta` header: what the fields of `body`, its tools and `used` need, then what the caller `asked` for."""
    needed = [FIELD_BETAS[field] for field in body if field in FIELD_BETAS]
    listed = body.get("tools")
    kinds = [tool.get("type") for tool in listed if isinstance(tool, dict)] if isinstance(listed, list) else []
    tools = [kind for kind in kinds if isinstance(kind, str)]
    needed += [TOOL_BETAS[kind] for kind in tools if kind in TOOL_BETAS]
    if body.get("mcp_servers") and "mcp_toolset" not in tools:
        needed.append(MCP_BETA)
    match body.get("context_management"):
        case {"edits": [*edits]}:
            needed += [EDIT_BETAS[edit["type"]] for edit in edits if isinstance(edit, dict) and str(edit.get("type")) in EDIT_BETAS]
    match body.get("container"):
        case {"skills": [_, *_]}:
            needed.append(SKILLS_BETA)
    match body.get("output_config"):
        case {"task_budget": {}}:
            needed.append(TASK_BUDGET_BETA)
    return ",".join(dict.fromkeys([*needed, *used, *asked]))

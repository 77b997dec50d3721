"""Which beta headers a request needs by what it uses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from llmkit.dialects.anthropic.draft import AnthropicDraft

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
    "billing_policy": "user-profiles-billing-2026-10-01",
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
THINKING_BINDING_BETA = "thinking-binding-controls-2026-08-01"
THINKING_UPDATES_BETA = "thinking-display-updates-2026-08-18"
INLINE_TOOLS_BETA = "inline-tools-2026-09-15"
INLINE_MCP_BETA = "mcp-client-2026-09-15"
BETAS: tuple[str, ...] = (
    "advanced-tool-use-2025-11-20",
    "advisor-tool-2026-03-01",
    "cache-diagnosis-2026-04-07",
    "compact-2026-01-12",
    "compact-2026-09-04",
    "computer-use-2025-11-24",
    "context-1m-2025-08-07",
    "context-management-2025-06-27",
    "extended-cache-ttl-2025-04-11",
    "fallback-credit-2026-07-01",
    "fast-mode-2026-02-01",
    "files-api-2025-04-14",
    "fine-grained-tool-streaming-2025-05-14",
    "interleaved-thinking-2025-05-14",
    "mcp-client-2026-09-15",
    "message-threads-2026-08-12",
    "mid-conversation-tool-changes-2026-07-01",
    "output-128k-2025-02-19",
    "output-300k-2026-03-24",
    "server-side-fallback-2026-07-01",
    "skills-2025-10-02",
    "structured-outputs-2025-11-13",
    "task-budgets-2026-03-13",
    "thinking-binding-controls-2026-08-01",
    "thinking-display-updates-2026-08-18",
    "token-efficient-tools-2025-02-19",
)
"""What a caller may ask for with `options={"anthropic": {"betas": [...]}}`; those that show in the body are added by themselves."""


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
    match body.get("thinking"):
        case {"block_binding": {}}:
            needed.append(THINKING_BINDING_BETA)
    match body.get("thinking"):
        case {"display": "updates"}:
            needed.append(THINKING_UPDATES_BETA)
    return ",".join(dict.fromkeys([*needed, *used, *asked]))


def block_betas(kind: str, native: bytes) -> list[str]:
    """Return what a content block of this kind needs; a tool defined inside it needs more than one that is named."""
    found = [BLOCK_BETAS[kind]] if kind in BLOCK_BETAS else []
    if kind == "tool_addition" and b'"tool_definition"' in native:
        found.append(INLINE_TOOLS_BETA)
        if b'"mcp_toolset"' in native:
            found.append(INLINE_MCP_BETA)
    return found


def named(betas: str, draft: AnthropicDraft) -> str:
    """Return the header as this backend calls its betas (`Profile.betas`), without those that it refuses."""
    names = draft.profile.betas
    if not names or not betas:
        return betas
    found: list[str] = []
    for beta in betas.split(","):
        name = names.get(beta, beta)
        if name:
            found.append(name)
        else:
            draft.warn("dropped", "betas", f"This backend does not know the beta {beta}.")
    return ",".join(dict.fromkeys(found))

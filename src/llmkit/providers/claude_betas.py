"""What the clouds that serve Claude call the vendor's betas, for `profile={"betas": ...}` of their rows; an empty name: refused.

Read from another library's table of betas per backend, 2026-11; betas that keep their name are not listed.
"""

from __future__ import annotations

_SEARCH = {"advanced-tool-use-2025-11-20": "tool-search-tool-2025-10-19"}
_CLOUD = dict.fromkeys(
    (
        "advisor-tool-2026-03-01",
        "code-execution-2025-08-25",
        "fast-mode-2026-02-01",
        "files-api-2025-04-14",
        "mcp-client-2025-04-04",
        "mcp-client-2025-11-20",
        "skills-2025-10-02",
        "web-fetch-2025-09-10",
    ),
    "",
)
ON_BEDROCK: dict[str, str] = {
    **_SEARCH,
    **_CLOUD,
    "interleaved-thinking-2025-05-14": "",
    "output-128k-2025-02-19": "",
    "structured-outputs-2025-11-13": "",
    "token-efficient-tools-2025-02-19": "",
}
ON_BEDROCK_MANTLE: dict[str, str] = {**_SEARCH, **_CLOUD}
ON_VERTEX: dict[str, str] = {
    **_SEARCH,
    **_CLOUD,
    "effort-2025-11-24": "",
    "fine-grained-tool-streaming-2025-05-14": "",
    "output-128k-2025-02-19": "",
    "structured-outputs-2025-11-13": "",
    "token-efficient-tools-2025-02-19": "",
}
ON_FOUNDRY: dict[str, str] = dict.fromkeys(
    (
        "advisor-tool-2026-03-01",
        "compact-2026-01-12",
        "fast-mode-2026-02-01",
        "fine-grained-tool-streaming-2025-05-14",
        "output-128k-2025-02-19",
        "thinking-binding-controls-2026-08-01",
        "token-efficient-tools-2025-02-19",
    ),
    "",
)
ON_DATABRICKS: dict[str, str] = {"advisor-tool-2026-03-01": ""}

"""Tools that the provider runs: one function each, in the same words for every API.

What an API does not have is refused before anything is sent, and so is a restriction (domains, handles, tools allowed) that it
cannot keep; other settings are left out with a warning. For settings in an API's own words write `ServerTool(name=..., config={...})`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from llmkit.types.tools import ServerTool

__all__ = [
    "code_execution",
    "computer_use",
    "file_search",
    "google_maps",
    "image_generation",
    "mcp_server",
    "tool_search",
    "url_context",
    "user_location",
    "web_fetch",
    "web_search",
    "x_search",
]


def web_search(
    *,
    max_uses: int | None = None,
    allowed_domains: Sequence[str] | None = None,
    blocked_domains: Sequence[str] | None = None,
    user_location: Mapping[str, str] | None = None,
    context_size: Literal["low", "medium", "high"] | None = None,
    response_inclusion: Literal["full", "excluded"] | None = None,
    version: str | None = None,
) -> ServerTool:
    """Let the model search the web.

    Args:
        user_location: see `user_location`.
        context_size: how much of what was found is read.
        response_inclusion: whether what was found comes back in the answer.
        version: `newest`, or how the API's version ends (`20260318`); None is the oldest that has the settings.
    """
    return _tool(
        "web_search",
        max_uses=max_uses,
        allowed_domains=_list(allowed_domains),
        blocked_domains=_list(blocked_domains),
        user_location=None if user_location is None else dict(user_location),
        context_size=context_size,
        response_inclusion=response_inclusion,
        version=version,
    )


def user_location(
    *, city: str | None = None, region: str | None = None, country: str | None = None, timezone: str | None = None
) -> dict[str, str]:
    """Return where the user is, roughly: `country` in two letters (ISO 3166), `timezone` as in the IANA data base."""
    known = {"city": city, "region": region, "country": country, "timezone": timezone}
    return {"type": "approximate", **{name: value for name, value in known.items() if value is not None}}


def web_fetch(
    *,
    max_uses: int | None = None,
    allowed_domains: Sequence[str] | None = None,
    blocked_domains: Sequence[str] | None = None,
    citations: bool | None = None,
    max_content_tokens: int | None = None,
    use_cache: bool | None = None,
    version: str | None = None,
) -> ServerTool:
    """Let the model read web pages whose address is in the conversation."""
    return _tool(
        "web_fetch",
        max_uses=max_uses,
        allowed_domains=_list(allowed_domains),
        blocked_domains=_list(blocked_domains),
        citations=citations,
        max_content_tokens=max_content_tokens,
        use_cache=use_cache,
        version=version,
    )


def url_context() -> ServerTool:
    """Let the model read web pages whose address is in the conversation: another name of `web_fetch`."""
    return web_fetch()


def code_execution(*, file_ids: Sequence[str] | None = None, memory: str | None = None, version: str | None = None) -> ServerTool:
    """Let the model run code in the provider's sandbox; `memory` is its size (`1g`, `4g` ...)."""
    return _tool("code_execution", file_ids=_list(file_ids), memory=memory, version=version)


def file_search(
    stores: Sequence[str], *, max_results: int | None = None, filter: Any = None, score_threshold: float | None = None
) -> ServerTool:
    """Let the model search files that were uploaded to `stores`; `filter` is in the API's own words."""
    return _tool("file_search", stores=list(stores), max_results=max_results, filter=filter, score_threshold=score_threshold)


def computer_use(
    *,
    width: int | None = None,
    height: int | None = None,
    environment: str | None = None,
    display_number: int | None = None,
    zoom: bool | None = None,
    version: str | None = None,
) -> ServerTool:
    """Let the model use a screen of yours: its calls come back to be carried out."""
    return _tool(
        "computer_use", width=width, height=height, environment=environment, display_number=display_number, zoom=zoom, version=version
    )


def image_generation(
    *,
    size: str | None = None,
    quality: str | None = None,
    background: str | None = None,
    output_format: str | None = None,
    model: str | None = None,
) -> ServerTool:
    """Let the model make pictures."""
    return _tool("image_generation", size=size, quality=quality, background=background, output_format=output_format, model=model)


def tool_search(kind: Literal["bm25", "regex"] | None = None) -> ServerTool:
    """Let the model search among tools that are loaded later (`defer_loading` in a tool's options); `kind` where there is a choice."""
    return _tool("tool_search", version=None if kind is None else f"{kind}_20251119")


def mcp_server(
    url: str,
    name: str,
    *,
    key: str | None = None,
    headers: Mapping[str, str] | None = None,
    allowed_tools: Sequence[str] | None = None,
    require_approval: Literal["always", "never"] | None = None,
    description: str | None = None,
) -> ServerTool:
    """Let the provider call an MCP server itself. `key` and `headers` go to the provider in the request's body.

    For a server that this process calls see `llmkit.tools.McpServer`.
    """
    return _tool(
        "mcp_server",
        name=name,
        url=url,
        key=key,
        headers=None if headers is None else dict(headers),
        allowed_tools=_list(allowed_tools),
        require_approval=require_approval,
        description=description,
    )


def x_search(
    *,
    allowed_handles: Sequence[str] | None = None,
    blocked_handles: Sequence[str] | None = None,
    from_date: str | None = None,
    to_date: str | None = None,
    images: bool | None = None,
    videos: bool | None = None,
) -> ServerTool:
    """Let the model search posts on X; dates are `YYYY-MM-DD`."""
    return _tool(
        "x_search",
        allowed_handles=_list(allowed_handles),
        blocked_handles=_list(blocked_handles),
        from_date=from_date,
        to_date=to_date,
        images=images,
        videos=videos,
    )


def google_maps(*, widget: bool | None = None, latitude: float | None = None, longitude: float | None = None) -> ServerTool:
    """Let the model ask a map."""
    return _tool("google_maps", widget=widget, latitude=latitude, longitude=longitude)


def _tool(tool: str, /, **settings: Any) -> ServerTool:
    return ServerTool(name=tool, config={name: value for name, value in settings.items() if value is not None}, portable=True)


def _list(values: Sequence[str] | None) -> list[str] | None:
    return None if values is None else list(values)

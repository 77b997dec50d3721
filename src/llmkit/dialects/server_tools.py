"""The providers' own tools: which formats have which, and what our settings are called there.

A `ServerTool` with `portable` set speaks in our words; `fitted` puts it in a format's. Types and fields are those of the vendors'
SDKs and documentation, read 2026-11-22; where a tool has several versions, the oldest that has the settings asked for is taken,
because older models refuse newer ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from llmkit.errors import UnsupportedFeature
from llmkit.types.requests import CompletionRequest
from llmkit.types.tools import AnyTool, ServerTool
from llmkit.types.warnings import Warning

_LIMITING = frozenset({"allowed_domains", "blocked_domains", "allowed_handles", "blocked_handles", "allowed_tools", "require_approval"})
"""Settings that restrict what a tool may do: where they cannot be said, the tool is refused, not set free."""


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """A tool in one format: its `name` there, where each setting stands (a path), what is always said, and its versions, oldest first."""

    name: str
    fields: dict[str, str] = {}
    always: dict[str, Any] = {}
    versions: tuple[str, ...] = ()
    since: dict[str, str] = {}
    """The version from which on a setting is taken."""
    under: str = ""
    """The settings stand in a list under this key."""
    beside: str = ""
    """A field of the body that the tool needs beside it."""


_DOMAINS = {"max_uses": "max_uses", "allowed_domains": "allowed_domains", "blocked_domains": "blocked_domains"}
_INCLUSION = {"response_inclusion": "response_inclusion", "allowed_callers": "allowed_callers"}
_STORES = {"stores": "file_search_store_names", "max_results": "top_k", "filter": "metadata_filter"}

SHAPES: dict[str, dict[str, Shape]] = {
    "anthropic": {
        "web_search": Shape(
            name="web_search",
            fields={**_DOMAINS, **_INCLUSION, "user_location": "user_location"},
            versions=("web_search_20250305", "web_search_20260209", "web_search_20260318"),
            since={"response_inclusion": "web_search_20260318"},
        ),
        "web_fetch": Shape(
            name="web_fetch",
            fields={
                **_DOMAINS,
                **_INCLUSION,
                "citations": "citations.enabled",
                "max_content_tokens": "max_content_tokens",
                "use_cache": "use_cache",
            },
            versions=("web_fetch_20250910", "web_fetch_20260209", "web_fetch_20260309", "web_fetch_20260318"),
            since={"use_cache": "web_fetch_20260309", "response_inclusion": "web_fetch_20260318"},
        ),
        "code_execution": Shape(
            name="code_execution",
            fields={"allowed_callers": "allowed_callers"},
            versions=("code_execution_20250825", "code_execution_20260120", "code_execution_20260521"),
        ),
        "computer_use": Shape(
            name="computer",
            fields={"width": "display_width_px", "height": "display_height_px", "display_number": "display_number", "zoom": "enable_zoom"},
            versions=("computer_20250124", "computer_20251124"),
            since={"zoom": "computer_20251124"},
        ),
        "tool_search": Shape(name="tool_search", versions=("tool_search_tool_bm25_20251119", "tool_search_tool_regex_20251119")),
        "mcp_server": Shape(
            name="mcp_toolset",
            fields={"name": "mcp_server_name", "allowed_tools": "configs", "default": "default_config"},
            beside="mcp_servers",
        ),
    },
    "openai_responses": {
        "web_search": Shape(
            name="web_search",
            fields={
                "allowed_domains": "filters.allowed_domains",
                "user_location": "user_location",
                "context_size": "search_context_size",
            },
        ),
        "code_execution": Shape(
            name="code_interpreter",
            fields={"file_ids": "container.file_ids", "memory": "container.memory_limit"},
            always={"container": {"type": "auto"}},
        ),
        "file_search": Shape(
            name="file_search",
            fields={
                "stores": "vector_store_ids",
                "max_results": "max_num_results",
                "filter": "filters",
                "score_threshold": "ranking_options.score_threshold",
            },
        ),
        "computer_use": Shape(name="computer"),
        "image_generation": Shape(
            name="image_generation",
            fields={name: name for name in ("size", "quality", "background", "output_format", "model")},
        ),
        "tool_search": Shape(name="tool_search"),
        "mcp_server": Shape(
            name="mcp",
            fields={
                "name": "server_label",
                "url": "server_url",
                "key": "authorization",
                "headers": "headers",
                "allowed_tools": "allowed_tools",
                "require_approval": "require_approval",
                "description": "server_description",
            },
        ),
        "x_search": Shape(
            name="x_search",
            fields={
                "allowed_handles": "allowed_x_handles",
                "blocked_handles": "excluded_x_handles",
                "from_date": "from_date",
                "to_date": "to_date",
                "images": "enable_image_understanding",
                "videos": "enable_video_understanding",
            },
        ),
    },
    "gemini": {
        "web_search": Shape(name="web_search", fields={"blocked_domains": "excludeDomains"}),
        "web_fetch": Shape(name="web_fetch"),
        "code_execution": Shape(name="code_execution"),
        "google_maps": Shape(name="google_maps", fields={"widget": "enableWidget"}),
        "file_search": Shape(
            name="file_search",
            fields={"stores": "fileSearchStoreNames", "max_results": "topK", "filter": "metadataFilter"},
        ),
        "computer_use": Shape(name="computer_use", fields={"environment": "environment"}, always={"environment": "ENVIRONMENT_BROWSER"}),
        "mcp_server": Shape(
            name="mcp",
            fields={"name": "name", "url": "streamableHttpTransport.url", "headers": "streamableHttpTransport.headers"},
            under="mcpServers",
        ),
    },
    "gemini_interactions": {
        "web_search": Shape(name="google_search"),
        "web_fetch": Shape(name="url_context"),
        "code_execution": Shape(name="code_execution"),
        "google_maps": Shape(name="google_maps", fields={"widget": "enable_widget", "latitude": "latitude", "longitude": "longitude"}),
        "file_search": Shape(name="file_search", fields=_STORES),
        "computer_use": Shape(name="computer_use", fields={"environment": "environment"}, always={"environment": "browser"}),
        "mcp_server": Shape(name="mcp_server", fields={"name": "name", "url": "url", "headers": "headers"}),
    },
    "bedrock_converse": {},
}
"""By format and by our name of the tool. A format or API may know more by its profile's `server_tools`."""


def fitted(request: CompletionRequest, dialect: str, names: Mapping[str, str], warnings: list[Warning]) -> CompletionRequest:
    """Return `request` with its portable tools in the words of `dialect`; `names` are the profile's for the API's own tools.

    Raises `UnsupportedFeature` for a tool, or a restriction of one, that cannot be said.
    """
    if not any(isinstance(tool, ServerTool) and tool.portable for tool in request.tools):
        return request
    tools: list[AnyTool] = []
    renamed: dict[str, str] = {}
    beside: dict[str, list[Any]] = {}
    for tool in request.tools:
        if isinstance(tool, ServerTool) and tool.portable:
            told = wire_tool(dialect, tool, names, warnings, beside)
            renamed[tool.name] = told.name
            tools.append(told)
        else:
            tools.append(tool)
    options = request.options
    if beside:
        own = options.get(dialect, {})
        options = {**options, dialect: {**own, **{field: [*own.get(field, ()), *values] for field, values in beside.items()}}}
    choice = request.tool_choice
    if choice is not None and choice.names:
        choice = choice.replace(names=tuple([renamed.get(name, name) for name in choice.names]))
    return request.replace(tools=tuple(tools), options=options, tool_choice=choice)


def wire_tool(
    dialect: str, tool: ServerTool, names: Mapping[str, str], warnings: list[Warning], beside: dict[str, list[Any]] | None = None
) -> ServerTool:
    """Return `tool` in the words of `dialect`; what must stand beside it in the body is added to `beside`."""
    shape = SHAPES.get(dialect, {}).get(tool.name)
    if shape is None and tool.name in names:
        shape = Shape(name=names[tool.name])
    if shape is None:
        raise UnsupportedFeature(f"the tool {tool.name!r}", where=f"This model's API ({dialect})", hint=_who(tool.name))
    settings = dict(tool.config)
    version = settings.pop("version", None)
    if shape.beside and beside is not None:
        beside.setdefault(shape.beside, []).append(_mcp_definition(settings))
    if tool.name == "mcp_server":
        settings = _mcp_settings(settings, shape)
    config = _placed(tool.name, settings, shape, warnings)
    known = names.get(tool.name, shape.name)
    least = shape.versions.index(known) if known in shape.versions else 0
    kind = _version(tool.name, shape, version, settings, least)
    if kind is not None:
        config = {"type": kind, **config}
    if shape.under:
        config = {shape.under: [config]}
    return tool.replace(name=shape.name if shape.versions else known, config=config, portable=False)


def _placed(name: str, settings: Mapping[str, Any], shape: Shape, warnings: list[Warning]) -> dict[str, Any]:
    config: dict[str, Any] = {key: dict(value) if isinstance(value, dict) else value for key, value in shape.always.items()}
    for field, value in settings.items():
        if value is None:
            continue
        if field not in shape.fields:
            if field in _LIMITING:
                raise UnsupportedFeature(f"{field} of the tool {name!r}", where="This model's API", hint=_who(name, field))
            detail = "The API's own tool has no such setting."
            warnings.append(Warning(kind="dropped", parameter=f"tools.{name}.{field}", detail=detail))
            continue
        *path, last = shape.fields[field].split(".")
        place = config
        for step in path:
            place = place.setdefault(step, {})
        place[last] = value
    return config


def _version(name: str, shape: Shape, asked: Any, settings: Mapping[str, Any], least: int) -> str | None:
    """Return the type to say: the one asked for (`newest`, or how it ends), else the oldest from `least` on that has every setting."""
    if not shape.versions:
        return None
    if asked == "newest":
        return shape.versions[-1]
    if asked is not None:
        found = [kind for kind in shape.versions if kind == asked or kind.removesuffix(str(asked)).endswith("_")]
        known = ", ".join(shape.versions)
        if not found or not asked:
            raise UnsupportedFeature(
                f"version {asked!r} of the tool {name!r}",
                where="LLMKit",
                hint=f"Known: {known}; or a ServerTool with the exact type as its name.",
            )
        return found[0]
    needed = [shape.versions.index(shape.since[field]) for field, value in settings.items() if field in shape.since and value is not None]
    return shape.versions[max([least, *needed])]


def _mcp_definition(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the server as the Messages format defines it beside the tools (beta, read 2026-11-22)."""
    definition = {"type": "url", "url": settings.get("url"), "name": settings.get("name")}
    key = settings.get("key")
    return definition if key is None else {**definition, "authorization_token": key}


def _mcp_settings(settings: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    """Say a key as a header where there is no field for it, and the tools allowed as the format has it."""
    rest = {field: value for field, value in settings.items() if value is not None}
    if shape.beside:
        rest = {field: value for field, value in rest.items() if field not in ("url", "key")}
        if "allowed_tools" in rest:
            rest["default"] = {"enabled": False}
            rest["allowed_tools"] = {tool: {"enabled": True} for tool in rest["allowed_tools"]}
    elif "key" in rest and "key" not in shape.fields:
        rest["headers"] = {**rest.get("headers", {}), "Authorization": f"Bearer {rest.pop('key')}"}
    return rest


def dialects_of(name: str, field: str | None = None) -> Sequence[str]:
    """Return the formats that have the tool `name` (and its setting `field`)."""
    return [dialect for dialect, shapes in SHAPES.items() if name in shapes and (field is None or field in shapes[name].fields)]


def _who(name: str, field: str | None = None) -> str | None:
    having = dialects_of(name, field)
    return f"Formats that have it: {', '.join(having)}." if having else None

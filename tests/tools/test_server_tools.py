"""The providers' own tools, in our words, as each format says them."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from llmkit import CompletionRequest, Message, ServerTool, ToolChoice
from llmkit.dialects.server_tools import SHAPES, fitted, wire_tool
from llmkit.errors import UnsupportedFeature
from llmkit.testing import Answer, FakeProvider
from llmkit.tools import server
from llmkit.types.warnings import Warning
from tests.faces import FACES, ask
from tests.tools.faces import DIALECTS, client_of

PARIS = {"type": "approximate", "city": "Paris", "country": "FR"}
CASES: list[tuple[str, ServerTool, dict[str, Any]]] = [
    ("anthropic", server.web_search(max_uses=3), {"type": "web_search_20250305", "name": "web_search", "max_uses": 3}),
    (
        "anthropic",
        server.web_search(allowed_domains=["a.org"], user_location=server.user_location(city="Paris", country="FR")),
        {"type": "web_search_20250305", "name": "web_search", "allowed_domains": ["a.org"], "user_location": PARIS},
    ),
    ("anthropic", server.web_search(version="20260209"), {"type": "web_search_20260209", "name": "web_search"}),
    ("anthropic", server.web_search(version="newest"), {"type": "web_search_20260318", "name": "web_search"}),
    (
        "anthropic",
        server.web_search(response_inclusion="excluded"),
        {"type": "web_search_20260318", "name": "web_search", "response_inclusion": "excluded"},
    ),
    (
        "anthropic",
        server.web_fetch(citations=True, use_cache=False),
        {"type": "web_fetch_20260309", "name": "web_fetch", "citations": {"enabled": True}, "use_cache": False},
    ),
    ("anthropic", server.code_execution(), {"type": "code_execution_20250825", "name": "code_execution"}),
    ("anthropic", server.tool_search("regex"), {"type": "tool_search_tool_regex_20251119", "name": "tool_search_tool_regex"}),
    (
        "anthropic",
        server.computer_use(width=800, height=600),
        {"type": "computer_20250124", "name": "computer", "display_width_px": 800, "display_height_px": 600},
    ),
    ("gemini", server.web_search(blocked_domains=["a.org"]), {"googleSearch": {"excludeDomains": ["a.org"]}}),
    ("gemini", server.url_context(), {"urlContext": {}}),
    ("gemini", server.code_execution(), {"codeExecution": {}}),
    ("gemini", server.google_maps(widget=True), {"googleMaps": {"enableWidget": True}}),
    ("gemini", server.file_search(["s"], max_results=2), {"fileSearch": {"fileSearchStoreNames": ["s"], "topK": 2}}),
    ("gemini", server.computer_use(), {"computerUse": {"environment": "ENVIRONMENT_BROWSER"}}),
    (
        "gemini",
        server.mcp_server("https://a.org/mcp", "a", key="k"),
        {"mcpServers": [{"name": "a", "streamableHttpTransport": {"url": "https://a.org/mcp", "headers": {"Authorization": "Bearer k"}}}]},
    ),
]


@pytest.mark.parametrize("face", FACES[:1])
@pytest.mark.parametrize(("dialect", "own", "wire"), CASES, ids=[f"{dialect} {own.name} {list(own.config)}" for dialect, own, _ in CASES])
def test_a_tool_is_said_in_the_words_of_the_format(face: str, dialect: str, own: ServerTool, wire: dict[str, Any]) -> None:
    with FakeProvider(dialect) as fake:
        fake.add(Answer(text="ok"))
        reply = ask(face, client_of(fake), DIALECTS[dialect][1], "Go.", tools=[own])

    assert [wire] == fake.requests[0].json["tools"]
    assert () == reply.warnings


@pytest.mark.parametrize(
    ("own", "wire"),
    [
        (
            server.web_search(allowed_domains=["a.org"], context_size="low"),
            {"filters": {"allowed_domains": ["a.org"]}, "search_context_size": "low"},
        ),
        (server.code_execution(file_ids=["f"], memory="4g"), {"container": {"type": "auto", "file_ids": ["f"], "memory_limit": "4g"}}),
        (
            server.file_search(["v"], max_results=3, score_threshold=0.5),
            {"vector_store_ids": ["v"], "max_num_results": 3, "ranking_options": {"score_threshold": 0.5}},
        ),
        (server.image_generation(size="1024x1024"), {"size": "1024x1024"}),
        (
            server.mcp_server("https://a.org/mcp", "a", key="k", allowed_tools=["x"], require_approval="never"),
            {
                "server_label": "a",
                "server_url": "https://a.org/mcp",
                "authorization": "k",
                "allowed_tools": ["x"],
                "require_approval": "never",
            },
        ),
        (server.x_search(allowed_handles=["a"], images=True), {"allowed_x_handles": ["a"], "enable_image_understanding": True}),
    ],
    ids=lambda value: value.name if isinstance(value, ServerTool) else "",
)
def test_the_settings_of_the_responses_format(own: ServerTool, wire: dict[str, Any]) -> None:
    assert wire == wire_tool("openai_responses", own, {}, []).config


def test_a_server_for_the_provider_to_call_stands_beside_the_tools() -> None:
    with FakeProvider("anthropic") as fake:
        fake.add(Answer(text="ok"))
        own = server.mcp_server("https://a.org/mcp", "a", key="k", allowed_tools=["x"])
        ask("sync", client_of(fake), DIALECTS["anthropic"][1], "Go.", tools=[own])

    body = fake.requests[0].json
    assert [{"type": "url", "url": "https://a.org/mcp", "name": "a", "authorization_token": "k"}] == body["mcp_servers"]
    toolset = {"type": "mcp_toolset", "mcp_server_name": "a", "default_config": {"enabled": False}, "configs": {"x": {"enabled": True}}}
    assert [toolset] == body["tools"]
    assert "mcp-client" in fake.requests[0].headers["anthropic-beta"]


@pytest.mark.parametrize(
    ("dialect", "own", "hint"),
    [
        ("anthropic", server.x_search(), "openai_responses"),
        ("anthropic", server.file_search(["s"]), "gemini"),
        ("openai_chat", server.web_search(), "anthropic, openai_responses"),
        ("gemini", server.web_search(allowed_domains=["a.org"]), "anthropic"),
        ("gemini", server.web_fetch(blocked_domains=["a.org"]), "anthropic"),
        ("gemini", server.mcp_server("https://a.org", "a", allowed_tools=["x"]), "openai_responses"),
        ("anthropic", server.web_search(version="19990101"), "web_search_20250305"),
    ],
    ids=lambda value: value.name if isinstance(value, ServerTool) else value,
)
def test_what_a_format_lacks_is_refused_before_anything_is_sent(dialect: str, own: ServerTool, hint: str) -> None:
    """A restriction that is left out would set the tool free."""
    with FakeProvider(dialect) as fake, pytest.raises(UnsupportedFeature, match=hint):
        ask("sync", client_of(fake), DIALECTS[dialect][1], "Go.", tools=[own])

    assert [] == fake.requests


def test_a_setting_that_restricts_nothing_is_left_out_with_a_warning() -> None:
    with FakeProvider("gemini") as fake:
        fake.add(Answer(text="ok"))
        reply = ask("sync", client_of(fake), DIALECTS["gemini"][1], "Go.", tools=[server.web_search(max_uses=3)])

    assert [("dropped", "tools.web_search.max_uses")] == [(warning.kind, warning.parameter) for warning in reply.warnings]


def test_a_tool_in_the_wires_words_passes_as_it_is() -> None:
    own = ServerTool(name="web_search_20250305", config={"max_uses": 1, "new_field": True})
    with FakeProvider("anthropic") as fake:
        fake.add(Answer(text="ok"))
        ask("sync", client_of(fake), DIALECTS["anthropic"][1], "Go.", tools=[own])

    assert [{"type": "web_search_20250305", "name": "web_search", "max_uses": 1, "new_field": True}] == fake.requests[0].json["tools"]


def test_names_of_a_row_or_model_come_first() -> None:
    """An API of a shared format calls its tools its own way."""
    warnings: list[Warning] = []

    assert ServerTool(name="browser_search") == wire_tool("openai_chat", server.web_search(), {"web_search": "browser_search"}, warnings)
    newer = wire_tool("anthropic", server.web_search(), {"web_search": "web_search_20260209"}, warnings)
    assert ServerTool(name="web_search", config={"type": "web_search_20260209"}) == newer


def test_a_choice_of_tools_follows_their_names() -> None:
    request = CompletionRequest(
        model="m",
        messages=(Message.user("Go."),),
        tools=(server.code_execution(),),
        tool_choice=ToolChoice(mode="required", names=("code_execution",)),
    )

    choice = fitted(request, "openai_responses", {}, []).tool_choice
    assert choice is not None
    assert ("code_interpreter",) == choice.names


def test_every_setting_in_the_table_can_be_given() -> None:
    """The table and the functions are written apart; a name in one that the other has not would never be reached."""
    internal = {("mcp_server", "default"), ("web_search", "allowed_callers"), ("web_fetch", "allowed_callers")}
    internal |= {("code_execution", "allowed_callers"), ("web_fetch", "response_inclusion")}
    given = {(name, setting) for name in server.__all__ for setting in inspect.signature(getattr(server, name)).parameters}
    listed = {(name, setting) for shapes in SHAPES.values() for name, shape in shapes.items() for setting in shape.fields}

    assert set() == listed - given - internal

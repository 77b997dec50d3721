"""Every place of the package where an address becomes a request or a connection, and what holds it to the rules."""

from __future__ import annotations

import ast

from tests.architecture.source import PACKAGE

ADDRESSING = frozenset(
    {
        *("parse_url", "parse_origin", "urljoin", "HttpRequest", "Fetcher", "getaddrinfo", "connect", "connect_ex"),
        *("sock_connect", "create_connection", "open_connection", "urlopen", "HTTPTransport", "AsyncHTTPTransport", "HTTPConnection"),
        *("open_unix_connection", "urlretrieve", "ClientSession"),
    }
)
"""Names of what makes an address out of text, a request out of an address, or a connection."""
_WORDS = tuple(f"{name}(" for name in (*ADDRESSING, "endpoints.parse", "self.parse"))

COVERED: dict[str, str] = {
    # The engines: all of them ask the policy, and check what a name means where that is wanted.
    "transport/asyncio_dial.py": "every figure of this topic",
    "transport/asyncio_engine.py": "transport.tls: WebSockets",
    "transport/asyncio_pool.py": "every figure of this topic",
    "transport/blocking_dial.py": "every figure of this topic",
    "transport/blocking_engine.py": "transport.tls: WebSockets",
    "transport/httpx2_engine.py": "transport.tls, transport.redirects",
    "transport/websocket_asyncio.py": "transport.tls: WebSockets",
    "transport/policy.py": "transport.addresses",
    "transport/proxy.py": "transport.origin: the environment's proxies",
    "transport/setup.py": "transport.fetch",
    "transport/mcp_http.py": "transport.fetch: MCP",
    # Addresses of the user's own: arguments, configuration, settings.
    "core.py": "transport.addresses",
    "endpoint.py": "transport.addresses",
    "cli/reachability.py": "transport.addresses: it asks whether a host has a name, and connects to nothing",
    "tools/mcp.py": "transport.fetch: MCP",
    "models_update.py": "transport.fetch: models",
    "probe.py": "transport.addresses: the rows' own",
    "exchange.py": "transport.fetch: answers of providers",
    "questions.py": "transport.redirects",
    "operations/exchange.py": "transport.fetch: answers of providers",
    "realtime/opening.py": "transport.redirects: WebSockets",
    # Links of strangers.
    "fetching.py": "transport.fetch: links",
    # Credentials that are fetched.
    "auth/aws_answers.py": "transport.fetch: services of the machine",
    "auth/aws_machine.py": "transport.fetch: services of the machine",
    "auth/aws_roles.py": "transport.fetch: services of the machine",
    "auth/aws_sso.py": "transport.fetch: services of the machine",
    "auth/azure.py": "transport.fetch: services of the machine",
    "auth/google.py": "transport.fetch: services of the machine",
    "auth/google_grants.py": "transport.fetch: services of the machine",
    "auth/oauth.py": "transport.redirects: token endpoints",
    "auth/token_request.py": "transport.redirects: token endpoints",
    # No network.
    "stores/sqlite.py": "a database in a file",
    "local/listener.py": "this machine: a socket in a private folder, or 127.0.0.1",
}
"""By module: what measures it. Whoever adds an address adds its cover."""


def addressing() -> dict[str, set[str]]:
    """Return what each module of the package does with addresses. Only those that have one of the words are parsed."""
    found: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        name, text = path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8")
        if not name.startswith("testing/") and any(word in text for word in _WORDS) and (names := _names(ast.parse(text))):
            found[name] = names
    return found


def _names(tree: ast.Module) -> set[str]:
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {name for func in calls if (name := _name(func)) in ADDRESSING or _of_endpoints(func)}


def _name(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def _of_endpoints(func: ast.expr) -> bool:
    """Tell whether it is `endpoints.parse`, which parses an address by the policy."""
    return isinstance(func, ast.Attribute) and func.attr == "parse" and ast.unparse(func.value).endswith(("endpoints", "self"))


def uncovered() -> list[str]:
    """Return the modules with addresses that nobody covers, and those that are covered and have none."""
    return sorted(addressing().keys() ^ COVERED.keys())

"""Give addresses to what fetches credentials, newer models and tools, and see who is called."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from llmkit import LLMKit
from llmkit.auth.header import HeaderCredential
from llmkit.auth.secret import Secret
from llmkit.errors import LLMKitError, SecurityError
from llmkit.testing import FakeHost
from llmkit.testing.replies import Reply
from llmkit.tools.mcp import McpServer
from llmkit.transport.mcp_http import mcp_client
from llmkit.transport.policy import MACHINES, is_loopback, parse_url
from llmkit.types.http import Origin
from tests.security.transport.links import EVERY
from tests.security.transport.network import Network
from tests.security.transport.redirects import STATUSES
from tests.security.transport.url_table import REFUSED

KEY = "sk-canary-0123456789abcdef"
PLAIN = ["http://" + url.removeprefix("https://") for url in EVERY if url.startswith("https://")]
"""The spellings over plain http: allowed are this machine and the fixed addresses of a cloud's own services."""

# What names a service that hands out credentials, and a model whose call asks it.
SERVICES: dict[str, tuple[str, dict[str, str]]] = {
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": ("bedrock/us.amazon.nova-lite-v1:0", {"AWS_REGION": "us-east-1"}),
    "AWS_ENDPOINT_URL_STS": (
        "bedrock/us.amazon.nova-lite-v1:0",
        {"AWS_REGION": "us-east-1", "AWS_ROLE_ARN": "arn:aws:iam::1:role/r", "AWS_WEB_IDENTITY_TOKEN_FILE": "TOKEN"},
    ),
    "IDENTITY_ENDPOINT": ("azure/gpt-4.1-mini", {"AZURE_RESOURCE_NAME": "mine", "IDENTITY_HEADER": KEY}),
    "GCE_METADATA_HOST": ("vertex/gemini-2.5-flash", {"GOOGLE_CLOUD_PROJECT": "mine"}),
}


@contextmanager
def alone(variables: dict[str, str]) -> Iterator[Path]:
    """Have an environment of these variables alone, and a home without files."""
    with tempfile.TemporaryDirectory() as folder:
        token = Path(folder) / "token"
        token.write_text(KEY, encoding="ascii")
        token.chmod(0o600)
        found = {name: str(token) if value == "TOKEN" else value for name, value in variables.items()}
        with patch.dict(os.environ, {"HOME": folder, "PATH": "", **found}, clear=True):
            yield Path(folder)


def services_found(net: Network, urls: Iterable[str] = tuple(PLAIN)) -> tuple[int, list[str]]:
    """Name services at `urls` by the environment; return how many cases were, and what went wrong."""
    found = []
    for variable, (model, rest) in SERVICES.items():
        for url in urls:
            if "\0" in url:
                continue
            value = url.removeprefix("http://").removesuffix("/cat") if variable.endswith("HOST") else url
            net.clear()
            with alone({**rest, variable: value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")}):
                ended = _asked(model)
            found.append(_judged(net, f"{variable}={value!r}", ended))
    return len(found), [fault for fault in found if fault]


def _asked(model: str) -> object:
    try:
        with LLMKit(retries=0) as kit:
            return kit.complete(model, "hi")
    except Exception as error:  # whatever it is: judged by who asked
        return error


def _judged(net: Network, what: str, ended: object) -> str:
    plain = [where for where, port in net.called if port != 443 and not is_loopback(where) and not (where in MACHINES and port == 80)]
    if plain or KEY in f"{ended} {ended!r}":
        return f"{what}: called {net.called}, {ended!r}"
    return "" if isinstance(ended, LLMKitError) else f"{what}: ended as {ended!r}"


def models_found(net: Network, urls: Iterable[str] = tuple(REFUSED)) -> tuple[int, list[str]]:
    """Fetch newer models from `urls`, and from a host that redirects; return how many cases were, and what went wrong."""
    found = []
    with LLMKit() as kit, FakeHost() as host, FakeHost() as other:
        net.known |= {_port(host), _port(other)}
        for url in urls:
            net.clear()
            found.append(_of(net, f"models from {url!r}", partial(kit.models.update, url)))
        for status in STATUSES:
            for where in (f"{other.url}/m.json", "https://internal.example/m.json", "http://169.254.169.254/"):
                net.clear()
                host.on(f"GET /{status}", Reply(status=status, headers=(("Location", where),)))
                found.append(_of(net, f"models by a redirect ({status}) to {where}", partial(kit.models.update, f"{host.url}/{status}")))
        found += ["the second host was asked for models"] if other.requests else []
    return len(found), [fault for fault in found if fault]


def mcp_found(net: Network, urls: Iterable[str] = tuple(REFUSED), statuses: Iterable[int] = STATUSES) -> tuple[int, list[str]]:
    """Name servers of tools at `urls`, and one that redirects; return how many cases were, and what went wrong."""
    found = []
    for url in urls:
        net.clear()
        found.append(_of(net, f"tools from {url!r}", partial(McpServer.http, url, key=KEY), SecurityError))
    with FakeHost() as host, FakeHost() as other:
        net.known |= {_port(host), _port(other)}
        for status in statuses:
            targets = (f"{other.url}/x", other.url.replace("127.0.0.1", "localhost"), "https://internal.example/", "//internal.example/")
            for where in (*targets, "http://169.254.169.254/", "file:///etc/passwd"):
                net.clear()
                host.on(f"POST /{status}", Reply(status=status, headers=(("Location", where),)))
                found.append(
                    _of(net, f"tools by a redirect ({status}) to {where}", partial(_posted, f"{host.url}/{status}"), SecurityError)
                )
        found += ["the second host was asked for tools"] if other.requests else []
    return len(found), [fault for fault in found if fault]


def _posted(url: str) -> Any:
    """Ask as the MCP SDK does, with our client."""
    origin: Origin = parse_url(url)[0]

    async def post() -> Any:
        async with mcp_client(origin, HeaderCredential(Secret(KEY, name="key"), origin=origin), {}, 5.0) as client:
            return await client.post(url, json={})

    return asyncio.run(post())


def _of(net: Network, what: str, call: Any, kind: type[LLMKitError] = LLMKitError) -> str:
    try:
        ended: object = call()
    except Exception as error:  # whatever it is: judged below
        ended = error
    if net.called:
        return f"{what}: called {net.called}"
    return "" if isinstance(ended, kind) else f"{what}: ended as {ended!r}"


def _port(host: FakeHost) -> int:
    return int(host.url.rpartition(":")[2])

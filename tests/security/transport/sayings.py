"""Let answers say where to go from now on, in headers and fields that somebody might believe, and ask again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import ExitStack, suppress

from llmkit import LLMKit
from llmkit.errors import LLMKitError
from tests.security.transport.network import PUBLIC, Network, on
from tests.security.transport.pointers import Hasty
from tests.security.transport.surroundings import EVIL, KEY, MODELS, THERE
from tests.transport.servers import Peer, Server

_NAMES = """
    Location Content-Location Refresh Link Alt-Svc Alternates URI X-Base-Url X-Endpoint-Url X-Api-Base X-Redirect-Url X-Upload-Url
    X-Poll-Url X-Forwarded-Host X-Forwarded-Proto X-Original-Url X-Rewrite-Url X-Accel-Redirect Baggage Tracestate Traceparent
    OpenAI-Organization OpenAI-Project OpenAI-Base-Url Anthropic-Base-Url X-Litellm-Api-Base X-Goog-Upload-Url Operation-Location
    Azure-AsyncOperation Set-Cookie Set-Cookie2 Proxy-Authenticate Proxy-Connection X-Proxy Via Host Origin Access-Control-Allow-Origin
    Strict-Transport-Security Report-To NEL Content-Security-Policy Upgrade DPoP-Nonce Authentication-Info X-Next-Page Retry-After-Url
"""
_HEADERS = _NAMES.split()
_BODY = dict.fromkeys(
    (
        *("base_url", "api_base", "endpoint", "url", "next", "next_url", "next_page", "location", "redirect", "redirect_uri", "proxy"),
        *("poll_url", "status_url", "upload_url", "server_url", "websocket_url", "callback", "organization", "api_key", "token", "links"),
    ),
    THERE,
)
_CHALLENGE = f'Bearer realm="{THERE}", authorization_uri="{THERE}", resource_metadata="{THERE}", scope="{THERE}"'
STATUSES = (200, 400, 401, 403, 404, 407, 408, 421, 426, 429, 500, 503)


def answers_found(headers: Iterable[str] = tuple(_HEADERS), statuses: Iterable[int] = STATUSES) -> tuple[int, list[str]]:
    """Let answers say where to go from now on, and ask again; return how many answers were, and what went wrong."""
    found = []
    with ExitStack() as stack:
        said: dict[str, bytes] = {}
        server = stack.enter_context(Server(lambda peer: _saying(peer, said)))
        net = Network({EVIL: [[PUBLIC]]}, known=(server.port,))
        stack.enter_context(on(net))
        address = f"http://127.0.0.1:{server.port}/v1"
        kit = stack.enter_context(LLMKit(keys={"groq": KEY}, base_urls={"groq": address}, retries=1, timeout=5))
        kit._core.runtime = Hasty()
        for status in statuses:
            for name in (*headers, "WWW-Authenticate", ""):
                said["answer"] = _answer(status, name)
                net.clear()
                server.requests.clear()
                for _ in range(2):
                    _ask(kit)
                found.append(_stayed(net, server, f"{status} with {name or 'fields of the body'}"))
    return len(found), [fault for fault in found if fault]


def _ask(kit: LLMKit) -> None:
    with suppress(LLMKitError):  # where the next call goes is all that counts
        kit.complete(MODELS["groq"], "hi")


def _stayed(net: Network, server: Server, what: str) -> str:
    if net.called or net.asked:
        return f"{what}: called {net.called}, asked for {net.asked}"
    heads = [request.head for request in server.requests]
    odd = [head for head in heads if EVIL.encode() in head or b"ookie" in head or head.count(KEY.encode()) != 1]
    return f"{what}: {odd[0]!r}" if odd else "" if len(heads) >= 2 else f"{what}: {len(heads)} requests"


def _answer(status: int, name: str) -> bytes:
    body = {"id": "c", "model": "m", "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "hi"}}]}
    if status >= 400:
        body = {"error": {"message": "no", "type": "no", **_BODY}}
    text = json.dumps({**body, **(_BODY if not name else {})}).encode()
    value = _CHALLENGE if name == "WWW-Authenticate" else f"sid=1; Domain={EVIL}" if "ookie" in name else THERE
    extra = f"{name}: {value}\r\n".encode() if name else b""
    head = f"HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nRetry-After: 0\r\nContent-Length: {len(text)}\r\n".encode()
    return head + extra + b"\r\n" + text


def _saying(peer: Peer, said: dict[str, bytes]) -> None:
    while True:
        peer.request()
        peer.send(said["answer"])

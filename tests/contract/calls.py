"""Call any way in with a value for everything that its row leaves open."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from llmkit import CompletionResponse, LLMKit
from llmkit.auth.schemes import AwsAuth, GoogleAuth, OAuthAuth
from tests.contract.stand import TOKEN, Sent, Stand
from tests.contract.values import KEY, settings_of
from tests.contract.ways import Way

GOOGLE_FILE = {"type": "authorized_user", "client_id": "me", "client_secret": "client-secret-0123456789", "refresh_token": KEY}


def client(way: Way, stand: Stand, folder: Path) -> LLMKit:
    """Return a client that reaches the way's provider with the credentials that its scheme wants."""
    row = way.row
    auth = row.auth if way.route.auth is None else way.route.auth
    settings: dict[str, Any] = settings_of(row)
    keys = {} if row.local and not row.env else {row.name: KEY}
    if isinstance(auth, GoogleAuth):
        keys = {}
        file = folder / "google.json"
        file.write_text(json.dumps(GOOGLE_FILE))
        settings["credentials_file"] = str(file)
    elif isinstance(auth, AwsAuth) and not row.env:
        keys = {}
        settings |= {"access_key_id": "AKIDEXAMPLE0123456789", "secret_access_key": KEY}
    elif isinstance(auth, OAuthAuth) and auth.style in ("basic", "form"):
        keys = {}
        settings |= {"client_id": "me", "client_secret": KEY}
        settings |= {"auth_host": "auth.example.com"} if "{auth_host}" in auth.token_url else {}
    return LLMKit(keys=keys, settings={row.name: settings}, transport=stand, retries=0)


def ask(way: Way, kit: LLMKit, *, stream: bool = False) -> CompletionResponse:
    """Ask by the way."""
    options: dict[str, Any] = {} if way.asked is None else {"dialect": way.asked}
    model = f"{way.row.name}/{way.model}"
    if not stream:
        return kit.complete(model, "Say hello.", max_tokens=64, **options)
    with kit.stream(model, "Say hello.", max_tokens=64, **options) as running:
        for _ in running:
            pass
        return running.response()


def line(sent: Sent) -> str:
    """Return a request in one line: address, and the headers that tell who asks or what is spoken."""
    ordinary = {"content-type", "accept", "user-agent", "host", "content-length"}
    told = {name: _masked(value) for name, value in sorted(sent.headers.items()) if name not in ordinary}
    return " | ".join([f"{sent.method} {sent.url}", *(f"{name}: {value}" for name, value in told.items())])


def _masked(value: str) -> str:
    pair = base64.b64encode(f"me:{KEY}".encode()).decode()
    for secret, name in ((KEY, "KEY"), (TOKEN, "TOKEN"), (pair, "PAIR")):
        value = value.replace(secret, name)
    return value

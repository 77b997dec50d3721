"""Give an address in every way in which one can be given, and see who is called."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from llmkit.auth.secret import Secret
from llmkit.errors import InvalidRequest, LLMKitError
from llmkit.providers.provider import Provider
from llmkit.routing import Deployment, Router
from tests.faces import ask
from tests.security.transport.network import PUBLIC, Network, on
from tests.security.transport.tls_playing import mint
from tests.security.transport.url_table import ACCEPTED, REFUSED, Place

KEY = "sk-canary-0123456789abcdef"
FACES = ("sync", "async", "sync stream", "async stream")
MODEL = "openai/gpt-4.1-mini"


@contextmanager
def _argument(url: str) -> Iterator[tuple[dict[str, Any], str]]:
    yield {"keys": {"openai": KEY}, "base_urls": {"openai": url}}, MODEL


@contextmanager
def _row(url: str) -> Iterator[tuple[dict[str, Any], str]]:
    row = Provider(name="mine", title="Mine", dialect="openai_chat", base_url=url, env=("MINE_API_KEY",))
    yield {"keys": {"mine": KEY}, "providers": [row]}, "mine/m"


@contextmanager
def _configuration(url: str) -> Iterator[tuple[dict[str, Any], str]]:
    text = f"[providers.openai]\nbase_url = {_quoted(url)}\n"
    with _file(text) as path:
        yield {"keys": {"openai": KEY}, "config": path}, MODEL


@contextmanager
def _new_row(url: str) -> Iterator[tuple[dict[str, Any], str]]:
    with _file(f"[providers.mine]\nbase_url = {_quoted(url)}\n") as path:
        yield {"keys": {"mine": KEY}, "config": path}, "mine/m"


@contextmanager
def _deployment(url: str) -> Iterator[tuple[dict[str, Any], str]]:
    router = Router({"way": Deployment(MODEL, key=Secret(KEY, name="key"), base_url=url)})
    yield {"layers": [router]}, "route/way"


@contextmanager
def _environment(url: str) -> Iterator[tuple[dict[str, Any], str]]:
    clean = url.replace("\0", "\x01")  # no variable can hold a NUL; another control stands for it
    with patch.dict(os.environ, {"AZURE_OPENAI_ENDPOINT": clean}):
        yield {"keys": {"azure-deployments": KEY}}, "azure-deployments/gpt-4.1-mini"


def _quoted(url: str) -> str:
    return json.dumps(url).replace("\x7f", "\\u007f")  # TOML wants it escaped


@contextmanager
def _file(text: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config.toml"
        path.write_text(text, encoding="utf-8")
        yield path


WAYS: dict[str, Callable[[str], Any]] = {
    "argument": _argument,
    "row": _row,
    "configuration": _configuration,
    "new row": _new_row,
    "deployment": _deployment,
    "environment": _environment,
}
"""How an address can be given. `Endpoints` reads all of them with one parser."""
HOSTS = sorted({host for _, host, _ in ACCEPTED.values() if not host.replace(".", "").isdigit() and ":" not in host})


@cache
def _authority() -> str:
    """Return a file with one authority: the system's hundreds take long to read, and nobody gets as far as TLS."""
    path = Path(_folder().name) / "authority.pem"
    path.write_bytes(mint().pem)
    return str(path)


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="llmkit-security-")


def network() -> Network:
    """Return a network that knows the hosts of the table."""
    return Network({host: [[PUBLIC]] for host in [*HOSTS, "localhost"]})


def wrong(net: Network, way: str, url: str, face: str) -> str | None:
    """Ask with the address `url` and return what went wrong, or None."""
    net.clear()
    meant = ACCEPTED.get(url)
    try:
        with WAYS[way](url) as (client, model):
            ask(face, {**client, "retries": 0, "ca_file": _authority()}, model, "hi")
        ended: object = "an answer"
    except Exception as error:  # whatever it is: judged below
        ended = error
    if KEY in f"{ended} {ended!r}" or not isinstance(ended, LLMKitError):
        return f"ended as {ended!r}"
    if way == "environment":
        return _of_environment(net, url, meant)
    if meant is None:
        if net.asked or net.called:
            return f"asked for {net.asked}, called {net.called}"
        return None if isinstance(ended, InvalidRequest) else f"ended as {ended!r}"
    return _called_else(net, meant)


def _called_else(net: Network, meant: Place) -> str | None:
    _, host, port = meant
    known = host in HOSTS
    asked, called = [host] if known else [], [(PUBLIC if known else host, port)]
    return None if (net.asked, net.called) == (asked, called) else f"asked for {net.asked}, called {net.called} instead of {meant}"


def _of_environment(net: Network, url: str, meant: Place | None) -> str | None:
    """A variable holds the name of a host alone: what is called is that very name, over https, or nothing is."""
    if not net.asked and not net.called:
        return None
    host = url.strip().removeprefix("https://").rstrip("/")
    expected = meant[1] if meant is not None else host.lower()
    if meant is None and "/" not in host and host.replace(".", "").replace("-", "").isalnum() and host.isascii():
        return None  # a host without its scheme, which vendors' own examples have
    return None if net.called in ([(PUBLIC, 443)], [(expected, 443)]) else f"asked for {net.asked}, called {net.called}"


def addresses_found(urls: Iterable[str] = (*ACCEPTED, *REFUSED), ways: Iterable[str] = tuple(WAYS)) -> tuple[int, list[str]]:
    """Try `urls` in all `ways`, the faces in turn; return how many cases were, and what went wrong."""
    number, found = 0, []
    with on(network()) as net:
        for way in ways:
            for url in urls:
                face = FACES[number % len(FACES)]
                number += 1
                if (fault := wrong(net, way, url, face)) is not None:
                    found.append(f"{way}, {face}, {url!r}: {fault}")
    return number, found

"""A user's machine for each test: a home of its own, no keys, and providers that are fakes."""

from __future__ import annotations

import io
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest

from llmkit.cli import main
from llmkit.testing import FakeProvider

PROVIDER = "anthropic"
MODEL = f"{PROVIDER}/test-model"
KEY_VARIABLE = "ANTHROPIC_API_KEY"


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing of the real user is seen: no keys, no configuration, no history."""
    for name in list(os.environ):
        if name.endswith(("_KEY", "_TOKEN")) or name.startswith(("XDG_", "LLMKIT_")):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TERM", "xterm-256color")
    return home


@pytest.fixture
def fake(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeProvider]:
    """A provider with a key in the environment and its address in the user's configuration."""
    with FakeProvider(PROVIDER) as fake:
        write_settings(home, f'[providers.{PROVIDER}]\nbase_url = "{fake.base_url}"\n')
        monkeypatch.setenv(KEY_VARIABLE, fake.key)
        yield fake


@pytest.fixture
def local_server() -> Iterator[str]:
    """A keyless model server on this machine: its base URL. It lists two models."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"data": [{"id": "one"}, {"id": "two"}] if self.path == "/v1/models" else []}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *values: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()
        thread.join()


def write_settings(home: Path, text: str) -> Path:
    path = home / ".config" / "llmkit" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command line in this process, standard output and input being pipes."""

    def run(*arguments: str, stdin: bytes = b"") -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        capsys.readouterr()
        code = main(list(arguments))
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run

"""Rows of voices and ears as they are, all their addresses moved to a host of the test, and jobs looked after without a pause."""

from __future__ import annotations

from struct import pack
from typing import Any

from llmkit.auth.schemes import HeaderAuth
from llmkit.providers.provider import Provider
from llmkit.testing import FakeHost, Received
from llmkit.testing.host import form_of
from tests.rows import PROVIDERS

OPERATIONS = ("speech", "sound", "music", "voices", "transcribe")


def wave(seconds: float = 1.0) -> bytes:
    """Return silence as a WAVE file of 8 kHz."""
    samples = bytes(2 * int(8000 * seconds))
    head = pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16, b"data", len(samples))
    return head + samples


WAVE = wave(0.01)


def moved(url: str, name: str, **more: Any) -> dict[str, Any]:
    """Return the arguments of a client that knows the provider `name` at `url` alone, with a plain key."""
    known = PROVIDERS[name]
    operations = {
        operation: way.replace(base_url="", auth=None, follows=(), options={**way.options, "delay": 0})
        for operation, way in known.operations.items()
        if operation in OPERATIONS
    }
    plain = known.auth if isinstance(known.auth, HeaderAuth) else HeaderAuth()
    row = known.replace(base_url=url, operations=operations, routes=(), settings=(), auth=plain, env=())
    return {"providers": [_filled(row)], "keys": {name: "sk-test-operations"}, "retries": 0, "fetch_origins": [url], **more}


def _filled(row: Provider) -> Provider:
    """Return the row without the settings that stood in its address."""
    return row.replace(headers={name: value for name, value in row.headers.items() if "{" not in value})


def asked(request: Received) -> tuple[str, Any]:
    """Return method and target, and what was said: JSON, the fields of a form (files by their bytes), or bytes."""
    place = f"{request.method} {request.target}"
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        return place, [(field, data if name else data.decode()) for field, name, _, data in form_of(request)]
    return place, request.json if "json" in kind else request.body or None


def answered(host: FakeHost, answers: list[Any]) -> None:
    """Let `host` give the answers in turn, whatever it is asked."""
    left = iter(answers)

    def give(request: Any) -> Any:
        answer = next(left)
        return answer(host.url) if callable(answer) else answer

    for method in ("GET", "POST", "PUT", "DELETE"):
        host.on(f"{method} /*", give)

"""Make any row of the catalogue send a request with a key of its own, through either client."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any

from llmkit import Audio, Image, Video
from llmkit.auth.schemes import AwsAuth, GoogleAuth, OAuthAuth
from llmkit.providers.provider import Provider
from llmkit.types.decision import Predicate
from tests.contract.values import settings_of
from tests.contract.ways import ways
from tests.rows import ROWS

KEY = "sk-canary-0123456789abcdef"
"""The key, or what stands for one, of every row."""
PAIR = "AKIDCANARY0123456789"
"""The name of a key that only signs."""
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
WAV = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data\0\0\0\0"
Call = Callable[[Any, bool], Any]
"""Gets a client and whether to stream; returns what its method does."""

OPERATIONS: dict[str, Callable[[Any, str], Any]] = {
    "search": lambda kit, model: kit.search(model.partition("/")[0], "llamas"),
    "embed": lambda kit, model: kit.embed(model, "llamas"),
    "rerank": lambda kit, model: kit.rerank(model, "llamas", ["one", "two"]),
    "speech": lambda kit, model: kit.speech(model, "hello", voice="anna"),
    "image": lambda kit, model: kit.image(model, "a llama"),
    "video": lambda kit, model: kit.start_video(model, "a llama"),
    "image_edit": lambda kit, model: kit.image(model, "a llama", images=[Image(data=PNG)]),
    "transcribe": lambda kit, model: kit.start_transcription(model, Audio(data=WAV)),
    "decide": lambda kit, model: kit.decide(model, "hello", {"urgent": Predicate(question="Is it urgent?")}),
    "understand": lambda kit, model: kit.understand(model, Video(url="https://example.com/a.mp4"), "What is seen?"),
    "classify": lambda kit, model: kit.classify(model, "hello", labels=["a", "b"]),
    "moderate": lambda kit, model: kit.moderate(model, "hello"),
}


# What those take that want something of their own.
_OWN: dict[str, Callable[[Any, str], Any]] = {
    "aws-polly": lambda kit, _: kit.speech("aws-polly/neural", "hello", voice="Joanna"),
    "aws-transcribe": lambda kit, model: kit.start_transcription(model, "s3://bucket/recording.mp3"),
    "d-id": lambda kit, model: kit.start_video(model, "hello", image="https://example.com/face.png"),
    "topaz": lambda kit, model: kit.image(model, "sharper", images=[Image(data=PNG)]),
    "twelvelabs": lambda kit, model: kit.embed(model, "llamas"),
}


def client_of(row: Provider, key: str = KEY, **more: Any) -> dict[str, Any]:
    """Return the arguments of a client that has the credentials which the row's scheme wants."""
    settings: dict[str, Any] = settings_of(row)
    keys = {} if row.local and not row.env else {row.name: key}
    if isinstance(row.auth, GoogleAuth):
        keys, settings = {}, {**settings, "credentials_file": _google_file()}
    elif isinstance(row.auth, AwsAuth) and not row.env:
        keys, settings = {}, {**settings, "access_key_id": PAIR, "secret_access_key": key}
    elif isinstance(row.auth, OAuthAuth) and row.auth.style in ("basic", "form"):
        keys, settings = {}, {**settings, "client_id": "me", "client_secret": key}
        settings |= {"auth_host": "auth.example.com"} if "{auth_host}" in row.auth.token_url else {}
    return {"keys": keys, "settings": {row.name: settings}, "retries": 0, **more}


@cache
def calls() -> dict[str, Call]:
    """Return for each row that can be called over HTTP how to: a conversation, or else what it does instead."""
    found: dict[str, Call] = {}
    for way in ways(ROWS):
        options = {} if way.asked is None else {"dialect": way.asked}
        found.setdefault(way.row.name, _conversation(f"{way.row.name}/{way.model}", options))
    for row in ROWS:
        if row.ended or row.engine != "http" or row.name in found:
            continue
        call = _OWN.get(row.name) or next(call for name, call in OPERATIONS.items() if name in row.operations)
        found[row.name] = _operation(call, f"{row.name}/example/model")
    return found


def _conversation(model: str, options: dict[str, Any]) -> Call:
    def call(kit: Any, stream: bool) -> Any:
        return (kit.stream if stream else kit.complete)(model, "Say hello.", max_tokens=64, **options)

    return call


def _operation(operation: Callable[[Any, str], Any], model: str) -> Call:
    return lambda kit, stream: operation(kit, model)


def used(answer: Any) -> Any:
    """Return what a call of the sync client comes to; a stream is read to its end."""
    if hasattr(answer, "__enter__") and hasattr(answer, "response"):
        with answer as events:
            for _ in events:
                pass
            return events.response()
    return answer


async def used_async(answer: Awaitable[Any] | Any) -> Any:
    """Return what a call of the asyncio client comes to; a stream is read to its end."""
    if hasattr(answer, "__aenter__"):
        async with answer as events:
            async for _ in events:
                pass
            return await events.response()
    return await answer


@cache
def _google_file() -> str:
    """Return the path of a user's own credentials; they lie as long as the process lives."""
    content = {"type": "authorized_user", "client_id": "me", "client_secret": "client-secret-0123456789", "refresh_token": KEY}
    path = Path(_folder().name) / "google.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    path.chmod(0o600)
    return str(path)


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="llmkit-security-")

"""Files of databases and answers of tool servers, changed by somebody: nothing but what a store or a tool may say comes out."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Hashable, Iterator
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from llmkit.caching import SqliteEntries
from llmkit.metering.records import UsageRecord
from llmkit.metering.sqlite_sink import SQLiteSink
from llmkit.tools.failures import ToolError
from llmkit.types.parts import ToolResult
from tests.security.fuzz.target import Target, hold

_RESULTS = (
    b'{"content":[{"type":"text","text":"a"},{"type":"image","data":"AAAA","mimeType":"image/png"}],"isError":false}',
    b'{"content":[{"type":"resource","resource":{"uri":"file:///a/b.bin","blob":"AAAA","mimeType":"audio/wav"}}],"structuredContent":{"a":1}}',
    b'{"content":[{"type":"resource_link","uri":"https://x.example/a","name":"n"},{"type":"audio","data":"!","mimeType":"a/b"}]}',
)


def targets() -> Iterator[Target]:
    """Return files of the cache and of the usage, and results of tools where the SDK of MCP is there."""
    yield Target(name="store.cache", run=_cache, seeds=_caches, longest=40_000)
    yield Target(name="store.usage", run=_usage, seeds=_usages, longest=40_000)
    if find_spec("mcp") is not None:
        words = (b"text", b"image", b"audio", b"resource", b"resource_link", b"blob", b"uri", b"mimeType", b"structuredContent", b"isError")
        yield Target(name="mcp.result", run=_result, seeds=_results, words=lambda: words)


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="llmkit-fuzz-"))


def _file(data: bytes) -> Path:
    file = _folder() / f"{os.getpid()}.db"
    for ending in ("-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            os.unlink(f"{file}{ending}")
    file.write_bytes(data)
    os.chmod(file, 0o600)
    return file


@cache
def _caches() -> list[bytes]:
    file = _file(b"")
    file.unlink()
    store = SqliteEntries(file)
    store.put(b"k", b"value", now=0.0, expires=1e12)
    store.close()
    return [file.read_bytes()]


def _cache(data: bytes) -> Hashable:
    store = SqliteEntries(_file(data))
    try:
        found = store.get(b"k", 1.0)
        store.put(b"k", b"other", now=2.0, expires=1e12)
    finally:
        store.close()
    hold(found is None or isinstance(found, bytes), "what is kept is no bytes")
    return found == b"value"


@cache
def _usages() -> list[bytes]:
    file = _file(b"")
    file.unlink()
    sink = SQLiteSink(file)
    sink.write([UsageRecord(id="1", at=1.79e9, model="a/b")])
    sink.close()
    return [file.read_bytes()]


def _usage(data: bytes) -> Hashable:
    sink = SQLiteSink(_file(data))
    try:
        return len(list(sink.records(0.0)))
    finally:
        sink.close()


def _results() -> tuple[bytes, ...]:
    import mcp.types  # noqa: F401 - which takes seconds, and no input should be blamed for it

    return _RESULTS


def _result(data: bytes) -> Hashable:
    from mcp.types import CallToolResult
    from pydantic import ValidationError

    from llmkit.tools.mcp_results import answer_of

    try:
        told = CallToolResult.model_validate_json(data)
    except ValidationError:
        return "none"
    try:
        result = answer_of(told)
    except ToolError as error:
        return str(error)[:20]
    hold(isinstance(result, ToolResult), "a result is none")
    return tuple([type(part).__name__ for part in result.content[:4]]), result.is_error, result.structured is None

"""What lies in files and stores, and may have been changed by others: a miss or a typed error, never code, never another exception."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Hashable, Iterator
from functools import cache
from hashlib import blake2b
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec

from llmkit.caching.entry import Entry, pack, unpack
from llmkit.caching.kinds import kind_of
from llmkit.cli.usage_log import Fault, records
from llmkit.errors import InvalidRequest
from llmkit.metering.page import usage_page
from llmkit.metering.report import Records
from llmkit.models.overlay_files import Unreadable, json_document, json_lines, toml
from llmkit.models.shards import Damaged, Shards
from llmkit.models.update import manifest_of
from llmkit.operations.batch_written import head_of, outcome_of, result_of, sent_of
from llmkit.types.job import JobId
from llmkit.types.responses import CompletionResponse
from tests.security.fuzz.harvest import words_of
from tests.security.fuzz.target import Target, hold

_KEY = b"k" * 32
_RECORD = b'{"id":"1","at":1790000000.0,"model":"openai/gpt-4o","tenant":"a","uncached":5,"output_text":7,"cost":"0.01","micro":10000}\n'
_LOG = (
    b'{"model":"m","usage":{"prompt_tokens":3,"completion_tokens":4},"created":1790000000}\n'
    b'{"response":{"usageMetadata":{"promptTokenCount":1}}}\n'
)
_FACTS = (
    b'J{"id":"openai/x","context_window":5}\n',
    b'D{"openai/x":{"price":{"rates":{"input":1.5}}}}',
    b'T["openai/x"]\ncontext_window = 5\n[models."a/b".price.rates]\ninput = 1.5\n',
)
_TAGS = frozenset(
    {
        "bdi",
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "h1",
        "h2",
        "h3",
        "p",
        "main",
        "section",
        "div",
        "span",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "details",
        "summary",
        "svg",
        "g",
        "rect",
        "text",
        "line",
        "path",
        "a",
        "ul",
        "li",
        "dl",
        "dt",
        "dd",
        "em",
        "strong",
        "b",
        "i",
        "figure",
        "figcaption",
        "caption",
        "colgroup",
        "col",
        "br",
    }
)


def targets() -> Iterator[Target]:
    """Return the readers of what is stored."""
    yield Target(name="cache.entry", run=_entry, seeds=_entries, words=lambda: words_of("llmkit.caching.entry", "llmkit.types.responses"))
    yield Target(name="cache.bytes", run=_bytes, seeds=lambda: [pack(_answered(), _KEY)[:200]], longest=400)
    yield Target(
        name="usage.records",
        run=_usage_page,
        seeds=lambda: (_RECORD * 2,),
        words=lambda: [*words_of("llmkit.metering.records"), b"<script>", b'"><'],
    )
    yield Target(name="usage.log", run=_log, seeds=lambda: (_LOG,), words=lambda: words_of("llmkit.cli.usage_log"))
    yield Target(
        name="registry.overlay", run=_overlay, seeds=lambda: _FACTS, words=lambda: (b"\n[", b"]\n", b'"', b" = ", b"'''", b".", b"models")
    )
    yield Target(name="registry.manifest", run=_manifest, seeds=_manifests, words=lambda: words_of("llmkit.models.update"))
    yield Target(name="registry.shards", run=_shards, seeds=_packed, longest=2000)
    yield Target(
        name="batch.file", run=_batch, seeds=_lines, words=lambda: words_of("llmkit.operations.batch_written", "llmkit.types.responses")
    )
    yield Target(
        name="job.id",
        run=_job,
        seeds=lambda: (b"video:openai/sora-2:video_1", b"image:a/b%2Fc:x:y"),
        words=lambda: (b":", b"/", b"%"),
        longest=100,
    )


def _answered() -> Entry:
    return Entry(response=CompletionResponse(id="a", model="m"), created=1.79e9, question="q", partition=b"p")


def _entries() -> list[bytes]:
    """Return entries without their digests: the target makes them right."""
    kind = kind_of(CompletionResponse).encode()
    return [pack(_answered(), _KEY)[16:], b'{"kind":"' + kind + b'","response":{"model":"m"},"created":1,"form":2}']


def _entry(data: bytes) -> Hashable:
    before = set(sys.modules)
    found = unpack(blake2b(data, digest_size=16, key=_KEY).digest() + data, _KEY)
    hold(all(name.startswith(("llmkit.types", "msgspec", "encodings")) for name in set(sys.modules) - before), "an entry imports a module")
    return None if found is None else (type(found.response).__name__, bool(found.question))


def _bytes(data: bytes) -> Hashable:
    hold(unpack(data, _KEY) is None or data == pack(_answered(), _KEY)[:200], "a changed entry is read")
    return len(data) > 16


class _Page(HTMLParser):
    """Holds that a page has only our tags, and nothing that runs or loads."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        hold(tag in _TAGS, f"the page has a tag {tag}")
        for name, value in attrs:
            hold(
                not name.startswith("on") and name not in ("src", "href", "srcdoc") and "javascript:" not in (value or ""),
                "the page runs or loads something",
            )


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="llmkit-fuzz-"))


def written(data: bytes) -> Path:
    file = _folder() / f"{os.getpid()}.jsonl"
    file.write_bytes(data)
    return file


def _usage_page(data: bytes) -> Hashable:
    if data.startswith(b"SQLite format 3\x00"):  # another reader's file
        return None
    found = Records(written(data))
    read = list(found.since(0.0))
    page = usage_page(read, now=1.79e9)
    page.encode()
    _Page().feed(page)
    return len(read), found.skipped, len(page) // 2000


def _log(data: bytes) -> Hashable:
    found = list(records(data.split(b"\n")))
    for one in found:
        if not isinstance(one, Fault):
            hold(one.usage.input >= 0 and one.usage.output >= 0, "a count is below 0")
    return tuple([one.reason[:12] if isinstance(one, Fault) else "record" for one in found[:4]])


def _overlay(data: bytes) -> Hashable:
    read: Callable[[str], Any] = {b"J": json_lines, b"D": json_document}.get(data[:1], toml)
    try:
        entries = read(data[1:].decode("utf-8", "replace"))
    except Unreadable as error:
        hold(error.line >= 0, "a line that is none")
        return read.__name__, error.why[:12]
    return read.__name__, len(entries), len(entries[0].fields) if entries else 0


def _manifests() -> list[bytes]:
    names = [field.name for field in msgspec.structs.fields(manifest_of.__globals__["Manifest"])]
    return [msgspec.json.encode(dict.fromkeys(names, value)) for value in ("2026-11-23", 1)]


def _manifest(data: bytes) -> Hashable:
    manifest = manifest_of(data)
    return type(manifest).__name__


@cache
def _packed() -> list[bytes]:
    from llmkit.models.shards import MAGIC

    return [MAGIC + b"\x00\x00\x00\x04abcd", MAGIC]


def _shards(data: bytes) -> Hashable:
    """The header is packed here, so that a change in it has the form that it needs; `P` leaves all as it is."""
    import zlib

    from llmkit.models.shards import MAGIC

    if not data.startswith(b"P"):
        head = zlib.compress(data)
        data = b"P" + MAGIC + len(head).to_bytes(4, "big") + head + zlib.compress(b"{}")
    try:
        shards = Shards(written(data[1:]))
        shards.check()
        shards.names("openai")
    except Damaged as error:
        return str(error)[:24]
    return "whole"


def _lines() -> list[bytes]:
    from llmkit.operations.batch_written import request_line, result_line
    from llmkit.types.messages import Message
    from llmkit.types.requests import CompletionRequest

    line = request_line("r1", CompletionRequest(model="a/b", messages=(Message.user("Hi"),)))
    return [
        line,
        result_line(0, sent_of(line), CompletionResponse(id="a"), None),
        result_line(1, sent_of(line), None, InvalidRequest("no", parameter="x")),
    ]


def _batch(data: bytes) -> Hashable:
    """Read a line as each of the kinds that stand in a file of a local batch."""
    told: list[Hashable] = []
    for read in (head_of, sent_of, outcome_of, result_of):
        try:
            told.append(type(read(data)).__name__)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):  # which the driver tells as a damaged file
            told.append(None)
    return tuple(told)


def _job(data: bytes) -> Hashable:
    found = JobId.parse(data.decode("utf-8", "surrogateescape"))
    str(found).encode("utf-8", "surrogatepass")
    return found.operation[:3], "%" in found.model

"""A newer registry is fetched when asked for, checked wholly, and put in place in one step; whatever fails, the old one stays."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import threading
import warnings
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from llmkit import AsyncLLMKit, LLMKit
from llmkit.errors import ConfigurationError, ConnectionFailed, LLMKitError, ProtocolError, SecurityError, TLSError
from llmkit.models.installed import best_path, data_directory, day_of
from llmkit.models.registry import PACKAGED, Registry
from llmkit.models.shards import MAGIC, Shards
from llmkit.models.update import Updated
from llmkit.models_update import update
from llmkit.runtime.asyncio import Asyncio
from llmkit.runtime.blocking import Blocking
from llmkit.runtime.step import run
from llmkit.testing.certificate import loopback_context
from llmkit.testing.received import Received
from llmkit.testing.replies import Cut, Reply
from llmkit.testing.server import Server
from llmkit.transport.asyncio_engine import AsyncioTransport
from llmkit.transport.blocking_engine import BlockingTransport
from llmkit.transport.trust import Trust
from llmkit.types.model_info import ModelInfo
from tools.registry.packing import Fact, pack


def packed(as_of: str, count: int = 10) -> bytes:
    infos = [ModelInfo(provider="p", id=f"m{number}", name=f"{as_of} {number}") for number in range(count)]
    return pack([Fact(info=info) for info in infos], as_of=as_of)


def manifest(content: bytes, day: str, **changes: Any) -> bytes:
    facts = {"version": 1, "as_of": day, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "file": "registry.bin"}
    return json.dumps({**facts, **changes}).encode()


class Site:
    """A web site with a manifest and a registry."""

    def __init__(self) -> None:
        self.replies: dict[str, Reply] = {}
        self.received: list[Received] = []

    def publish(self, content: bytes, day: str, **changes: Any) -> None:
        self.replies = {
            "/v/manifest.json": Reply(pieces=(manifest(content, day, **changes),)),
            "/v/registry.bin": Reply(pieces=(content,)),
        }

    def answer(self, request: Received) -> Reply:
        self.received.append(request)
        return self.replies.get(request.path, Reply(status=404))


class Place:
    """A site, and a machine with a packaged registry of 2026-10-01 and an empty directory for updates."""

    def __init__(self, site: Site, server: Server, folder: Path) -> None:
        self.site = site
        self.url = f"http://127.0.0.1:{server.port}/v/manifest.json?x=/1"
        self.packaged = folder / "packaged.bin"
        self.packaged.write_bytes(packed("2026-10-01"))
        self.directory = folder / "data" / "models"

    def update(self, engine: str = "sync", trust: Trust | None = None, **options: Any) -> Updated:
        options = {"url": self.url, "packaged": self.packaged, "directory": self.directory, **options}
        if engine == "sync":
            return run(_closing(BlockingTransport(trust=trust or Trust()), Blocking(), options))
        return asyncio.run(_async(trust, options))

    def best(self) -> Path:
        return best_path(self.packaged, self.directory)

    def files(self) -> list[str]:
        return sorted(os.listdir(self.directory)) if self.directory.exists() else []


async def _async(trust: Trust | None, options: dict[str, Any]) -> Updated:
    return await _closing(AsyncioTransport(trust=trust or Trust()), Asyncio(), options)


async def _closing(transport: Any, runtime: Any, options: dict[str, Any]) -> Updated:
    try:
        return await update(transport, runtime, **options)
    finally:
        await transport.aclose()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    site = Site()
    server = Server(site.answer)
    yield Place(site, server, tmp_path)
    server.close()


NEW = packed("2026-11-01", 12)


@pytest.mark.parametrize("engine", ["sync", "async"])
def test_a_newer_registry_is_fetched_and_used_from_then_on(place: Place, engine: str) -> None:
    place.site.publish(NEW, "2026-11-01")

    updated = place.update(engine)

    assert Updated(as_of="2026-11-01", models=12, priced=0, path=str(place.best()), changed=True) == updated
    info = Registry(place.best()).get("p/m11")
    assert info is not None
    assert "2026-11-01 11" == info.name
    assert place.best().stat().st_mode & 0o777 in (0o600, 0o666)
    assert [] == [name for request in place.site.received for name in ("authorization", "cookie") if name in request.headers]


@pytest.mark.parametrize("engine", ["sync", "async"])
def test_it_is_fetched_over_tls_that_is_verified(tmp_path: Path, engine: str) -> None:
    context, authority = loopback_context(tmp_path)
    site = Site()
    site.publish(NEW, "2026-11-01")
    server = Server(site.answer, context)
    try:
        place = Place(site, server, tmp_path)
        url = place.url.replace("http://", "https://")

        with pytest.raises(TLSError, match="stay in use"):
            place.update(engine, url=url)
        assert place.packaged == place.best()
        assert place.update(engine, Trust(ca_file=str(authority)), url=url).changed
    finally:
        server.close()


def test_the_same_registry_is_not_fetched_twice(place: Place) -> None:
    place.site.publish(NEW, "2026-11-01")
    place.update()

    again = place.update()

    assert not again.changed
    assert str(place.best()) == again.path
    assert ["/v/manifest.json", "/v/registry.bin", "/v/manifest.json"] == [request.path for request in place.site.received]


def test_one_like_the_packaged_one_is_not_fetched(place: Place) -> None:
    place.site.publish(place.packaged.read_bytes(), "2026-10-01")

    assert not place.update().changed
    assert [] == place.files()


def broken(at: int) -> bytes:
    """Return a registry with a flipped bit, and the right checksum in its manifest: the publisher's own mistake."""
    content = bytearray(NEW)
    content[at] ^= 0x10
    return bytes(content)


def swapped() -> bytes:
    """Return a sound file of two providers whose indexes are those of each other."""
    infos = [ModelInfo(provider=provider, id=f"{provider}{number}") for provider in "pq" for number in range(6)]
    content = pack([Fact(info=info) for info in infos], as_of="2026-11-01")
    head = json.loads(zlib.decompress(content[len(MAGIC) + 4 : (end := _end(content))]))
    one, other = head["shards"]["p"], head["shards"]["q"]
    one[3], other[3] = other[3], one[3]
    return _file(json.dumps(head, separators=(",", ":")).encode(), content[end:])


def _end(content: bytes) -> int:
    return len(MAGIC) + 4 + int.from_bytes(content[len(MAGIC) : len(MAGIC) + 4], "big")


def _file(head: bytes, body: bytes) -> bytes:
    packed_head = zlib.compress(head, 1)
    return MAGIC + len(packed_head).to_bytes(4, "big") + packed_head + body


LYING = packed("2026-11-02", 12)
HEADER = _end(NEW)


@pytest.mark.parametrize(
    ("content", "changes", "error", "why"),
    [
        (NEW, {"version": 2}, ProtocolError, "version 2"),
        (NEW, {"as_of": "soon"}, ProtocolError, "as_of"),
        (NEW, {"as_of": "2099-01-01"}, ConfigurationError, "a day to come"),
        (NEW, {"sha256": "0" * 64}, ProtocolError, "not the one of the manifest"),
        (NEW, {"sha256": "nonsense"}, ProtocolError, "64 hexadecimal"),
        (NEW, {"size": len(NEW) + 1}, ProtocolError, "not the one of the manifest"),
        (NEW, {"size": len(NEW) - 1}, ProtocolError, "larger than"),
        (NEW, {"size": 10**9}, ProtocolError, "are allowed"),
        (NEW, {"size": "12"}, ProtocolError, "no manifest"),
        (NEW, {"file": "../registry.bin"}, ProtocolError, "beside the manifest"),
        (NEW, {"file": "https://elsewhere.example/registry.bin"}, ProtocolError, "beside the manifest"),
        (NEW, {"file": ""}, ProtocolError, "beside the manifest"),
        (LYING, {}, ProtocolError, "It is of 2026-11-02, and the manifest says 2026-11-01"),
        (packed("2026-11-01", 4), {}, ProtocolError, "It has 4 models where 10 are known"),
        (swapped(), {}, ProtocolError, "contradict their index"),
        (b"not a registry", {}, ProtocolError, "is not a registry"),
        (broken(3), {}, ProtocolError, "is not a registry"),
        (broken(HEADER - 4), {}, ProtocolError, "damaged"),
        (broken(HEADER + 3), {}, ProtocolError, "damaged"),
        (broken((HEADER + len(NEW)) // 2), {}, ProtocolError, "damaged"),
        (broken(len(NEW) - 2), {}, ProtocolError, "damaged"),
        (NEW[:-1], {}, ProtocolError, "damaged|cut"),
        (NEW[: HEADER + 5], {}, ProtocolError, "damaged|cut"),
    ],
    ids=[str(number) for number in range(23)],
)
def test_what_is_not_right_is_refused_and_the_old_one_stays(
    place: Place, content: bytes, changes: dict[str, Any], error: type[LLMKitError], why: str
) -> None:
    place.site.publish(content, "2026-11-01", **changes)

    with pytest.raises(error, match=why):
        place.update()

    assert place.packaged == place.best()
    assert [] == place.files()


def moved(at: str) -> Reply:
    return Reply(status=302, headers=(("Location", at),))


@pytest.mark.parametrize(
    ("path", "reply", "error", "why"),
    [
        ("/v/manifest.json", Reply(status=404), ConfigurationError, "answers 404"),
        ("/v/manifest.json", Reply(status=503), ConnectionFailed, "answers 503"),
        ("/v/manifest.json", moved("/v/other.json"), ConfigurationError, "Redirects are not followed"),
        ("/v/manifest.json", Reply(pieces=(b"<html>",)), ProtocolError, "no manifest"),
        ("/v/manifest.json", Reply(pieces=(b" " * 70_000,)), ProtocolError, "larger than"),
        ("/v/registry.bin", moved("https://elsewhere.example/"), ConfigurationError, "Redirects are not followed"),
        ("/v/registry.bin", Reply(pieces=(NEW[:100], Cut()), declared=len(NEW)), ConnectionFailed, "stay in use"),
        ("/v/registry.bin", Reply(pieces=(NEW[:100], Cut(reset=True)), framing="chunked"), ConnectionFailed, "stay in use"),
        ("/v/registry.bin", Reply(pieces=(NEW[:100],), framing="close"), ProtocolError, "not the one of the manifest"),
    ],
    ids=[str(number) for number in range(9)],
)
@pytest.mark.parametrize("engine", ["sync", "async"])
def test_a_site_that_fails_leaves_the_old_one(
    place: Place, engine: str, path: str, reply: Reply, error: type[LLMKitError], why: str
) -> None:
    place.site.publish(NEW, "2026-11-01")
    place.site.replies[path] = reply

    with pytest.raises(error, match=why):
        place.update(engine)

    assert [] == place.files()


def test_without_a_network_the_error_says_so(place: Place) -> None:
    with pytest.raises(ConnectionFailed, match=r"The models were not updated: .*stay in use"):
        place.update(url="http://127.0.0.1:1/manifest.json")


@pytest.mark.parametrize(
    ("url", "error", "why"),
    [
        (None, ConfigurationError, "publishes none yet"),
        ("http://models.example/manifest.json", SecurityError, "https only"),
        ("manifest.json", SecurityError, "not scheme"),
        ("https://user:word@models.example/manifest.json", SecurityError, "user information"),
    ],
)
def test_only_an_address_that_is_given_and_safe_is_asked(place: Place, url: str | None, error: type[LLMKitError], why: str) -> None:
    with pytest.raises(error, match=why):
        place.update(url=url)


def test_an_older_one_is_taken_only_when_forced_and_never_before_the_packaged_one(place: Place) -> None:
    place.site.publish(NEW, "2026-11-01")
    place.update()
    older, oldest = packed("2026-10-15", 11), packed("2026-09-01", 11)

    place.site.publish(older, "2026-10-15")
    with pytest.raises(ConfigurationError, match="older than the one in use"):
        place.update()
    assert "2026-11-01" == day_of(place.best())
    assert place.update(force=True).changed
    assert "2026-10-15" == day_of(place.best())

    place.site.publish(oldest, "2026-09-01")
    with pytest.raises(ConfigurationError, match="older than the packaged one"):
        place.update(force=True)


def test_the_one_in_use_until_now_stays_readable_and_older_ones_go(place: Place) -> None:
    """A program that runs reads block by block from the file that it opened."""
    paths = []
    for day in ("2026-10-10", "2026-10-20", "2026-10-30"):
        place.site.publish(packed(day), day)
        paths.append(Path(place.update().path))

    assert [False, True, True] == [path.exists() for path in paths]
    assert paths[-1] == place.best()


@pytest.mark.skipif(os.name != "posix", reason="modes of directories are those of POSIX")
def test_a_directory_that_cannot_be_written_is_told_of(place: Place) -> None:
    """Root writes anywhere, so a file stands where the directory should be."""
    place.site.publish(NEW, "2026-11-01")
    place.directory.parent.mkdir()
    place.directory.write_bytes(b"")

    with pytest.raises(ConfigurationError, match=r"cannot be written.*XDG_DATA_HOME"):
        place.update()


def test_updates_at_the_same_time_do_not_harm_each_other(place: Place) -> None:
    place.site.publish(NEW, "2026-11-01")
    outcomes: list[Updated | BaseException] = []

    def one() -> None:
        try:
            outcomes.append(place.update())
        except BaseException as error:
            outcomes.append(error)

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 6 * [str(place.best())] == [outcome.path if isinstance(outcome, Updated) else outcome for outcome in outcomes]
    assert [place.best().name] == place.files()
    Shards(place.best()).check()


def damage(content: bytes) -> bytes:
    return content[:-5] + bytes([content[-5] ^ 1]) + content[-4:]


@pytest.mark.parametrize("how", [damage, lambda content: content[:-1], lambda content: b""])
def test_a_damaged_update_is_told_of_once_and_not_used(place: Place, how: Callable[[bytes], bytes]) -> None:
    place.site.publish(NEW, "2026-11-01")
    own = Path(place.update().path)
    own.write_bytes(how(own.read_bytes()))

    with pytest.warns(RuntimeWarning, match=f"{own.name} is damaged") as caught:
        first = place.best()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        again = place.best()

    assert (place.packaged, place.packaged) == (first, again)
    assert 1 == len(caught)
    assert place.update().changed  # the same one anew
    assert own == place.best()


def test_a_damaged_update_goes_when_there_is_none_newer_than_what_is_used(place: Place) -> None:
    place.site.publish(NEW, "2026-11-01")
    own = Path(place.update().path)
    own.write_bytes(b"")
    place.site.publish(place.packaged.read_bytes(), "2026-10-01")

    with pytest.warns(RuntimeWarning, match="is damaged"):
        updated = place.update()

    assert not updated.changed
    assert [] == place.files()


def test_an_update_that_the_package_has_overtaken_is_not_used(place: Place) -> None:
    place.site.publish(NEW, "2026-11-01")
    place.update()

    place.packaged.write_bytes(packed("2026-11-02"))

    assert place.packaged == place.best()


def test_other_files_in_the_directory_are_left_alone(place: Place) -> None:
    place.directory.mkdir(parents=True)
    names = ("notes.txt", "9999-12-31-nonsense.bin", ".0123.part")
    for name in names:
        (place.directory / name).write_bytes(b"mine")
    place.site.publish(NEW, "2026-11-01")

    assert place.packaged == place.best()
    assert Path(place.update().path).name == place.best().name
    assert {*names, place.best().name} == {*place.files()}


def test_the_directory_is_the_systems_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Path("/x/llmkit/models") == data_directory({"XDG_DATA_HOME": "/x"})
    assert data_directory({}).parts[-2:] == ("llmkit", "models")


def later(content: bytes, day: str) -> bytes:
    """Return the packaged registry under another day, or with other bytes of the same."""
    end = _end(content)
    return _file(zlib.decompress(content[len(MAGIC) + 4 : end]).replace(day_of(PACKAGED).encode(), day.encode(), 1), content[end:])


@pytest.mark.parametrize("face", ["sync", "async"])
def test_both_clients_update_what_the_next_client_uses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, face: str) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    site = Site()
    day = datetime.now(UTC).date().isoformat()
    site.publish(later(PACKAGED.read_bytes(), day), day)
    server = Server(site.answer)
    url = f"http://127.0.0.1:{server.port}/v/manifest.json"

    async def ask() -> Updated:
        async with AsyncLLMKit() as kit:
            return await kit.models.update(url)

    try:
        if face == "async":
            updated = asyncio.run(ask())
        else:
            with LLMKit() as kit:
                updated = kit.models.update(url)
    finally:
        server.close()

    assert updated.changed
    with LLMKit() as kit:
        assert day == kit.models.as_of
        assert Path(updated.path) == kit.models.registry.path

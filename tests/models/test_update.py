"""A newer registry is fetched when asked for, checked wholly, and put in place in one step; whatever fails, the old one stays."""

from __future__ import annotations

import asyncio
import json
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from llmkit import AsyncLLMKit, LLMKit
from llmkit.errors import ConfigurationError, ConnectionFailed, LLMKitError, ProtocolError, SecurityError, TLSError
from llmkit.models.installed import day_of
from llmkit.models.registry import PACKAGED, Registry
from llmkit.models.shards import MAGIC
from llmkit.models.update import Updated
from llmkit.testing.certificate import loopback_context
from llmkit.testing.replies import Cut, Reply
from llmkit.testing.server import Server
from llmkit.transport.trust import Trust
from llmkit.types.model_info import ModelInfo
from tests.models.update_site import NEW, Place, Site, packed
from tests.models.update_site import place as place
from tools.registry.packing import Fact, pack


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

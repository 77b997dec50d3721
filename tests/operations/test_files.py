"""Files that providers keep, through both clients: sent, waited for, listed, fetched, deleted, named in messages."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from llmkit import AsyncLLMKit, Image, LLMKit
from llmkit.errors import InvalidRequest, LLMKitError, NotFound, ProtocolError, ProviderError, SecurityError, UnsupportedFeature
from llmkit.testing import FakeHost
from llmkit.testing.host import bytes_reply
from llmkit.testing.replies import Cut, Reply
from llmkit.testing.serving import json_reply
from llmkit.types.files import StoredFile
from tests.operations.faces import FACES, client_for, use
from tests.operations.file_places import PDF, PLAIN

PAGES: dict[str, tuple[str, list[dict[str, Any]], list[str]]] = {
    "after an id": (
        "openai",
        [{"data": [{"id": "a"}, {"id": "b"}], "has_more": True}, {"data": [{"id": "c"}], "has_more": False}],
        ["/files", "/files?after=b"],
    ),
    "after an id told": (
        "anthropic",
        [{"data": [{"id": "a"}, {"id": "b"}], "has_more": True, "last_id": "b"}, {"data": [{"id": "c"}], "has_more": False}],
        ["/files", "/files?after_id=b"],
    ),
    "by a page's name": (
        "anthropic",
        [{"data": [{"id": "a"}, {"id": "b"}], "next_page": "page_2"}, {"data": [{"id": "c"}], "next_page": None}],
        ["/files", "/files?page=page_2"],
    ),
    "by number": (
        "mistral",
        [{"data": [{"id": "a"}, {"id": "b"}], "total": 150}, {"data": [{"id": "c"}], "total": 150}],
        ["/files?page_size=100", "/files?page_size=100&page=1"],
    ),
    "by a token": (
        "xai",
        [{"data": [{"id": "a"}, {"id": "b"}], "pagination_token": "t"}, {"data": [{"id": "c"}]}],
        ["/files", "/files?pagination_token=t"],
    ),
    "by Google's token": (
        "google",
        [{"files": [{"name": "a"}, {"name": "b"}], "nextPageToken": "t"}, {"files": [{"name": "c"}]}],
        ["/files?pageSize=100", "/files?pageSize=100&pageToken=t"],
    ),
    "by a cursor": (
        "soniox",
        [{"files": [{"id": "a"}, {"id": "b"}], "next_page_cursor": "t"}, {"files": [{"id": "c"}]}],
        ["/files", "/files?cursor=t"],
    ),
    "all at once": ("groq", [{"data": [{"id": "a"}, {"id": "b"}, {"id": "c"}], "has_more": True}], ["/files"]),
}


@pytest.mark.parametrize("case", PAGES)
@pytest.mark.parametrize("face", FACES)
def test_a_list_is_asked_for_page_by_page_and_only_when_needed(face: str, case: str) -> None:
    """Somebody may keep a hundred thousand files."""
    provider, pages, targets = PAGES[case]
    with FakeHost() as host:
        host.on("GET /files", *pages)

        before, ids = asyncio.run(_listed(host, provider)) if face == "async" else _listed_sync(host, provider)

    assert (["a", "b", "c"], targets) == (ids, [request.target for request in host.requests])
    assert 1 == before


def _listed_sync(host: FakeHost, provider: str) -> tuple[int, list[str]]:
    with LLMKit(**client_for(provider, host.url)) as kit:
        files = kit.files.list(provider)
        ids = [next(files).id, next(files).id]
        return len(host.requests), ids + [file.id for file in files]


async def _listed(host: FakeHost, provider: str) -> tuple[int, list[str]]:
    async with AsyncLLMKit(**client_for(provider, host.url)) as kit:
        files = kit.files.list(provider)
        ids = [(await anext(files)).id, (await anext(files)).id]
        return len(host.requests), ids + [file.id async for file in files]


def test_a_list_without_an_end_is_an_error() -> None:
    """A server that always says there is more would be asked for ever."""
    with FakeHost() as host, LLMKit(**client_for("openai", host.url)) as kit, pytest.raises(ProtocolError, match="leads back"):
        host.on("GET /files", {"data": [{"id": "a"}], "has_more": True})
        list(kit.files.list("openai"))


@pytest.mark.parametrize(
    ("provider", "id", "answer"),
    [
        ("openai", "file-1", {"id": "file-1", "deleted": True}),
        ("anthropic", "file_1", {"id": "file_1", "type": "file_deleted"}),
        ("google", "files/a", {}),
        ("soniox", "1", Reply(status=204)),
    ],
)
@pytest.mark.parametrize("face", FACES)
def test_a_file_is_deleted_by_its_id(face: str, provider: str, id: str, answer: Any) -> None:
    """Nothing comes back but that it was done."""
    with FakeHost() as host:
        host.on(f"DELETE /files/{id.rpartition('/')[2]}", answer)

        use(face, client_for(provider, host.url), "files.delete", provider, id)

    assert ["DELETE"] == [request.method for request in host.requests]


@pytest.mark.parametrize("face", FACES)
def test_content_comes_whole_or_into_a_file(face: str, tmp_path: Path) -> None:
    """The file has its name only when all of it is there."""
    target = tmp_path / "out.bin"
    steps: list[int] = []
    with FakeHost() as host:
        client = client_for("openai", host.url)
        host.on("GET /files/f/content", bytes_reply(PDF, "application/octet-stream"))
        data = use(face, client, "files.content", "openai", "f")
        path = use(face, client, "files.download", "openai", "f", to=target, progress=steps.append)

    assert (PDF, target, PDF, len(PDF)) == (data, path, target.read_bytes(), steps[-1])
    assert "Bearer sk-test-operations" == host.requests[0].headers["authorization"]


@pytest.mark.parametrize("face", FACES)
def test_content_that_stands_elsewhere_at_the_same_host_is_followed(face: str) -> None:
    """Google answers so; a redirect to another host is refused."""
    with FakeHost() as host:
        host.on("GET /files/a:download", Reply(status=302, headers=(("Location", "/download/v1beta/files/a"),)))
        host.on("GET /download/v1beta/files/a", bytes_reply(PDF, "video/mp4"))
        assert PDF == use(face, client_for("google", host.url), "files.content", "google", "files/a")
    with FakeHost() as other, FakeHost() as host, pytest.raises(SecurityError, match="points to"):
        host.on("GET /files/a:download", Reply(status=302, headers=(("Location", f"{other.url}/x"),)))
        use(face, client_for("google", host.url), "files.content", "google", "files/a")


@pytest.mark.parametrize("face", FACES)
def test_half_a_download_is_tried_again_and_never_kept(face: str, tmp_path: Path) -> None:
    """What came before it broke is not the beginning of what comes then."""
    target = tmp_path / "out.bin"
    broken = Reply(pieces=(PDF[:500], Cut(reset=True)), framing="chunked")
    with FakeHost() as host:
        host.on("GET /files/f/content", broken, bytes_reply(PDF, "application/octet-stream"))
        use(face, client_for("openai", host.url), "files.download", "openai", "f", to=target)
        assert PDF == target.read_bytes()
        target.unlink()
        host.on("GET /files/g/content", broken)
        with pytest.raises(LLMKitError):
            use(face, client_for("openai", host.url, retries=0), "files.download", "openai", "g", to=target)

    assert [] == list(tmp_path.iterdir())


def test_more_than_wanted_is_an_error() -> None:
    """Whoever keeps the file decides how long it is, and not how much we take."""
    with FakeHost() as host, pytest.raises(ProtocolError, match="more than 100 bytes"):
        host.on("GET /files/f/content", bytes_reply(PDF, "application/octet-stream"))
        use("sync", client_for("openai", host.url), "files.content", "openai", "f", most=100)


REFUSED: dict[str, tuple[str, list[Any], dict[str, Any], type[Exception], str]] = {
    "no such file": ("upload", ["openai", "/no/such/file"], {}, InvalidRequest, "There is no file"),
    "a folder": ("upload", ["openai", "."], {}, InvalidRequest, "There is no file"),
    "no bytes": ("upload", ["openai", b""], {}, InvalidRequest, "nothing to upload"),
    "a part without bytes": ("upload", ["openai", Image(url="https://a/b.png")], {}, InvalidRequest, "kit.fetch"),
    "nothing that is a file": ("upload", ["openai", 7], {}, InvalidRequest, "must be a path"),
    "a name that leads elsewhere": ("upload", ["openai", b"x"], {"name": "../x"}, InvalidRequest, "no name of a file"),
    "a name with a line break": ("upload", ["openai", b"x"], {"name": 'a"\r\nX: y'}, InvalidRequest, "no name of a file"),
    "no media type": ("upload", ["openai", b"x"], {"media_type": "pdf\r\nX: y"}, InvalidRequest, "no media type"),
    "a purpose unknown": ("upload", ["openai", b"x"], {"purpose": "fun"}, InvalidRequest, "assistants, batch, fine-tune"),
    "a purpose of others": ("upload", ["groq", b"x"], {"purpose": "vision"}, InvalidRequest, "purpose must be one of batch, not"),
    "a lifetime too short": ("upload", ["openai", b"x"], {"expires": 60}, InvalidRequest, "from 3,600 to 2,592,000 seconds"),
    "a lifetime too long": ("upload", ["anthropic", b"x"], {"expires": 1e9}, InvalidRequest, "from 3,600 to 7,776,000 seconds"),
    "no lifetime": ("upload", ["openai", b"x"], {"expires": -1}, InvalidRequest, "number of seconds"),
    "an option unknown": ("upload", ["openai", b"x"], {"purpos": "x"}, InvalidRequest, "Did you mean purpose"),
    "what cannot be said, where that is an error": (
        "upload",
        ["groq", b"x"],
        {"expires": 3600, "on_unsupported": "error"},
        UnsupportedFeature,
        "expires",
    ),
    "a provider that keeps none": ("upload", ["deepseek", b"x"], {}, UnsupportedFeature, "others do"),
    "an id that leads elsewhere": ("get", ["openai", ".."], {}, InvalidRequest, "no id of a file"),
    "an id with a line break": ("get", ["openai", "a\r\nb"], {}, InvalidRequest, "no id of a file"),
    "no id": ("get", ["openai"], {}, InvalidRequest, "Which file is meant"),
    "what is not given back": ("content", ["soniox", "1"], {}, UnsupportedFeature, "fetching uploaded files"),
    "a key of another account": ("delete", [StoredFile(id="a", provider="openai", account="other")], {}, InvalidRequest, "another account"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_refused_before_anything_is_sent(case: str) -> None:
    """Every message says what to do."""
    method, arguments, options, error, words = REFUSED[case]
    with FakeHost() as host, pytest.raises(error, match=words):
        names = ["openai", "groq", "anthropic", "soniox", "deepseek"]
        client = {"keys": dict.fromkeys(names, "k"), "base_urls": dict.fromkeys(names, host.url)}
        use("sync", client, f"files.{method}", *arguments, **options)

    assert [] == host.requests


def test_an_id_is_one_segment_of_the_path() -> None:
    """Slashes and queries of an id stay in it."""
    with FakeHost() as host:
        host.on("GET *", PLAIN)
        use("sync", client_for("openai", host.url), "files.get", "openai", "a/b?c#d")

    assert ["/files/a%2Fb%3Fc%23d"] == [request.target for request in host.requests]


BROKEN: dict[str, Any] = {"no id": {"object": "file"}, "a list": [], "no JSON": bytes_reply(b"<html>", "text/html")}


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.parametrize("provider", ["openai", "anthropic", "google", "soniox"])
def test_an_answer_that_is_no_file_is_an_error(provider: str, case: str) -> None:
    """Nothing is made up for it; an error with status 200 is the provider's."""
    with FakeHost() as host, LLMKit(**client_for(provider, host.url, retries=0)) as kit:
        host.on("GET /files/f", BROKEN[case]).on("GET /files/g", {"error": {"message": "broken"}})
        with pytest.raises(ProtocolError):
            kit.files.get(provider, "f")
        with pytest.raises(ProviderError, match="broken"):
            kit.files.get(provider, "g")


def test_what_is_no_more_says_so() -> None:
    """Typed like all other failures."""
    with FakeHost() as host, pytest.raises(NotFound, match="No such File"):
        host.on("GET /files/f", json_reply(404, {"error": {"message": "No such File object: f"}}))
        use("sync", client_for("openai", host.url), "files.get", "openai", "f")

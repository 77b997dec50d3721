"""Files that providers keep, through both clients: sent, waited for, listed, fetched, deleted, named in messages."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from llmkit import AsyncLLMKit, Audio, Document, Image, LLMKit, Message, Text, Video
from llmkit.errors import InvalidRequest, LLMKitError, NotFound, ProtocolError, ProviderError, SecurityError, UnsupportedFeature
from llmkit.testing import FakeHost, Received
from llmkit.testing.host import bytes_reply, form_of
from llmkit.testing.replies import Cut, Reply
from llmkit.testing.serving import json_reply
from llmkit.types.files import StoredFile
from llmkit.types.http import Timeouts
from llmkit.types.parts import Provenance
from tests.operations.faces import FACES, client_for, use

BOTH = ("openai", "anthropic")
PDF = b"%PDF-1.4\n" + b"0" * 1000
GOOGLE = {"name": "files/a", "uri": "https://h/v1beta/files/a", "mimeType": "application/pdf", "sizeBytes": "1009", "state": "ACTIVE"}
PLAIN = {"id": "file-1", "filename": "report.pdf", "bytes": 1009, "created_at": 1700000000, "expires_at": 1700003600}


def sent(request: Received) -> list[tuple[str, Any]]:
    """Return the fields of a form; of a file its name, type and bytes."""
    return [(name, (file, kind, data) if file else data.decode()) for name, file, kind, data in form_of(request)]


FILE = ("file", ("report.pdf", "application/pdf", PDF))
UPLOADS: dict[str, tuple[str, dict[str, Any], str, list[tuple[str, Any]]]] = {
    "plain": ("openai", {}, "/files", [("purpose", "user_data"), FILE]),
    "with a purpose": ("openai", {"purpose": "vision"}, "/files", [("purpose", "vision"), FILE]),
    "for a while": (
        "openai",
        {"expires": 3600},
        "/files",
        [("purpose", "user_data"), ("expires_after[anchor]", "created_at"), ("expires_after[seconds]", "3600"), FILE],
    ),
    "for days": (
        "xai",
        {"expires": timedelta(days=2)},
        "/files",
        [("purpose", "assistants"), ("expires_after[anchor]", "created_at"), ("expires_after[seconds]", "172800"), FILE],
    ),
    "for hours": ("mistral", {"expires": 5000}, "/files", [("purpose", "ocr"), ("expiry", "2"), FILE]),
    "of a batch": ("groq", {}, "/files", [("purpose", "batch"), FILE]),
    "named beside": ("together", {}, "/files/upload", [("purpose", "batch-api"), ("file_name", "report.pdf"), FILE]),
    "to be read": ("moonshotai", {}, "/files", [("purpose", "file-extract"), FILE]),
    "without purposes": ("anthropic", {}, "/files", [FILE]),
    "without purposes for a while": ("anthropic", {"expires": 3600.0}, "/files", [("expires_in_seconds", "3600"), FILE]),
    "sound": ("soniox", {}, "/files", [FILE]),
}


@pytest.mark.parametrize("case", UPLOADS)
@pytest.mark.parametrize("face", FACES)
def test_a_file_goes_out_in_the_words_of_its_host(face: str, case: str, tmp_path: Path) -> None:
    """From the disk, with the name it has there and the type its bytes show."""
    provider, options, path, fields = UPLOADS[case]
    (tmp_path / "report.pdf").write_bytes(PDF)
    with FakeHost() as host:
        host.on(f"POST {path}", PLAIN)

        file = use(face, client_for(provider, host.url), "files.upload", provider, tmp_path / "report.pdf", **options)

    assert fields == sent(host.requests[0])
    assert ("file-1", provider, "report.pdf", ()) == (file.id, file.provider, file.name, file.warnings)


def test_what_the_provider_says_of_a_file_is_read() -> None:
    """A moment is a moment in whatever way it is told."""
    about = {"id": "file_1", "filename": "a", "mime_type": "image/png", "size_bytes": 5, "created_at": "2026-01-02T03:04:05.678Z"}
    with FakeHost() as host, LLMKit(keys=dict.fromkeys(BOTH, "k"), base_urls=dict.fromkeys(BOTH, host.url)) as kit:
        host.on("GET /files/file-1", PLAIN).on("GET /files/file_1", {**about, "downloadable": False})
        plain, other = kit.files.get("openai", "file-1"), kit.files.get("anthropic", "file_1")

    created = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert (created, created + timedelta(hours=1)) == (plain.created, plain.expires)
    assert (True, False) == (plain.expired(datetime.now(UTC)), other.expired(datetime.now(UTC)))
    assert (datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC), 5, False, "image/png") == (
        other.created,
        other.size,
        other.downloadable,
        other.media_type,
    )
    assert {"anthropic-beta": "files-api-2025-04-14", "anthropic-version": "2023-06-01"}.items() <= dict(host.requests[1].headers).items()


def resumable(host: FakeHost, *answers: Any) -> None:
    """Answer an upload by the resumable protocol."""
    address = Reply(headers=(("X-Goog-Upload-URL", f"{host.url}/upload/v1beta/files?upload_id=u"),))
    host.on("POST /upload/v1beta/files", address, *answers)


@pytest.mark.parametrize("face", FACES)
def test_a_resumable_upload_says_what_comes_sends_it_and_waits_until_it_is_processed(face: str) -> None:
    """Films take a while before a model can see them."""
    steps: list[tuple[int, int]] = []
    with FakeHost() as host:
        resumable(host, {"file": {**GOOGLE, "state": "PROCESSING"}})
        host.on("GET /files/a", GOOGLE)

        file = use(
            face,
            client_for("google", host.url),
            "files.upload",
            "google",
            PDF,
            name="r.pdf",
            progress=lambda *step: steps.append(step),
            purpose="x",
        )

    begin, data, look = host.requests
    assert {"file": {"display_name": "r.pdf", "mime_type": "application/pdf", "size_bytes": "1009"}} == begin.json
    assert ("resumable", "start", "1009", "application/pdf") == tuple(
        begin.headers[f"x-goog-upload-{name}"] for name in ("protocol", "command", "header-content-length", "header-content-type")
    )
    assert (PDF, "upload, finalize", "0") == (data.body, data.headers["x-goog-upload-command"], data.headers["x-goog-upload-offset"])
    assert ("ready", [(1009, 1009)], "purpose") == (file.status, steps, file.warnings[0].parameter)
    assert "GET" == look.method


def test_a_resumable_upload_goes_on_where_it_broke_off() -> None:
    """The server says how much of it arrived; the rest is sent, and no more."""
    with FakeHost() as host, LLMKit(**client_for("google", host.url, retries=0)) as kit:
        received = Reply(headers=(("X-Goog-Upload-Status", "active"), ("X-Goog-Upload-Size-Received", "900")))
        resumable(host, Reply(status=503), received, {"file": GOOGLE})
        file = kit.files.upload("google", PDF)

    _, whole, query, rest = host.requests
    assert ("query", "900", PDF[900:]) == (query.headers["x-goog-upload-command"], rest.headers["x-goog-upload-offset"], rest.body)
    assert (PDF, "files/a") == (whole.body, file.id)


def test_an_upload_goes_nowhere_but_to_its_own_host() -> None:
    """The address comes from an answer, and the key would go with it."""
    with FakeHost() as other, FakeHost() as host, pytest.raises(SecurityError, match="points to"):
        host.on("POST /upload/v1beta/files", Reply(headers=(("X-Goog-Upload-URL", f"{other.url}/steal"),)))
        use("sync", client_for("google", host.url), "files.upload", "google", PDF)

    assert [] == other.requests


@pytest.mark.parametrize("case", [{"state": "FAILED", "error": {"message": "no film"}}, {"state": "PROCESSING"}])
def test_a_file_that_cannot_be_processed_is_an_error(case: dict[str, Any]) -> None:
    """Named in a message it would only fail later."""
    with FakeHost() as host, pytest.raises(ProviderError, match="could not be processed: no film"):
        resumable(host, {"file": {**GOOGLE, **case}})
        host.on("GET /files/a", {**GOOGLE, "state": "FAILED", "error": {"message": "no film"}})
        use("sync", client_for("google", host.url), "files.upload", "google", PDF)


def test_nobody_waits_who_does_not_want_to() -> None:
    """`wait` of a file takes it up later."""
    with FakeHost() as host, LLMKit(**client_for("google", host.url)) as kit:
        resumable(host, {"file": {**GOOGLE, "state": "PROCESSING"}})
        host.on("GET /files/a", GOOGLE)
        file = kit.files.upload("google", PDF, wait=False)
        ready = kit.files.wait(file)

    assert ("processing", "ready") == (file.status, ready.status)


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


@pytest.mark.parametrize("face", FACES)
def test_a_large_file_is_read_while_it_is_sent(face: str, tmp_path: Path) -> None:
    """It is never in memory as a whole: piece after piece leaves, and all of them arrive in order."""
    path = tmp_path / "film.bin"
    path.write_bytes(b"".join(number.to_bytes(4, "big") for number in range(500_000)))
    steps: list[int] = []
    with FakeHost() as host:
        host.on("POST /files", PLAIN)

        use(face, client_for("openai", host.url), "files.upload", "openai", path, progress=lambda done, whole: steps.append(done))

    assert path.read_bytes() == form_of(host.requests[0])[1][3]
    assert (65536, 2_000_000) == (max(after - before for before, after in zip([0, *steps], steps, strict=False)), steps[-1])


@pytest.mark.parametrize("face", FACES)
def test_a_large_file_may_take_longer_than_a_request(face: str) -> None:
    """The limit for writing a request is not that of a film; one that is asked for holds."""
    data = bytes(300_000)
    with FakeHost() as host:
        host.on("POST /files", PLAIN)
        client = client_for("openai", host.url, timeout=Timeouts(write=1e-6), retries=0)
        assert "file-1" == use(face, client, "files.upload", "openai", data).id


def test_a_file_that_changes_while_it_is_sent_is_an_error(tmp_path: Path) -> None:
    """The head has promised its length already."""
    path = tmp_path / "a.bin"
    path.write_bytes(b"x" * 300_000)
    with FakeHost() as host, pytest.raises(LLMKitError, match="changed its length"):
        host.on("POST /files", PLAIN)
        client = client_for("openai", host.url, retries=0)
        use("sync", client, "files.upload", "openai", path, progress=lambda done, whole: path.write_bytes(b"x" * 100_000))


KINDS = {"image/png": Image, "audio/mpeg": Audio, "video/mp4": Video, "application/pdf": Document, None: Document}


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_becomes_the_part_that_its_type_says(kind: str | None) -> None:
    """It is named as the provider wants it named, and knows whose it is."""
    file = StoredFile(id="files/a", uri="https://h/files/a", provider="google", dialect="gemini", account="k", media_type=kind)

    part = file.part()

    assert (KINDS[kind], "https://h/files/a", kind) == (type(part), part.file_id, part.media_type)
    assert Provenance(provider="google", dialect="gemini", account="k") == part.origin


SOURCE = {"type": "file", "file_id": "f"}
NAMED: dict[str, tuple[str, str, dict[str, Any], Any]] = {
    "chat": ("openai/gpt-4o", "application/pdf", {}, {"type": "file", "file": {"file_id": "f"}}),
    "responses": ("openai/gpt-4o", "image/png", {"dialect": "openai_responses"}, {"type": "input_image", "file_id": "f"}),
    "responses, a document": ("openai/gpt-4o", "text/csv", {"dialect": "openai_responses"}, {"type": "input_file", "file_id": "f"}),
    "messages": ("anthropic/claude-sonnet-4-5", "application/pdf", {}, {"type": "document", "source": SOURCE}),
    "messages, a picture": ("anthropic/claude-sonnet-4-5", "image/png", {}, {"type": "image", "source": SOURCE}),
    "gemini": ("google/gemini-2.5-flash", "video/mp4", {}, {"fileData": {"mimeType": "video/mp4", "fileUri": "f"}}),
    "interactions": (
        "google/gemini-2.5-flash",
        "application/pdf",
        {"dialect": "gemini_interactions"},
        {"type": "document", "uri": "f", "mime_type": "application/pdf"},
    ),
    "mistral": ("mistral/mistral-small-latest", "application/pdf", {}, {"type": "file", "file_id": "f"}),
}


@pytest.mark.parametrize("case", NAMED)
def test_a_message_names_the_file_instead_of_carrying_it(case: str) -> None:
    """What was uploaded with a key is named with the same key."""
    model, kind, options, block = NAMED[case]
    provider = model.partition("/")[0]
    told = {"id": "f", "name": "f", "uri": "f"}
    with FakeHost() as host, LLMKit(**client_for(provider, host.url, retries=0)) as kit:
        resumable(host, {"file": told})
        host.on("POST /files", told).on("POST *", json_reply(400, {"error": {"message": "enough"}}))
        part = kit.files.upload(provider, b"x", media_type=kind).part()
        with pytest.raises(ProviderError, match="enough"):
            kit.complete(f"{model}", Message.user("Read", part), **options)

    assert [block] == [item for items in _lists(host.requests[-1].json) for item in items if item == block]


def _lists(value: Any) -> Any:
    if isinstance(value, list):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _lists(inner)


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        (Provenance(provider="anthropic", dialect="anthropic"), "a file that anthropic keeps"),
        (Provenance(provider="openai", dialect="openai_chat", account="another"), "a file of another account"),
    ],
)
def test_a_file_of_another_is_refused_before_anything_is_sent(origin: Provenance, words: str) -> None:
    """The provider would only say that there is no such file, or show somebody else's."""
    part = Document(file_id="f", origin=origin)
    with FakeHost() as host, pytest.raises(InvalidRequest, match=words):
        use("sync", client_for("openai", host.url), "complete", "openai/gpt-4o", [Message.user(Text(text="Read"), part)])

    assert [] == host.requests


def test_several_keys_each_see_their_own_files() -> None:
    """The key that uploaded it is the one that deletes it, whichever turn it is."""
    with FakeHost() as host, LLMKit(keys={"openai": ["key-one", "key-two"]}, base_urls={"openai": host.url}) as kit:
        host.on("POST /files", PLAIN).on("DELETE /files/file-1", {"deleted": True})
        files = [kit.files.upload("openai", b"x") for _ in range(2)]
        for file in reversed(files):
            kit.files.delete(file)

    keys = [request.headers["authorization"][-3:] for request in host.requests]
    assert (2, keys[:2][::-1]) == (len(set(keys)), keys[2:])

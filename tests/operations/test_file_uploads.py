"""Files on their way to a provider, through both clients."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.errors import LLMKitError, ProviderError, SecurityError
from llmkit.testing import FakeHost, Received
from llmkit.testing.host import form_of
from llmkit.testing.replies import Reply
from llmkit.types.http import Timeouts
from tests.operations.faces import FACES, client_for, use
from tests.operations.file_places import PDF, PLAIN, resumable

BOTH = ("openai", "anthropic")
GOOGLE = {"name": "files/a", "uri": "https://h/v1beta/files/a", "mimeType": "application/pdf", "sizeBytes": "1009", "state": "ACTIVE"}


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

"""Files and kept prompts: the vendor's own package and our client, pointed at the same host, ask the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.testing import FakeHost, Received
from llmkit.testing.host import bytes_reply, form_of
from llmkit.testing.replies import Reply

PDF = b"%PDF-1.4\n" + b"0" * 100
FILE = {"id": "f-1", "object": "file", "filename": "a.pdf", "bytes": 109, "created_at": 1, "purpose": "user_data", "status": "processed"}
OWN = {
    "id": "f-1",
    "type": "file",
    "filename": "a.pdf",
    "size_bytes": 109,
    "mime_type": "application/pdf",
    "created_at": "2026-01-01T00:00:00Z",
}
GOOGLE = {"name": "files/f-1", "uri": "https://h/files/f-1", "mimeType": "application/pdf", "sizeBytes": "109", "state": "ACTIVE"}
PROMPT = {"name": "cachedContents/c", "model": "models/m", "createTime": "2026-01-01T00:00:00Z", "expireTime": "2026-01-01T01:00:00Z"}
FILES: dict[str, dict[str, Any]] = {
    "openai": FILE,
    "anthropic": OWN,
    "google": GOOGLE,
    "mistral": {**FILE, "purpose": "ocr", "sample_type": "pretrain", "source": "upload", "deleted": True},
}
PREFIX = {"openai": "", "anthropic": "/v1", "google": "/v1beta", "mistral": "/v1"}
_UPLOAD_HEADERS = ("protocol", "command", "header-content-length", "header-content-type")
_DATA_HEADERS = ("command", "offset")
"""That package repeats the others; they belong to the beginning."""


def said(request: Received) -> Any:
    """Return what a request says: method, path, and its JSON or the fields of its form, in any order."""
    kind = request.headers.get("content-type", "")
    body: Any = None
    if kind.startswith("multipart/"):
        body = sorted((name, file, data) for name, file, _, data in form_of(request))
    elif request.body:
        try:
            body = json.loads(request.body)
        except ValueError:
            body = request.body
    wanted = _DATA_HEADERS if "x-goog-upload-offset" in request.headers else _UPLOAD_HEADERS
    headers = {name: request.headers[f"x-goog-upload-{name}"] for name in wanted if f"x-goog-upload-{name}" in request.headers}
    return (request.method, request.target.partition("?beta=")[0], body, headers)


def openai_client(url: str) -> Any:
    return pytest.importorskip("openai").OpenAI(api_key="k", base_url=url, max_retries=0)


def anthropic_client(url: str) -> Any:
    return pytest.importorskip("anthropic").Anthropic(api_key="k", base_url=url, max_retries=0)


def google_client(url: str) -> Any:
    genai = pytest.importorskip("google.genai")
    return genai.Client(api_key="k", http_options={"base_url": url, "api_version": "v1beta"})


def mistral_client(url: str) -> Any:
    return pytest.importorskip("mistralai.client").Mistral(api_key="k", server_url=url)


Case = tuple[str, Callable[[str], Any], Callable[[Any, Path], Any], Callable[[LLMKit, Path], Any]]
CASES: dict[str, Case] = {
    "openai upload": (
        "openai",
        openai_client,
        lambda sdk, path: sdk.files.create(file=path, purpose="user_data"),
        lambda kit, path: kit.files.upload("openai", path),
    ),
    "openai upload for a while": (
        "openai",
        openai_client,
        lambda sdk, path: sdk.files.create(file=path, purpose="batch", expires_after={"anchor": "created_at", "seconds": 3600}),
        lambda kit, path: kit.files.upload("openai", path, purpose="batch", expires=3600),
    ),
    "openai get": ("openai", openai_client, lambda sdk, _: sdk.files.retrieve("f-1"), lambda kit, _: kit.files.get("openai", "f-1")),
    "openai delete": ("openai", openai_client, lambda sdk, _: sdk.files.delete("f-1"), lambda kit, _: kit.files.delete("openai", "f-1")),
    "openai content": ("openai", openai_client, lambda sdk, _: sdk.files.content("f-1"), lambda kit, _: kit.files.content("openai", "f-1")),
    "openai list": ("openai", openai_client, lambda sdk, _: list(sdk.files.list()), lambda kit, _: list(kit.files.list("openai"))),
    "openai list of a purpose": (
        "openai",
        openai_client,
        lambda sdk, _: list(sdk.files.list(purpose="batch")),
        lambda kit, _: list(kit.files.list("openai", purpose="batch")),
    ),
    "anthropic upload": (
        "anthropic",
        anthropic_client,
        lambda sdk, path: sdk.files.upload(file=path),
        lambda kit, path: kit.files.upload("anthropic", path),
    ),
    "anthropic upload for a while": (
        "anthropic",
        anthropic_client,
        lambda sdk, path: sdk.files.upload(file=path, expires_in_seconds=3600),
        lambda kit, path: kit.files.upload("anthropic", path, expires=3600),
    ),
    "anthropic get": (
        "anthropic",
        anthropic_client,
        lambda sdk, _: sdk.files.retrieve_metadata("f-1"),
        lambda kit, _: kit.files.get("anthropic", "f-1"),
    ),
    "anthropic delete": (
        "anthropic",
        anthropic_client,
        lambda sdk, _: sdk.files.delete("f-1"),
        lambda kit, _: kit.files.delete("anthropic", "f-1"),
    ),
    "anthropic content": (
        "anthropic",
        anthropic_client,
        lambda sdk, _: sdk.files.download("f-1"),
        lambda kit, _: kit.files.content("anthropic", "f-1"),
    ),
    "anthropic list": (
        "anthropic",
        anthropic_client,
        lambda sdk, _: list(sdk.files.list()),
        lambda kit, _: list(kit.files.list("anthropic")),
    ),
    "google upload": (
        "google",
        google_client,
        lambda sdk, path: sdk.files.upload(file=path, config={"display_name": "a.pdf"}),
        lambda kit, path: kit.files.upload("google", path),
    ),
    "google get": (
        "google",
        google_client,
        lambda sdk, _: sdk.files.get(name="files/f-1"),
        lambda kit, _: kit.files.get("google", "files/f-1"),
    ),
    "google delete": (
        "google",
        google_client,
        lambda sdk, _: sdk.files.delete(name="files/f-1"),
        lambda kit, _: kit.files.delete("google", "files/f-1"),
    ),
    "google list": (
        "google",
        google_client,
        lambda sdk, _: list(sdk.files.list(config={"page_size": 100})),
        lambda kit, _: list(kit.files.list("google")),
    ),
    "google content": (
        "google",
        google_client,
        lambda sdk, _: sdk.files.download(file="files/f-1"),
        lambda kit, _: kit.files.content("google", "files/f-1"),
    ),
    "google keep": (
        "google",
        google_client,
        lambda sdk, _: sdk.caches.create(
            model="m", config={"contents": "Hi", "system_instruction": "Be brief", "ttl": "60s", "display_name": "n"}
        ),
        lambda kit, _: kit.caches.create("google/m", "Hi", system="Be brief", ttl=60, name="n"),
    ),
    "google kept": (
        "google",
        google_client,
        lambda sdk, _: sdk.caches.get(name="cachedContents/c"),
        lambda kit, _: kit.caches.get("google", "c"),
    ),
    "google prolong": (
        "google",
        google_client,
        lambda sdk, _: sdk.caches.update(name="cachedContents/c", config={"ttl": "60s"}),
        lambda kit, _: kit.caches.update("google", "c", ttl=60),
    ),
    "google forget": (
        "google",
        google_client,
        lambda sdk, _: sdk.caches.delete(name="cachedContents/c"),
        lambda kit, _: kit.caches.delete("google", "c"),
    ),
    "google all kept": (
        "google",
        google_client,
        lambda sdk, _: list(sdk.caches.list(config={"page_size": 100})),
        lambda kit, _: list(kit.caches.list("google")),
    ),
    "mistral upload": (
        "mistral",
        mistral_client,
        lambda sdk, path: sdk.files.upload(file={"file_name": path.name, "content": path.read_bytes()}, purpose="ocr"),
        lambda kit, path: kit.files.upload("mistral", path),
    ),
    "mistral get": (
        "mistral",
        mistral_client,
        lambda sdk, _: sdk.files.retrieve(file_id="f-1"),
        lambda kit, _: kit.files.get("mistral", "f-1"),
    ),
    "mistral delete": (
        "mistral",
        mistral_client,
        lambda sdk, _: sdk.files.delete(file_id="f-1"),
        lambda kit, _: kit.files.delete("mistral", "f-1"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_vendors_package_asks_the_same(case: str, tmp_path: Path) -> None:
    """Method, path and body are equal; headers where they belong to the protocol."""
    provider, make, theirs, ours = CASES[case]
    path = tmp_path / "a.pdf"
    path.write_bytes(PDF)
    with FakeHost() as host:
        _answer(host, provider)
        theirs(make(host.url), path)
        asked, host.requests = host.requests, []
        with LLMKit(keys={provider: "k"}, base_urls={provider: host.url + PREFIX[provider]}) as kit:
            ours(kit, path)

    assert [_plain(said(request)) for request in asked] == [_plain(said(request)) for request in host.requests]


def _answer(host: FakeHost, provider: str) -> None:
    prefix, file = PREFIX[provider], FILES[provider]
    page = {"object": "list", "data": [], "files": [], "cachedContents": [], "has_more": False, "next_page": None}
    address = (("X-Goog-Upload-URL", f"{host.url}/upload/v1beta/files?upload_id=u"), ("Content-Type", "application/json"))
    final = (("X-Goog-Upload-Status", "final"), ("Content-Type", "application/json"))
    begun, done = Reply(headers=address, pieces=(b"{}",)), Reply(headers=final, pieces=(json.dumps({"file": GOOGLE}).encode(),))
    host.on("POST /upload/v1beta/files", begun, done, begun, done)
    host.on(f"POST {prefix}/files", file).on(f"GET {prefix}/files", page)
    host.on(f"GET {prefix}/files/f-1", file).on(f"DELETE {prefix}/files/f-1", file)
    for place in ("/content", ":download"):
        host.on(f"GET {prefix}/files/f-1{place}", bytes_reply(PDF, "application/pdf"))
    host.on(f"POST {prefix}/cachedContents", PROMPT).on(f"GET {prefix}/cachedContents", page)
    for method in ("GET", "PATCH", "DELETE"):
        host.on(f"{method} {prefix}/cachedContents/c", PROMPT)


def _plain(said: Any) -> Any:
    """Return what means the same, said alike."""
    method, target, body, headers = said
    if isinstance(body, dict) and isinstance(body.get("systemInstruction"), dict):
        body["systemInstruction"].pop("role", None)  # an instruction has none
    if isinstance(body, dict) and isinstance(body.get("file"), dict):
        body["file"] = {name: str(value) for name, value in body["file"].items()}  # a 64-bit number may be text
    if isinstance(body, list):
        body = [field for field in body if field[0] != "visibility"]  # that package sends a default
    if body == {} and method in ("GET", "DELETE"):
        body = None
    return (method, target, body, headers)


def test_a_difference_would_be_seen() -> None:
    """A comparison that cannot fail proves nothing."""
    with FakeHost() as host, LLMKit(keys={"openai": "k"}, base_urls={"openai": host.url}) as kit:
        host.on("POST /files", FILE)
        kit.files.upload("openai", PDF, name="a.pdf")
        kit.files.upload("openai", PDF, name="a.pdf", purpose="batch")

    assert said(host.requests[0]) != said(host.requests[1])

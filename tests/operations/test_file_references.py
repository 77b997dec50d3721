"""Messages that name a file which the provider keeps."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit import Audio, Document, Image, LLMKit, Message, Text, Video
from llmkit.errors import InvalidRequest, ProviderError
from llmkit.testing import FakeHost
from llmkit.testing.serving import json_reply
from llmkit.types.files import StoredFile
from llmkit.types.parts import Provenance
from tests.operations.faces import client_for, use
from tests.operations.file_places import PLAIN, resumable

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

"""No text leaves its place; `security check transport.injection` tries all texts of all calls, and ids at all places."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from llmkit import LLMKit
from llmkit.errors import InvalidRequest
from llmkit.operations.form import form_body
from llmkit.types.asking import Form, FormFile
from tests.security.transport.hostile_ids import hostile
from tests.security.transport.identifiers import SPOTS, ids_found
from tests.security.transport.strings import METHODS, PAYLOADS, split, strings_found, texts, uncovered
from tests.transport.servers import Received

CHOSEN = ["transcribe", "search", "files.upload"]


def test_no_text_splits_a_head_or_ends_in_an_error_of_the_library() -> None:
    """A part of the calls with two of the texts."""
    number, found, arrived = strings_found(CHOSEN, (PAYLOADS[0], PAYLOADS[5]))

    assert [] == found
    assert number > 100
    assert arrived > 20


def test_no_id_leaves_its_place() -> None:
    """A part of the ids at a part of the places."""
    unquoted = ("stability", "wavespeed")  # where ids once stood as they came
    spots = [spot for place, spot in enumerate(SPOTS) if place in (0, 6, 8, 9) or place % 24 == 0 or spot.provider in unquoted]
    number, found, mute = ids_found([*hostile(200)[::20], "..", "\ud800", "../../v1/files", "a/b?c"], spots)

    assert [] == found
    assert number > 100
    assert len(mute) < len(spots) / 4


def test_every_public_call_is_tried() -> None:
    """A new one that takes texts goes into `strings.METHODS`."""
    assert [] == uncovered()
    assert sum(1 for method in METHODS for _ in texts(method)) > 1000


HEAD = b"POST /v1 HTTP/1.1\r\nHost: a\r\nX-Injected: 1"
PART = b'--x\r\nContent-Disposition: form-data; name="a"\r\nX-Injected: 1\r\n\r\nb\r\n--x--\r\n'


@pytest.mark.parametrize(
    "request_",
    [
        Received("POST", "/v1", {}, b"", HEAD, 1),
        Received("GET", "/smuggled", {}, b"", b"GET /smuggled HTTP/1.1", 1),
        Received("POST", "/v1", {}, b"", b"POST /v1 HTTP/1.1\r\nA: b\x00c", 1),
        Received("POST", "/v1", {"content-type": "multipart/form-data; boundary=x"}, PART, b"POST /v1 HTTP/1.1\r\nA: b", 1),
    ],
    ids=["a header", "a request", "a control", "a part of a form"],
)
def test_what_was_smuggled_is_found_out(request_: Received) -> None:
    """Else nobody would know whether the harness can see it."""
    assert split(request_)


@pytest.mark.parametrize("media_type", ["audio/wav\r\nX-Injected: 1", "audio", "", "audio/wav\n", "a/b\x00"])
def test_the_type_of_a_file_cannot_end_the_head_of_its_part(media_type: str) -> None:
    """It was written there as it came."""
    with pytest.raises(InvalidRequest):
        form_body(Form(fields=(("file", FormFile(data=b"x", media_type=media_type, filename="a")),)))


WRONG = {
    "a job of what answers at once": lambda kit: kit.job("image:openai/gpt-image-1:x").refresh(),
    "options that are no tables": lambda kit: kit.estimate("openai/gpt-4.1-mini", "hi", options={"openai": "x"}),
    "a schema that is no table": lambda kit: kit.ocr("mistral/mistral-ocr-latest", b"%PDF-", schema="x"),
    "half a character in a query": lambda kit: kit.search("brave", "\ud800"),
    "half a character in a list": lambda kit: list(kit.files.list("openai", purpose="\ud800")),
    "half a character in an id": lambda kit: kit.retrieve("openai/gpt-5.3-codex", "\ud800"),
    "half a character in a form": lambda kit: kit.transcribe("openai/whisper-1", b"RIFF", prompt="\ud800"),
}
"""What once ended in a bare error of Python's."""


@pytest.mark.parametrize("call", WRONG.values(), ids=WRONG)
def test_what_cannot_be_sent_is_refused_in_words_of_ours(call: Callable[[LLMKit], object]) -> None:
    with LLMKit(keys=dict.fromkeys(("openai", "mistral", "brave"), "sk-test-0123456789")) as kit, pytest.raises(InvalidRequest):
        call(kit)

"""The mark that says who wrote a part: kept everywhere here, sent nowhere."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from llmkit import CompletionRequest, Message, OcrResponse, SearchResponse, Text, TranscriptionResponse
from llmkit.caching.key import key_of
from llmkit.testing import Answer, FakeProvider
from llmkit.types.ocr import OcrPage
from llmkit.types.parts import Part
from llmkit.types.search import SearchResult
from tests.architecture.source import PACKAGE
from tests.security.provenance.kept import kept, ways_to_keep
from tests.security.provenance.samples import MARKS, SAMPLES, marked
from tests.security.provenance.wire import told_apart, ways_out, written
from tests.tools.faces import DIALECTS, client_of, play

WRITERS = ("dialects", "serving", "operations", "realtime", "providers", "framing", "auth")
READING = re.compile(r"\.trust\b")


def test_every_kind_of_part_has_a_sample() -> None:
    assert {kind.__name__ for kind in get_args(Part)} == {type(part).__name__ for _, part in SAMPLES}


def test_marks_are_kept_in_every_way_that_there_is() -> None:
    assert [] == [name for name, way in ways_to_keep() if not kept(way)]


def test_marks_are_not_in_what_goes_out() -> None:
    """One in seven here; all in the figure."""
    found = [(name, write) for name, write in list(ways_out())[::7] if written(write, None) is not None]

    assert 50 < len(found)
    assert [] == [name for name, write in found if told_apart(write)]


@pytest.mark.parametrize(
    "planted", [lambda trust: b'{"trust":1}', lambda trust: str(trust).encode(), lambda trust: b"trusted" if trust else b""]
)
def test_a_planted_mark_is_seen(planted: object) -> None:
    assert told_apart(planted)  # type: ignore[arg-type] # three functions of one shape


def test_a_planted_loss_is_seen() -> None:
    assert not kept(lambda: (["untrusted"], [None]))


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (OcrResponse(pages=(OcrPage(index=0, markdown="# One"), OcrPage(index=1, markdown="two"))), "# One\n\ntwo"),
        (TranscriptionResponse(text="Hello."), "Hello."),
        (
            SearchResponse(answer="So.", results=(SearchResult(url="https://a.example", title="A", snippet="x"),)),
            "So.\n\nA\nhttps://a.example\nx",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_was_read_heard_or_found_comes_marked(reply: OcrResponse | TranscriptionResponse | SearchResponse, words: str) -> None:
    assert Text(text=words, trust="untrusted") == reply.part


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_run_sends_no_mark(dialect: str) -> None:
    """Of what the user marked, of results, and of the model's own turns that a run marks."""
    asked = [Message.user(Text(text="Read this.", trust="untrusted"), Text(text="Go.", trust="trusted"))]
    with FakeProvider(dialect) as fake:
        fake.add(Answer(tool_calls=[("c1", "look", {})]), Answer(text="ok"))
        result = play("sync", client_of(fake), DIALECTS[dialect][1], asked, tools=[look])

    assert ["untrusted"] == [part.trust for part in result.messages[-1].content]
    assert [] == [request for request in fake.requests if b"trust" in request.body]


def look() -> str:
    """Look."""
    return "nothing"


def test_who_writes_to_a_wire_reads_no_marks() -> None:
    files = {path: path.read_text(encoding="utf-8") for folder in WRITERS for path in (PACKAGE / folder).rglob("*.py")}

    assert 300 < len(files)
    assert [] == [path for path, text in files.items() if READING.search(text)]
    assert READING.search((PACKAGE / "run/exposure.py").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("role", "part"), SAMPLES, ids=lambda value: type(value).__name__)
def test_a_mark_does_not_change_the_name_of_a_request(role: str, part: Part) -> None:
    """What is sent is the same, so is its answer."""
    requests = [CompletionRequest(model="m", messages=(Message(role=role, content=(marked(part, trust),)),)) for trust in (None, *MARKS)]  # type: ignore[arg-type] # one of the roles

    assert 1 == len({key_of(request, ()) for request in requests})

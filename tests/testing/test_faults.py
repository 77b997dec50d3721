"""Every fault does on the wire what its name says."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from http.client import BadStatusLine, IncompleteRead, RemoteDisconnected

import pytest

from llmkit.testing import Answer, FakeProvider, Fault
from tests.testing.raw import DIALECTS, ask, begin

STREAM_END = {"openai_chat": b"data: [DONE]", "anthropic": b"event: message_stop", "gemini": b'"finishReason"'}
WORDS = Answer(text="one two three four five six")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("stream", [False, True])
def test_rate_limited_says_when_to_come_back(dialect: str, stream: bool) -> None:
    with FakeProvider(dialect) as fake:
        fake.add(Fault.rate_limited(retry_after=2))

        response = begin(fake, stream=stream)

        assert (429, "2") == (response.status, response.headers["Retry-After"])
        assert json.loads(response.read())["error"]["message"]


@pytest.mark.parametrize(("dialect", "status"), [("openai_chat", 503), ("anthropic", 529), ("gemini", 503)])
def test_overloaded_has_the_dialects_own_status(dialect: str, status: int) -> None:
    with FakeProvider(dialect) as fake:
        fake.add(Fault.overloaded())

        assert status == ask(fake)[0]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 429, 500, 502, 599])
def test_any_status_has_a_body_in_the_dialects_shape(dialect: str, status: int) -> None:
    with FakeProvider(dialect) as fake:
        fake.add(Fault.error(status=status, message="Because."))

        found, body = ask(fake)

    assert (status, "Because.") == (found, json.loads(body)["error"]["message"])


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("stream", [False, True])
def test_html_is_a_web_page(dialect: str, stream: bool) -> None:
    with FakeProvider(dialect) as fake:
        fake.add(Fault.html(502))

        response = begin(fake, stream=stream)

        assert (502, "text/html; charset=utf-8") == (response.status, response.headers["Content-Type"])
        assert response.read().startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_cut_stream_ends_in_the_middle_of_the_framing(dialect: str) -> None:
    with FakeProvider(dialect) as fake:
        fake.add(Fault.cut(after=3, answer=WORDS))

        with pytest.raises(IncompleteRead) as error:
            begin(fake, stream=True).read()

    assert 3 == error.value.partial.count(b"data: ")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("fault", [Fault.cut(after=3, clean=True, answer=WORDS), Fault.unfinished(WORDS)], ids=lambda fault: fault.name)
def test_a_clean_cut_ends_the_body_in_order_without_the_answers_end(dialect: str, fault: Fault) -> None:
    with FakeProvider(dialect) as fake:
        fake.add(fault)

        status, body = ask(fake, stream=True)

    assert 200 == status
    assert b"data: " in body
    assert STREAM_END[dialect] not in body


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_cut_plain_answer_is_shorter_than_declared(dialect: str) -> None:
    with FakeProvider(dialect) as fake:
        fake.add(Fault.cut())

        with pytest.raises(IncompleteRead):
            ask(fake)


def test_a_reset_is_a_reset() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.cut(after=1, reset=True), Fault.disconnect(reset=True))

        with pytest.raises((ConnectionResetError, IncompleteRead)):
            begin(fake, stream=True).read()
        with pytest.raises((ConnectionResetError, RemoteDisconnected)):
            ask(fake)


def test_disconnect_says_nothing() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.disconnect())

        with pytest.raises(RemoteDisconnected):
            ask(fake)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("stream", [False, True])
def test_a_stalled_answer_goes_on_when_released(dialect: str, stream: bool) -> None:
    with FakeProvider(dialect) as fake:
        fake.add(Fault.stall(after=1, answer=WORDS), WORDS)

        response = begin(fake, stream=stream)
        first = response.read1(40)
        fake.release()
        stalled = first + response.read()

        assert ask(fake, stream=stream)[1] == stalled


def test_a_stalled_answer_notices_that_the_client_left() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.stall(after=1))
        response = begin(fake, stream=True)
        response.read1(10)

        response.close()

        assert fake.requests[0].left.wait(5)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("stream", [False, True])
def test_garbage_is_no_json(dialect: str, stream: bool) -> None:
    with FakeProvider(dialect) as fake:
        fake.add(Fault.garbage())

        status, body = ask(fake, stream=stream)

    assert 200 == status
    with pytest.raises(UnicodeDecodeError):
        body.decode()


def test_not_http_is_not_http() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.not_http())

        with pytest.raises(BadStatusLine):
            ask(fake)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("stream", [False, True])
def test_an_error_in_200_is_an_error_with_status_200(dialect: str, stream: bool) -> None:
    with FakeProvider(dialect) as fake:
        fake.add(Fault.error_in_200("rate_limited"))

        status, body = ask(fake, stream=stream)

    assert 200 == status
    assert "error" in json.loads(body)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_error_in_a_stream_is_its_last_event(dialect: str) -> None:
    with FakeProvider(dialect) as fake:
        fake.add(Fault.error_in_stream("overloaded", after=2, answer=WORDS))

        events = [line for line in ask(fake, stream=True)[1].splitlines() if line.startswith(b"data: ")]

    assert 3 == len(events)
    assert "error" in json.loads(events[-1][6:])


def test_empty_has_no_body() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.empty())

        assert (200, b"") == ask(fake)


def test_a_redirect_names_its_target() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.redirect(308, to="http://elsewhere.example/"))

        response = begin(fake)

        assert (308, "http://elsewhere.example/") == (response.status, response.headers["Location"])


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("fault", [Fault.split(3, answer=WORDS), Fault.slow(0.0001, answer=WORDS)], ids=lambda fault: fault.name)
def test_split_and_slow_answers_are_complete(dialect: str, fault: Fault) -> None:
    with FakeProvider(dialect) as fake:
        fake.add(fault, WORDS)

        assert ask(fake, stream=True) == ask(fake, stream=True)


def test_comments_come_without_end() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.comments(every=0.0001))

        response = begin(fake, stream=True)
        body = b"".join(response.readline() for _ in range(20))
        response.close()

        assert 9 == body.count(b": keep-alive")
        assert fake.requests[0].left.wait(5)


def test_an_endless_line_has_no_end() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.endless_line(200_000, block=1_000))

        body = ask(fake, stream=True)[1]

    assert 200_006 == len(body)
    assert b"\n" not in body


def test_wrong_length_declares_more_than_it_sends() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.wrong_length(10), Fault.wrong_length(-10))

        with pytest.raises(IncompleteRead):
            ask(fake)
        with pytest.raises(ValueError):
            json.loads(ask(fake)[1])


def test_a_gzip_bomb_is_small_on_the_wire() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.gzip_bomb(10_000_000))

        body = ask(fake)[1]

    assert len(body) < 20_000
    assert 10_000_000 == len(gzip.decompress(body))


def test_corrupt_gzip_fails_its_checksum() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.corrupt_gzip())

        with pytest.raises((gzip.BadGzipFile, zlib.error)):
            gzip.decompress(ask(fake)[1])


@pytest.mark.parametrize("make", [Fault.error, Fault.error_in_200, Fault.error_in_stream])
def test_an_error_that_no_format_has_is_refused_when_it_is_made(make: Callable[[str], Fault]) -> None:
    """Found out while serving, it would leave the client waiting."""
    with pytest.raises(ValueError, match="rate_limited"):
        make("rate_limit")

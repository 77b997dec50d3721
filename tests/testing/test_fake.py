"""The fake provider: script, record, refuse, keep alive, end."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import threading
from http.client import HTTPConnection, HTTPSConnection
from typing import Any

import pytest

from llmkit.testing import Answer, FakeProvider, Fault
from tests.testing.raw import BODIES, DIALECTS, ask, begin, connect, headers, target


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_request_is_recorded_as_it_was_sent(dialect: str) -> None:
    with FakeProvider(dialect) as fake:
        fake.add(Answer(text="Hello"))

        ask(fake)

    (request,) = fake.requests
    assert ("POST", target(dialect, stream=False)[0], BODIES[dialect]) == (request.method, request.path, request.json)
    assert fake.key in str(dict(request.headers))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_answers_come_in_the_order_of_the_script_and_then_always(dialect: str) -> None:
    with FakeProvider(dialect) as fake:
        fake.add(Answer(text="first"), Answer(text="second")).always(Answer(text="more"))

        bodies = [ask(fake)[1].decode() for _ in range(4)]

    assert [True] * 4 == [word in body for word, body in zip(("first", "second", "more", "more"), bodies, strict=True)]


def test_an_answer_may_be_a_function_of_the_request() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.always(lambda request: Answer(text=request.json["messages"][0]["content"][::-1]))

        _, body = ask(fake)

    assert "iH" == json.loads(body)["choices"][0]["message"]["content"]


def test_a_request_beyond_the_script_is_a_500_that_says_so_and_fails_the_block() -> None:
    with pytest.raises(AssertionError, match="beyond its script"), FakeProvider("openai_chat") as fake:
        status, body = ask(fake)

    assert 500 == status
    assert "no answer left" in json.loads(body)["error"]["message"]


def test_a_failing_test_keeps_its_own_error() -> None:
    with pytest.raises(ZeroDivisionError), FakeProvider("openai_chat") as fake:
        ask(fake)
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("dialect", "given", "status"),
    [
        ("openai_chat", {}, 401),
        ("openai_chat", {"Authorization": "Bearer wrong"}, 401),
        ("anthropic", {"anthropic-version": "2023-06-01"}, 401),
        ("anthropic", {"anthropic-version": "2023-06-01", "x-api-key": "wrong"}, 401),
        ("gemini", {}, 403),
        ("gemini", {"x-goog-api-key": "wrong"}, 400),
    ],
)
def test_a_missing_or_wrong_key_is_refused_as_by_the_real_thing(dialect: str, given: dict[str, str], status: int) -> None:
    with FakeProvider(dialect) as fake:
        fake.add(Answer(text="secret"))
        path, body = target(dialect, stream=False)
        connection = connect(fake)

        connection.request("POST", path, json.dumps(body), given)
        response = connection.getresponse()

        assert status == response.status
        assert "error" in json.loads(response.read())
        assert 1 == fake.pending


@pytest.mark.parametrize(("dialect", "missing"), [("openai_chat", "messages"), ("anthropic", "max_tokens"), ("gemini", "contents")])
def test_a_request_without_a_required_field_is_a_400_that_names_it(dialect: str, missing: str) -> None:
    with FakeProvider(dialect) as fake:
        path, body = target(dialect, stream=False)
        connection = connect(fake)

        connection.request("POST", path, json.dumps({name: value for name, value in body.items() if name != missing}), headers(fake))
        response = connection.getresponse()

        assert 400 == response.status
        assert missing in response.read().decode()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_models_are_listed(dialect: str) -> None:
    with FakeProvider(dialect, models=("one", "two")) as fake:
        connection = connect(fake)

        connection.request("GET", "/v1/models", headers=headers(fake))
        body = connection.getresponse().read().decode()

    assert "one" in body
    assert "two" in body


def test_a_connection_is_kept_alive() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="Hello"))
        connection = connect(fake)

        for stream in (False, True, False):
            begin(fake, stream=stream, connection=connection).read()

    assert 1 == fake.connections
    assert [1, 1, 1] == [request.connection for request in fake.requests]


def test_a_chunked_request_body_is_understood() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(text="Hello"))
        path, body = target("openai_chat", stream=False)
        connection = connect(fake)

        connection.request(
            "POST", path, iter([json.dumps(body)[:10].encode(), json.dumps(body)[10:].encode()]), headers(fake), encode_chunked=True
        )

        assert 200 == connection.getresponse().status


def test_tls_is_verified_against_the_fakes_own_authority() -> None:
    pytest.importorskip("trustme")
    with FakeProvider("openai_chat", tls=True) as fake:
        fake.add(Answer(text="Hello"))
        path, body = target("openai_chat", stream=False)
        host = fake.origin.removeprefix("https://")

        with pytest.raises(ssl.SSLCertVerificationError):
            HTTPSConnection(host, timeout=10).connect()
        connection = HTTPSConnection(host, timeout=10, context=ssl.create_default_context(cafile=str(fake.ca_file)))
        connection.request("POST", path, json.dumps(body), headers(fake))

        assert 200 == connection.getresponse().status


def test_closing_ends_every_thread_and_connection() -> None:
    before = set(threading.enumerate())
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.stall(after=1))
        idle = socket.create_connection(("127.0.0.1", int(fake.origin.rpartition(":")[2])))
        stalled = begin(fake, stream=True)

    assert before == set(threading.enumerate())
    assert b"" == idle.recv(1)
    stalled.close()


def test_nonsense_on_one_connection_leaves_the_others_alone() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(text="Hello"))
        with socket.create_connection(("127.0.0.1", int(fake.origin.rpartition(":")[2]))) as nonsense:
            nonsense.sendall(b"nonsense\r\n\r\n")

            assert b"" == nonsense.recv(100)
        assert 200 == ask(fake)[0]


def test_an_unknown_dialect_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match="openai_chat, anthropic, gemini"):
        FakeProvider("telepathy")


def test_importing_the_package_is_light() -> None:
    """The plugin is the only module that needs pytest; servers and TLS load when a fake is made."""
    probe = "import sys, llmkit.testing; print([name for name in ('pytest', 'ssl', 'socket', 'msgspec', 'trustme') if name in sys.modules])"

    out = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}; {probe}"], capture_output=True, text=True, check=True
    )

    assert "[]" == out.stdout.strip()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_pieces_of_a_stream_join_to_the_plain_answer(dialect: str) -> None:
    text = "Grüße, 世界!\n\n  Indented 🙂 end. "
    with FakeProvider(dialect) as fake:
        fake.always(Answer(text=text))

        whole, stream = ask(fake)[1], ask(fake, stream=True)[1]

    assert text == _text(dialect, [json.loads(whole)])
    assert text == _text(dialect, [json.loads(line[6:]) for line in stream.splitlines() if line.startswith(b"data: {")])


def _text(dialect: str, found: list[dict[str, Any]]) -> str:
    match dialect:
        case "openai_chat":
            choices = [choice for body in found for choice in body["choices"]]
            return "".join(
                choice.get("message", choice.get("delta"))["content"] or ""
                for choice in choices
                if "content" in choice.get("message", choice.get("delta"))
            )
        case "anthropic":
            return "".join(
                body.get("delta", {}).get("text", "") + "".join(block["text"] for block in body.get("content", ())) for body in found
            )
        case _:
            return "".join(part["text"] for body in found for part in body["candidates"][0]["content"]["parts"])


def test_connections_are_served_side_by_side() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.stall(after=0), Answer(text="Hello"))
        path, body = target("openai_chat", stream=False)
        waiting: HTTPConnection = connect(fake)
        waiting.request("POST", path, json.dumps(body), headers(fake))
        while not fake.requests:  # the stalled request must take the first item of the script
            threading.Event().wait(0.001)

        assert 200 == ask(fake)[0]
        fake.release()
        assert 200 == waiting.getresponse().status

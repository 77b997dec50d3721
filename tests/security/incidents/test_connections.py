"""Incidents of HTTP stacks: messages that two readers see differently, and answers without an end or a bound."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from llmkit.errors import LLMKitError, ProtocolError
from llmkit.testing import Answer, FakeProvider, Fault
from tests.faces import FACES, ask, client_of
from tests.security.incidents.places import DIALECT, MODEL, OK, kit_of

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n"
AMBIGUOUS = {
    "cve_2025_43859_h11_no_line_end_after_a_chunk": CHUNKED + b"\r\n2\r\n{}XX0\r\n\r\n",
    "cve_2024_52304_aiohttp_line_feed_in_an_extension": CHUNKED + b"\r\n2;\n\r\n{}\r\n0\r\n\r\n",
    "cve_2025_53643_aiohttp_length_and_chunks": CHUNKED + b"Content-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "cve_2023_37276_aiohttp_two_lengths": HEAD + b"Content-Length: 2\r\nContent-Length: 30\r\n\r\n{}",
    "cve_2024_1135_gunicorn_two_codings": HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "cve_2024_6827_gunicorn_an_unknown_coding": HEAD + b"Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "cve_2026_34520_aiohttp_nul_in_a_header": HEAD + b"X-A: a\x00b\r\nContent-Length: 2\r\n\r\n{}",
    "cve_2026_34525_aiohttp_a_signed_length": HEAD + b"Content-Length: +2\r\n\r\n{}",
    "cve_2023_47627_aiohttp_a_size_with_a_prefix": CHUNKED + b"\r\n0x2\r\n{}\r\n0\r\n\r\n",
    "cve_2020_7658_header_with_a_space": HEAD + b"Content-Length : 2\r\n\r\n{}",
    "a_folded_header": HEAD + b"X-A: a\r\n b\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
}


@pytest.mark.parametrize("incident", AMBIGUOUS)
def test_a_message_that_can_be_read_in_two_ways_is_refused(incident: str) -> None:
    """There a lenient parser saw another end of a message than its neighbour, and a second message hid in the first."""
    with FakeProvider(DIALECT) as fake, kit_of(fake) as kit:
        fake.add(Fault.not_http(AMBIGUOUS[incident]), OK)
        with pytest.raises(LLMKitError):
            kit.complete(MODEL, "Hi")

        assert "ok" == kit.complete(MODEL, "Hi").text, "nothing of it is left for the next answer"


_SIZE = 100 << 20
PACKED = {
    "cve_2025_66471_urllib3_a_bomb": ("gzip", lambda: gzip.compress(bytes(_SIZE), 1)),
    "cve_2025_66418_urllib3_a_chain": ("gzip, gzip, gzip", lambda: gzip.compress(gzip.compress(gzip.compress(b"{}")))),
    "cve_2025_69223_aiohttp_deflate": ("deflate", lambda: zlib.compress(bytes(_SIZE), 1)),
    "cve_2025_6176_brotli": ("br", lambda: b"\x8b\x00\x80{}\x03"),
}


@contextmanager
def peak() -> Iterator[list[int]]:
    """Give a list that at the end of the block has the most memory that it took."""
    most: list[int] = []
    tracemalloc.start()
    try:
        yield most
    finally:
        most.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()


@pytest.mark.parametrize("incident", PACKED)
def test_what_is_packed_is_bounded(incident: str) -> None:
    """There a small answer unpacked to gigabytes, or through any number of layers; here one layer, and so much and no more."""
    coding, body = PACKED[incident]
    with FakeProvider(DIALECT) as fake, kit_of(fake) as kit:
        fake.add(Fault.raw(200, body(), headers={"Content-Encoding": coding}))
        with peak() as most, pytest.raises(LLMKitError):
            kit.complete(MODEL, "Hi")

        assert most[0] < 64 << 20
        assert "br" not in fake.requests[0].headers.get("accept-encoding", "").replace(",", " ").split()


@pytest.mark.parametrize("head", [b"X-%d: a\r\n" * 1, b"X-A: " + b"a" * 4_000_000 + b"\r\n"], ids=["many", "long"])
def test_cve_2026_22815_aiohttp_headers_are_bounded(head: bytes) -> None:
    """There headers without an end filled the memory."""
    lines = b"".join(b"X-%d: a\r\n" % number for number in range(20_000)) if b"%d" in head else head
    with FakeProvider(DIALECT) as fake, kit_of(fake) as kit:
        fake.add(Fault.not_http(HEAD + lines + b"Content-Length: 2\r\n\r\n{}"))

        with pytest.raises(ProtocolError):
            kit.complete(MODEL, "Hi")


DEEP = {
    "cve_2024_27454_orjson": b'{"choices": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "cve_2025_67221_orjson": b'{"id": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}",
}


@pytest.mark.parametrize("incident", DEEP)
def test_json_that_is_nested_without_end_is_a_typed_error(incident: str) -> None:
    """There the parser called itself until the process died."""
    with FakeProvider(DIALECT) as fake, kit_of(fake) as kit:
        fake.add(Fault.raw(200, DEEP[incident]))

        with pytest.raises(LLMKitError):
            kit.complete(MODEL, "Hi")


@pytest.mark.parametrize("name", ["model", "user", "metadata"])
def test_cve_2019_9740_urllib_no_line_end_of_a_caller_reaches_a_head(name: str) -> None:
    """There a line end in an address or a header began a header, or a request, of the attacker's."""
    word = "x\r\nX-Injected: 1\r\n\r\nGET /admin HTTP/1.1"
    with FakeProvider("gemini") as fake, kit_of(fake) as kit:
        fake.always(OK)
        model = f"google/{word}" if name == "model" else "google/gemini-2.5-flash"
        options = {} if name == "model" else {"extra_headers": {"X-Own": word}} if name == "user" else {"user": word}
        with suppress(LLMKitError, TypeError):
            kit.complete(model, "Hi", **options)

        assert [] == [each for each in fake.requests if "x-injected" in each.headers or each.path.startswith("/admin")]


def test_no_cookie_is_kept() -> None:
    """There what one host set was sent to another; here nothing a server sets comes back to anybody."""
    with FakeProvider(DIALECT) as fake, kit_of(fake) as kit:
        fake.add(Fault.raw(500, b"{}", headers={"Set-Cookie": "session=canary; Domain=127.0.0.1"}), OK)
        with pytest.raises(LLMKitError):
            kit.complete(MODEL, "Hi")
        kit.complete(MODEL, "Hi")

        assert "cookie" not in fake.requests[1].headers


@pytest.mark.parametrize("face", FACES)
def test_litellm_invents_no_end_where_an_answer_breaks_off(face: str) -> None:
    """There a stream that just ended, an HTML page and an empty body were answers with `finish_reason="stop"` (measured 2026-11-22)."""
    faults = (Fault.cut(clean=True), Fault.html(200), Fault.empty(), Fault.error_in_200(), Fault.corrupt_gzip())
    with FakeProvider(DIALECT) as fake:
        for fault in faults if "stream" in face else faults[1:]:
            fake.add(fault)
            with pytest.raises(LLMKitError):
                ask(face, client_of(fake, retries=0), MODEL, "Hi")


def test_openai_python_3201_and_agno_8880_calls_of_tools_are_not_mixed() -> None:
    """There pieces of two calls came together under one, where a server numbered them in its own way."""
    calls = [("call_1", "look", {"at": "left"}), ("call_2", "look", {"at": "right"}), ("call_3", "turn", {"to": "wall"})]
    with FakeProvider(DIALECT) as fake:
        fake.always(Answer(tool_calls=calls))
        found = [ask(face, client_of(fake), MODEL, "Hi").tool_calls for face in FACES]

    assert [[(call.id, call.name, call.arguments) for call in each] for each in found] == [calls] * 4

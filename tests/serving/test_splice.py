"""Byte-preserving edits of a JSON body, and when a client's own bytes may be sent on."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.dialects import dialect
from llmkit.errors import InvalidRequest
from llmkit.serving import codec
from llmkit.serving.pass_through import pass_through
from llmkit.serving.splice import LARGEST_BODY, REMOVE, splice
from llmkit.types.parts import Provenance
from tests.strategies import json_objects, json_values, words

EDITS = st.dictionaries(words, json_values | st.just(REMOVE), max_size=3)


def spelled(body: dict[str, Any], spaces: int, ascii_only: bool) -> bytes:
    return json.dumps(body, indent=spaces or None, ensure_ascii=ascii_only).encode()


@settings(max_examples=50, deadline=None)
@given(json_objects, EDITS, st.integers(0, 2), st.booleans(), st.randoms())
def test_a_splice_is_the_edit_of_the_value(body: dict[str, Any], edits: dict[str, Any], spaces: int, ascii_only: bool, dice: Any) -> None:
    """Every way to spell the same value must be edited alike, names with escapes too."""
    for name in dice.sample(sorted(body), min(len(body), 2)):
        edits = {**edits, name: dice.choice([REMOVE, 7, {"a": [None]}])}
    expected = {name: value for name, value in {**body, **edits}.items() if value is not REMOVE}

    found = json.loads(splice(spelled(body, spaces, ascii_only), edits))

    assert expected == found
    assert [name for name in body if name in expected] == [name for name in found if name in body]


@settings(max_examples=25, deadline=None)
@given(json_objects, st.integers(0, 2), st.booleans())
def test_without_edits_every_byte_stays(body: dict[str, Any], spaces: int, ascii_only: bool) -> None:
    data = b" \r\n" + spelled(body, spaces, ascii_only) + b"\n"

    assert data == splice(data, {})


KEPT: list[tuple[bytes, dict[str, Any], bytes]] = [
    (b'{ "a" : 1.0 , "b":[1,\t2] }', {"a": "x"}, b'{ "a" : "x" , "b":[1,\t2] }'),
    (b'{"a":1,"b":2,"c":3}', {"b": REMOVE}, b'{"a":1,"c":3}'),
    (b'{"a":1, "b":2 ,"c":3 }', {"c": REMOVE}, b'{"a":1, "b":2 }'),
    (b'{"a":1, "b":2}', {"a": REMOVE}, b'{"b":2}'),
    (b'{"a":1,"b":2}', {"a": REMOVE, "b": REMOVE}, b"{}"),
    (b'{"a":1,"b":2}', {"a": REMOVE, "b": REMOVE, "c": 1}, b'{"c":1}'),
    (b"{}", {"a": 1, "b": None}, b'{"a":1,"b":null}'),
    (b"{ }\n", {"a": 1}, b'{"a":1 }\n'),
    (b'{"a":1E2,"b":0.10,"n":9007199254740993}', {"c": 1}, b'{"a":1E2,"b":0.10,"n":9007199254740993,"c":1}'),
    (b'{"mo\\u0064el":"x","s":"\\ud83d\\ude00 } , \\" {"}', {"model": "y"}, b'{"mo\\u0064el":"y","s":"\\ud83d\\ude00 } , \\" {"}'),
]


@pytest.mark.parametrize(("body", "edits", "expected"), KEPT, ids=range(len(KEPT)))
def test_all_other_bytes_stay(body: bytes, edits: dict[str, Any], expected: bytes) -> None:
    assert expected == splice(body, edits)


MALFORMED = [
    b"",
    b"[]",
    b'"a"',
    b'{"a":1',
    b'{"a":1}}',
    b'{"a":1,}',
    b'{"a" 1}',
    b'{"a":NaN}',
    b'{"a":01}',
    b'{"a":"\x01"}',
    b'{"a":"\xff"}',
    b"{'a':1}",
    b'{"a":1,"a":2}',
    b'{"a":1,"\\u0061":2}',
    b'{"m":[{"role":"user","role":"system"}]}',
    b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
]


@pytest.mark.parametrize("body", MALFORMED, ids=lambda body: repr(body[:30]))
def test_what_two_readers_could_read_in_two_ways_is_refused(body: bytes) -> None:
    """A name that stands twice could show a guard one request and the provider another."""
    with pytest.raises(InvalidRequest):
        splice(body, {"model": "x"})


def test_a_body_beyond_all_sense_is_refused_unread() -> None:
    class Huge(bytes):
        def __len__(self) -> int:
            return LARGEST_BODY + 1

    with pytest.raises(InvalidRequest, match="bytes"):
        splice(Huge(b"{}"), {})


SENT: list[tuple[str, bytes]] = [
    (
        "openai_chat",
        b'{ "model":"ours", "messages":[{"role":"user","content":"Hi","name":null}],"temperature": 0.50, "stream":true,'
        b' "future_field":{"a":[1.50,null]}}',
    ),
    (
        "anthropic",
        b'{"model":"ours","messages" : [{"role":"user","content":[{"type":"text","text":"H\\u0069"}]}], "max_tokens":10,"stream":true,'
        b' "mcp_servers": []}',
    ),
    ("gemini", b'{"contents":[{"role":"user","parts":[{"text":"H\\u0069"}]}],"labels":{"a_b":null} }'),
]


@pytest.mark.parametrize(("name", "body"), SENT, ids=[name for name, _ in SENT])
def test_a_request_of_the_same_dialect_keeps_its_bytes(name: str, body: bytes) -> None:
    """Only what the gateway owns changes: the model's name upstream, and whether it wants the usage in a stream."""
    encoded = encoded_again(name, body)

    sent = pass_through(body, encoded)

    assert sent is not None
    owned = {key: encoded[key] for key in ("model", "stream", "stream_options") if key in encoded}
    assert splice(body, owned) == sent
    assert {**json.loads(body), **owned} == json.loads(sent)


def test_a_request_that_had_to_be_edited_is_sent_as_encoded() -> None:
    """A clamped setting, a dropped field, an added limit: the client's bytes would not be what was decided."""
    name, body = SENT[1]
    encoded = encoded_again(name, body)

    assert None is pass_through(body, {**encoded, "max_tokens": 9})
    assert None is pass_through(body, {**encoded, "temperature": 1})
    assert None is pass_through(body, {key: value for key, value in encoded.items() if key != "mcp_servers"})
    assert None is pass_through(b'{"n":true}', {"n": 1})
    with pytest.raises(InvalidRequest):
        pass_through(b'{"n":1,"n":1}', {"n": 1})


def encoded_again(name: str, body: bytes) -> dict[str, Any]:
    parsed = json.loads(body)
    request = codec(name).parse_request(parsed, path="/v1beta/models/ours:generateContent")
    wire, target = dialect(name), Provenance(provider="p", dialect=name)
    encoded = wire.encode(request, model="theirs", target=target, profile=wire.PROFILE, stream=codec(name).streams(parsed))
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(encoded.body))
    return found

"""Amazon's rows through the public client: signatures that botocore confirms, keys renewed once, streams unwrapped."""

from __future__ import annotations

import datetime
import json
from base64 import b64encode
from pathlib import Path
from typing import Any
from unittest import mock

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from llmkit import CompletionResponse, LLMKit
from llmkit.errors import AuthenticationError, ConfigurationError, MissingKey, RateLimited, StreamInterrupted
from llmkit.testing import Answer, FakeProvider, Fault
from llmkit.testing.aws_eventstream import exception, frame
from llmkit.testing.received import Received
from tests.auth.aws_cases import SECRET, Sent, Table, write
from tests.faces import FACES, ask

MODEL = "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0"
STREAMS = ("sync stream", "async stream")


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No AWS files, variables or machine of the developer's."""
    import os

    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def client(fake: FakeProvider, name: str = "bedrock", **settings: str) -> dict[str, Any]:
    return {"base_urls": {name: fake.origin}, "settings": {name: {"region": "us-east-1", **settings}}, "retries": 0}


def signed_by_botocore(request: Received, key_id: str, token: str | None, service: str) -> str:
    """Return the signature that botocore puts on the request as it arrived."""
    moment = datetime.datetime.strptime(request.headers["x-amz-date"], "%Y%m%dT%H%M%SZ")
    headers = {"Content-Type": request.headers["content-type"]}
    url = f"http://{request.headers['host']}{request.target}"
    there = AWSRequest(method=request.method, url=url, data=request.body, headers=headers)
    auth = botocore.auth.SigV4Auth(Credentials(key_id, SECRET, token), service, "us-east-1")
    with mock.patch.object(botocore.auth, "get_current_datetime", lambda: moment):
        auth.add_auth(there)
    return str(there.headers["Authorization"])


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("token", [None, "session/token=="])
def test_the_signature_on_the_wire_is_botocores(face: str, token: str | None) -> None:
    """What was signed is what arrived: path, host and body as the transport wrote them."""
    keys = {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": SECRET, **({"session_token": token} if token else {})}
    with FakeProvider("bedrock_converse") as fake:
        fake.add(Answer(text="Grüße"))
        reply = ask(face, client(fake, **keys), MODEL, "Grüße?")

    (request,) = fake.requests
    assert "Grüße" == reply.text
    assert signed_by_botocore(request, "AKIAIOSFODNN7EXAMPLE", token, "bedrock") == request.headers["authorization"]


def _expired(request: Received) -> Any:
    body = json.dumps({"message": "The security token included in the request is expired"}).encode()
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": "ExpiredTokenException:http://internal.amazon.com/"}
    return Fault.raw(403, body, headers=headers)


@pytest.mark.parametrize("face", FACES)
def test_expired_session_keys_are_read_again_once(face: str, tmp_path: Path) -> None:
    """The user's tools rewrite the file; a client that runs on must not need a restart."""
    file = "[default]\naws_access_key_id = {}\naws_secret_access_key = " + SECRET + "\naws_session_token = T\n"
    write(tmp_path, "credentials", file.format("ASIAOLD0000000000000"))

    def renewed(request: Received) -> Any:
        write(tmp_path, "credentials", file.format("ASIANEW0000000000000"))
        return _expired(request)

    with FakeProvider("bedrock_converse") as fake:
        fake.add(renewed, Answer(text="ok"))
        reply = ask(face, client(fake), MODEL, "hi")

    assert "ok" == reply.text
    assert ["ASIAOLD0000000000000", "ASIANEW0000000000000"] == [
        request.headers["authorization"].partition("Credential=")[2].partition("/")[0] for request in fake.requests
    ]


def test_keys_that_stay_expired_are_an_error_after_one_more_try(tmp_path: Path) -> None:
    write(tmp_path, "credentials", f"[default]\naws_access_key_id = ASIAOLD0000000000000\naws_secret_access_key = {SECRET}\n")
    with FakeProvider("bedrock_converse") as fake:
        fake.always(_expired)
        with pytest.raises(AuthenticationError):
            ask("sync", client(fake), MODEL, "hi")

    assert 2 == len(fake.requests)


def test_the_profiles_region_is_used_where_no_other_is_given(tmp_path: Path) -> None:
    write(
        tmp_path,
        "credentials",
        f"[work]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = {SECRET}\nregion = ap-south-1\n",
    )
    with FakeProvider("bedrock_converse") as fake:
        fake.add(Answer(text="ok"))
        ask("sync", {"base_urls": {"bedrock": fake.origin}, "settings": {"bedrock": {"profile": "work"}}}, MODEL, "hi")

    assert "/ap-south-1/bedrock/aws4_request" in fake.requests[0].headers["authorization"]


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({}, ConfigurationError, "needs its region"),
        ({"region": "us-east-1"}, MissingKey, "AWS_ACCESS_KEY_ID"),
        ({"region": "evil.com/"}, ConfigurationError, "is no region"),
    ],
)
def test_what_lacks_is_named_before_anything_is_sent(settings: dict[str, str], kind: type[Exception], words: str) -> None:
    with LLMKit(settings={"bedrock": settings}) as kit, pytest.raises(kind, match=words):
        kit.complete(MODEL, "hi")


@pytest.mark.parametrize(
    ("provider", "region", "address"),
    [
        ("bedrock", "eu-central-1", "https://bedrock-runtime.eu-central-1.amazonaws.com"),
        ("bedrock-mantle", "us-gov-west-1", "https://bedrock-mantle.us-gov-west-1.api.aws"),
        ("sagemaker", "us-east-1", "https://runtime.sagemaker.us-east-1.amazonaws.com"),
    ],
)
def test_the_region_is_part_of_the_address(provider: str, region: str, address: str) -> None:
    keys = {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": SECRET}
    with LLMKit(settings={provider: {"region": region, **keys}}) as kit:
        endpoint = kit._core.endpoints.plan(f"{provider}/some-model").endpoint

    assert address == str(endpoint.origin)


CHUNKS: list[dict[str, Any]] = [
    {"type": "message_start", "message": {"id": "m", "role": "assistant", "model": "claude", "content": [], "usage": {"input_tokens": 3}}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Grü"}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "ße"}},
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 2}},
    {"type": "message_stop"},
]


def chunk(said: dict[str, Any]) -> bytes:
    """Return an event of InvokeModelWithResponseStream."""
    headers = {":event-type": "chunk", ":content-type": "application/json", ":message-type": "event"}
    return frame(headers, json.dumps({"bytes": b64encode(json.dumps(said).encode()).decode(), "p": "abc"}).encode())


def part(data: bytes) -> bytes:
    """Return an event of InvokeEndpointWithResponseStream."""
    return frame({":event-type": "PayloadPart", ":content-type": "application/octet-stream", ":message-type": "event"}, data)


INVOKE = "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-opus-4-8/invoke-with-response-stream"
CLAUDE = {"keys": {"bedrock": "k"}, "settings": {"bedrock": {"region": "us-east-1"}}, "retries": 0}


def ask_claude(face: str, *pieces: bytes) -> tuple[CompletionResponse, Sent]:
    table = Table({f"POST {INVOKE}": list(pieces)})
    reply = ask(face, {**CLAUDE, "transport": table}, "bedrock/anthropic.claude-opus-4-8", "hi", dialect="anthropic", max_tokens=9)
    return reply, table.sent[0]


@pytest.mark.parametrize("face", STREAMS)
def test_claudes_own_format_comes_out_of_its_wrapping(face: str) -> None:
    reply, sent = ask_claude(face, *map(chunk, CHUNKS))

    body = json.loads(sent.body)
    assert ("Grüße", "stop") == (reply.text, reply.finish.unified)
    assert ("bedrock-2023-05-31", False, False) == (body["anthropic_version"], "model" in body, "stream" in body)
    assert ("Bearer k", False) == (sent.headers["authorization"], "anthropic-version" in sent.headers)


SSE = "".join(
    f"data: {json.dumps({'choices': [{'index': 0, 'delta': {'content': word}, 'finish_reason': end}]}, ensure_ascii=False)}\n\n"
    for word, end in (("Grü", None), ("ße", "stop"))
).encode()


@pytest.mark.parametrize("face", STREAMS)
def test_a_sagemaker_endpoints_stream_comes_out_of_its_wrapping(face: str) -> None:
    """A part holds any piece of the container's stream: it may end inside an event, even inside a character."""
    whole = SSE + b"data: [DONE]\n\n"
    url = "https://runtime.sagemaker.us-east-1.amazonaws.com/endpoints/my-endpoint/invocations-response-stream"
    table = Table({f"POST {url}": [part(whole[at : at + 7]) for at in range(0, len(whole), 7)]})
    keys = {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": SECRET}

    reply = ask(face, {"transport": table, "settings": {"sagemaker": {"region": "us-east-1", **keys}}}, "sagemaker/my-endpoint", "hi")

    assert "Grüße" == reply.text
    assert "/us-east-1/sagemaker/aws4_request" in table.sent[0].headers["authorization"]


@pytest.mark.parametrize("face", STREAMS)
@pytest.mark.parametrize("pieces", [[], CHUNKS[:3]], ids=["at once", "after words"])
def test_an_exception_inside_the_wrapping_is_the_streams_error(face: str, pieces: list[dict[str, Any]]) -> None:
    with pytest.raises(StreamInterrupted if pieces else RateLimited) as caught:
        ask_claude(face, *map(chunk, pieces), exception("throttlingException", "too much"))

    assert isinstance(getattr(caught.value, "cause", None) or caught.value, RateLimited)


@pytest.mark.parametrize(
    "damage", [b"\x00" * 16, frame({":event-type": "chunk"}, b'{"bytes":"?"}'), frame({":event-type": "chunk"}, b"[]"), b""]
)
def test_damage_or_a_cut_of_the_wrapping_is_no_end_of_the_answer(damage: bytes) -> None:
    with pytest.raises(StreamInterrupted):
        ask_claude("sync stream", *map(chunk, CHUNKS[:3]), damage)

"""Each scheme's source, the files that they read, the keys that they sign with, and how long what they fetch is kept."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from llmkit.auth import aws_process
from llmkit.auth.aws import AwsSource
from llmkit.auth.aws_machine import instance_allowed
from llmkit.auth.aws_process import process_keys
from llmkit.auth.credential_file import LONGEST, home, parse_json, read_bytes, read_json, read_secret
from llmkit.auth.header import HeaderCredential
from llmkit.auth.machine import on_machine
from llmkit.auth.refresh import Fetched, Refreshing
from llmkit.auth.rsa import RsaKey, json_web_token
from llmkit.auth.schemes import AwsAuth, AzureAuth, GoogleAuth, HeaderAuth, NoAuth, OAuthAuth, OciAuth
from llmkit.auth.secret import Secret
from llmkit.auth.sigv4 import AwsKeys, SignatureV4
from llmkit.auth.source import Fixed, available, fixed, source, supplied
from llmkit.auth.token_request import Token
from llmkit.auth.tokens import Tokens, in_header
from llmkit.errors import AuthenticationError, ConfigurationError, Timeout
from llmkit.runtime import Blocking, Virtual, run
from llmkit.types.http import HttpRequest, Origin
from tests.auth.asked import MOMENT, SERVER, circumstances_of, effects_of
from tests.auth.aws_cases import write

NOTHING: Any = None
SCHEMES: list[tuple[Any, dict[str, Any], Any]] = [
    (HeaderAuth(name="X-K", prefix="P "), {"secret": Secret("k")}, Fixed),
    (HeaderAuth(), {}, None),
    (NoAuth(), {"secret": Secret("k")}, None),
    (AwsAuth(service="s"), {"settings": {"region": "r"}}, AwsSource),
    (GoogleAuth(), {}, Tokens),
    (AzureAuth(), {}, Tokens),
    (OAuthAuth(token_url="t.example"), {"settings": {"client_id": "c"}, "secrets": {"client_secret": Secret("s")}}, Tokens),
    (OciAuth(), {"secret": Secret("k")}, Fixed),
]


@pytest.mark.parametrize(
    ("scheme", "fields", "kind"), SCHEMES, ids=[f"{type(case[0]).__name__}-{place}" for place, case in enumerate(SCHEMES)]
)
def test_each_scheme_has_its_source(scheme: Any, fields: dict[str, Any], kind: Any, tmp_path: Path) -> None:
    found = source(scheme, circumstances_of(tmp_path, **fields))

    assert (kind or type(None)) is type(found)


KEYED = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s"}
AVAILABLE: list[tuple[Any, dict[str, Any], bool]] = [
    (NoAuth(), {}, True),
    (HeaderAuth(), {}, False),
    (HeaderAuth(), {"secret": Secret("k")}, True),
    (AwsAuth(service="s"), {}, False),
    (AwsAuth(service="s"), {"environment": KEYED}, True),
    (GoogleAuth(), {}, False),
    (GoogleAuth(), {"environment": {"GOOGLE_APPLICATION_CREDENTIALS": "/x"}}, True),
    (AzureAuth(), {}, False),
    (AzureAuth(), {"environment": {"IDENTITY_ENDPOINT": "x"}}, True),
    (OAuthAuth(token_url="x"), {}, False),
    (OAuthAuth(token_url="x"), {"settings": {"client_id": "c"}, "secrets": {"client_secret": Secret("s")}}, True),
    (OAuthAuth(token_url="x", style="key"), {"settings": {"client_id": "c"}, "secrets": {"client_secret": Secret("s")}}, False),
    (OciAuth(), {}, False),
    (OciAuth(), {"settings": {"config_file": __file__}}, True),
]


@pytest.mark.parametrize(("scheme", "fields", "there"), AVAILABLE)
def test_what_is_there_is_told_by_each_schemes_own_places(scheme: Any, fields: dict[str, Any], there: bool, tmp_path: Path) -> None:
    assert there == available(scheme, circumstances_of(tmp_path, **fields))


def test_a_scheme_that_is_unknown_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^int") as caught:
        source(5, circumstances_of(tmp_path))  # type: ignore[arg-type] - what is under test
    assert "auth" == caught.value.parameter


def test_only_aws_takes_a_setting_from_its_files(tmp_path: Path) -> None:
    write(tmp_path, "config", "[default]\nregion = eu-west-1\n[profile b]\nregion = eu-west-2\n")
    environment = {"HOME": str(tmp_path)}

    assert {"region": "eu-west-1"} == supplied(AwsAuth(service="s"), {}, environment)
    assert {"region": "eu-west-2"} == supplied(AwsAuth(service="s"), {"profile": "b"}, environment)
    assert {} == supplied(OciAuth(), {}, environment)


def test_a_fixed_key_is_that_of_its_header_and_stays(tmp_path: Path) -> None:
    given = circumstances_of(tmp_path, secret=Secret("k"))
    found = fixed(HeaderAuth(name="X-K", prefix="P "), given)

    assert found is not None
    credential = run(found.credential(NOTHING))
    assert (("X-K", "P k"),) == credential.headers(NOTHING)
    assert (given.origin, Secret("k").fingerprint(), False) == (credential.origin, found.account, found.forget(credential))
    assert ["k"] == [secret.reveal() for secret in found.secrets()]
    assert f"HeaderCredential(X-K, {given.origin})" == repr(credential)


def test_a_header_is_a_bearers_unless_it_is_said() -> None:
    more = (("X-A", "b"),)

    assert (("Authorization", "Bearer k"), *more) == HeaderCredential(Secret("k"), origin=SERVER, more=more).headers(NOTHING)
    assert (("Authorization", "Bearer k"),) == in_header(Secret("k"), SERVER).held.headers(NOTHING)
    assert SERVER.replace(machine=True) == on_machine((SERVER, "/x"))[0]
    assert "/x" == on_machine((SERVER, "/x"))[1]


def test_tokens_know_what_they_were_fetched_with() -> None:
    async def fetch(effects: Any) -> Token:
        assert effects.deadline is not None
        return Token(secret=Secret("first"), lifetime=100.0)

    clock, more = Virtual(), (("X-A", "b"),)
    tokens = Tokens(fetch, origin=SERVER, identity="a b", known=iter([Secret("proof")]), more=lambda: more)
    before = [secret.reveal() for secret in tokens.secrets()]
    first = run(tokens.credential(effects_of(NOTHING, clock)))

    assert (Secret(quote("a b")).fingerprint(), ["proof"]) == (tokens.account, before)
    assert ["proof", "first"] == [secret.reveal() for secret in tokens.secrets()]
    assert (SERVER, (("Authorization", "Bearer first"), *more)) == (first.origin, first.headers(NOTHING))
    clock.advance(74)
    assert first is run(tokens.credential(effects_of(NOTHING, clock)))
    clock.advance(1)
    second = run(tokens.credential(effects_of(NOTHING, clock)))
    assert (False, True) == (first is second, tokens.forget(second))
    assert not tokens.forget(SignatureV4(AwsKeys(key_id="a", secret=Secret("s")), origin=SERVER, region="r", service="s"))
    assert "" == Tokens(fetch, origin=SERVER).account


@pytest.mark.parametrize(
    ("environment", "path"),
    [({"HOME": "/a", "USERPROFILE": "/b"}, Path("/a")), ({"HOME": "", "USERPROFILE": "/b"}, Path("/b")), ({}, None)],
)
def test_home_is_where_the_environment_says(environment: dict[str, str], path: Path | None) -> None:
    assert (path or Path.home()) == home(environment)


def test_a_file_is_read_up_to_a_megabyte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a secret could be in is never larger, and a pipe has no end."""
    file = tmp_path / "file"
    file.write_bytes(b"a" * LONGEST)

    assert (1_048_576, LONGEST) == (LONGEST, len(read_bytes(file, "thing")))
    file.write_bytes(b"a" * (LONGEST + 1))
    with pytest.raises(ConfigurationError, match=f"thing {file}.*longer than {LONGEST} bytes") as caught:
        read_bytes(file, "thing")
    assert "settings" == caught.value.parameter
    with pytest.raises(ConfigurationError, match=r"thing .*/nowhere cannot be read: No such file") as lost:
        read_bytes(tmp_path / "nowhere", "thing")
    assert "settings" == lost.value.parameter
    monkeypatch.setenv("HOME", str(tmp_path))
    file.write_bytes(b" a\n")
    assert "a" == read_secret(Path("~/file"), "thing").reveal()
    file.write_bytes(b"a\xff")
    with pytest.raises(ConfigurationError) as bad:
        read_secret(file, "thing")
    assert "thing" == bad.value.parameter


@pytest.mark.parametrize(("data", "words"), [(b"no", "not JSON"), (b"\xff", "not JSON"), (b'"SECRETWORD"', "`int`")])
def test_what_is_wrong_in_a_file_is_said_without_what_is_in_it(data: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(data)
    with pytest.raises(ConfigurationError, match=f"The thing is not usable.*{words}") as caught:
        parse_json(data, "thing", int)
    with pytest.raises(ConfigurationError, match=f"The thing {tmp_path}/f is not usable"):
        read_json(tmp_path / "f", "thing", int)

    assert ("settings", False) == (caught.value.parameter, "SECRETWORD" in str(caught.value))
    assert 5 == parse_json(b"5", "thing", int)
    with pytest.raises(ConfigurationError, match="not JSON"):
        parse_json(b"[" * 5000, "thing", list)


def test_what_is_no_rsa_key_is_said(pem: str, private_key: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, kind = serialization.NoEncryption(), serialization.PrivateFormat.PKCS8
    curve = ec.generate_private_key(ec.SECP256R1()).private_bytes(serialization.Encoding.PEM, kind, plain)
    locked = private_key.private_bytes(serialization.Encoding.PEM, kind, serialization.BestAvailableEncryption(b"right"))
    for data, phrase, words in [
        (b"no key", None, "it is no PEM key"),
        (b"no key", b"x", "passphrase is missing or wrong"),
        (locked, None, "passphrase is missing or wrong"),
        (locked, b"wrong", "passphrase is missing or wrong"),
        (curve, None, "it is no RSA key"),
    ]:
        with pytest.raises(ConfigurationError, match=words) as caught:
            RsaKey(data, extra="x", passphrase=phrase)
        assert "auth" == caught.value.parameter
    assert "RsaKey(****)" == repr(RsaKey(locked, extra="x", passphrase=b"right"))
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.serialization", None)
    with pytest.raises(ConfigurationError, match=r"package cryptography.*pip install 'llmkit\[x\]'") as lost:
        RsaKey(pem.encode(), extra="llmkit[x]")
    assert "auth" == lost.value.parameter


def test_a_web_tokens_header_can_be_added_to(pem: str) -> None:
    head, claims, _ = json_web_token(RsaKey(pem.encode(), extra="x"), {"kid": "?>"}, {"a": "??>"}).reveal().split(".")

    assert {"alg": "RS256", "typ": "JWT", "kid": "?>"} == json.loads(base64.urlsafe_b64decode(head + "=="))
    assert {"a": "??>"} == json.loads(base64.urlsafe_b64decode(claims + "=="))
    with pytest.raises(ConfigurationError) as caught:
        json_web_token(RsaKey(pem.encode(), extra="x"), {}, {"a": "b" * 9000})
    assert "signed assertion" == caught.value.parameter


def test_the_longest_key_and_the_rarest_letters_are_keys() -> None:
    assert 8192 == len(Secret("!~" * 4096).reveal())
    for value, parameter in (("a" * 8193, "key"), ("a b", "key"), ("\x7f", "key"), (5, "key")):
        with pytest.raises(ConfigurationError) as caught:
            Secret(value)  # type: ignore[arg-type] - what is under test
        assert parameter == caught.value.parameter
    with pytest.raises(ConfigurationError, match="not int"):
        Secret(5)  # type: ignore[arg-type] - what is under test


def test_secrets_are_equal_by_their_text_and_stay_one() -> None:
    one = Secret("a")

    assert (True, False, False) == (one == Secret("a"), one == Secret("b"), one == "a")
    assert ("Secret(****)",) * 3 == (repr(one), str(one), f"{one:>40}")
    assert ["fingerprint", "reveal", "scrub"] == dir(one)
    assert one.fingerprint() == Secret("a").fingerprint() != Secret("A").fingerprint()
    with pytest.raises(TypeError):
        hash(one)


@pytest.mark.parametrize(("value", "allowed"), [(None, True), ("", True), ("false", True), ("true", False), ("TRUE", False)])
def test_an_instance_may_be_asked_unless_it_is_switched_off(value: str | None, allowed: bool) -> None:
    assert allowed == instance_allowed({} if value is None else {"AWS_EC2_METADATA_DISABLED": value})


JSON_KEYS = json.dumps({"AccessKeyId": "A", "SecretAccessKey": "s"})


def test_a_program_prints_keys_or_fails_without_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """It gets no terminal to ask on, and a minute."""
    calls: list[dict[str, Any]] = []
    ran: list[Any] = []

    def play(words: Any, **fields: Any) -> Any:
        ran.append(words)
        calls.append(fields)
        code = int(words[-1])
        if code:
            raise subprocess.CalledProcessError(code, words, b"SECRETWORD")
        return subprocess.CompletedProcess(words, 0, JSON_KEYS.encode() + b" " * 300_000, b"")

    monkeypatch.setattr(aws_process.subprocess, "run", play)
    effects = effects_of(NOTHING, Blocking())

    effects = type(effects)(runtime=Blocking(), transport=NOTHING, timeouts=effects.timeouts, deadline=None)
    assert "A" == run(process_keys("a 'b c' 0", effects, time.time)).credential.key_id
    with pytest.raises(AuthenticationError) as caught:
        run(process_keys("a 1", effects, time.time))
    with pytest.raises(AuthenticationError):
        run(process_keys("a 'unclosed", effects, time.time))

    assert "SECRETWORD" not in f"{caught.value} {caught.value.__cause__} {caught.value.__context__}"
    assert [["a", "b c", "0"], ["a", "1"]] == ran
    wanted = {"capture_output": True, "timeout": 60.0, "check": True, "stdin": subprocess.DEVNULL}
    assert [wanted, wanted] == calls


def test_a_program_takes_no_longer_than_its_caller_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """The call's time is over, whatever the program does."""
    gate, ended = threading.Event(), threading.Event()

    def play(*_: Any, **__: Any) -> Any:
        gate.wait(5)
        ended.set()
        raise OSError

    monkeypatch.setattr(aws_process.subprocess, "run", play)
    runtime = Blocking()
    effects = effects_of(NOTHING, runtime)
    late = type(effects)(runtime=runtime, transport=NOTHING, timeouts=effects.timeouts, deadline=runtime.now() + 0.01)

    with pytest.raises(Timeout) as caught:
        run(process_keys("a", late, time.time))
    gate.set()
    assert ("total", True) == (caught.value.phase, ended.wait(5))


@pytest.mark.parametrize(
    ("lifetime", "passed", "fetches"), [(16, 0, 1), (16, 11, 1), (16, 12, 2), (1200, 899, 1), (1200, 900, 2), (1201, 901, 2)]
)
def test_a_renewal_comes_before_the_end(lifetime: float, passed: float, fetches: int) -> None:
    count = []

    async def fetch(effects: Any) -> Fetched[str]:
        count.append(1)
        return Fetched(credential=f"c{len(count)}", lifetime=lifetime)

    clock, keeper = Virtual(), Refreshing(fetch)
    assert keeper.held is None
    run(keeper.get(effects_of(NOTHING, clock)))
    clock.advance(passed)

    assert f"c{fetches}" == run(keeper.get(effects_of(NOTHING, clock))) == keeper.held


@pytest.mark.parametrize(("passed", "kept"), [(84, True), (85, False), (86, False)])
def test_an_old_one_helps_until_fifteen_seconds_before_its_end(passed: float, kept: bool) -> None:
    """Closer to it, a credential could expire on its way: then the failure is told."""
    answers: list[Any] = [Fetched(credential="old", lifetime=100.0)]

    async def fetch(effects: Any) -> Any:
        if not answers:
            raise AuthenticationError("no", status=401)
        return answers.pop()

    clock, keeper = Virtual(), Refreshing(fetch)
    run(keeper.get(effects_of(NOTHING, clock)))
    clock.advance(passed)

    if kept:
        assert "old" == run(keeper.get(effects_of(NOTHING, clock)))
    else:
        with pytest.raises(AuthenticationError):
            run(keeper.get(effects_of(NOTHING, clock)))


def test_a_fork_does_not_wait_for_a_thread_that_it_does_not_have(monkeypatch: pytest.MonkeyPatch) -> None:
    """The flight is copied into the child, whose end never comes there."""
    clock = Virtual()
    count: list[int] = []

    async def fetch(effects: Any) -> Fetched[str]:
        count.append(1)
        if len(count) == 1:
            monkeypatch.setattr(os, "getpid", lambda: -1)
            return Fetched(credential=await keeper.get(effects_of(NOTHING, clock)))
        return Fetched(credential="child")

    keeper = Refreshing(fetch)

    assert ("child", 2) == (run(keeper.get(effects_of(NOTHING, clock))), len(count))


def test_a_request_is_signed_over_all_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names in the signature are those of the request, and the day is the clock's, not the machine's."""
    monkeypatch.setattr(time, "time", lambda: MOMENT)
    keys = AwsKeys(key_id="AKIA", secret=Secret("s"))
    origin = Origin(scheme="https", host="a.example", port=443)
    signer = SignatureV4(keys, origin=origin, region="r", service="v", clock=lambda: MOMENT)
    later = SignatureV4(keys, origin=origin, region="r", service="v", clock=lambda: MOMENT + 86_400)
    request = HttpRequest(
        method="get", origin=origin, path="/a//b/../c d/?z=1&a=2&a=1", headers=(("content-type", " a  b "), ("X-Other", "c"))
    )

    first, second = dict(signer.headers(request)), dict(later.headers(request))

    assert ("20270115T080000Z", "20270116T080000Z") == (first["X-Amz-Date"], second["X-Amz-Date"])
    head = "AWS4-HMAC-SHA256 Credential=AKIA/20270115/r/v/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature="
    assert first["Authorization"].startswith(head)
    same = request.__class__(method="GET", origin=origin, path="/a/c d/?a=1&a=2&z=1", headers=(("Content-Type", "a b"),))
    assert first == dict(signer.headers(same))
    assert f"SignatureV4(v, r, {origin})" == repr(signer)

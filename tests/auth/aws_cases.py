"""What the tests of AWS's credential chain share: a transport that answers from a table, and circumstances."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from llmkit.auth.aws import AwsSource, aws_source
from llmkit.auth.schemes import AwsAuth
from llmkit.auth.secret import Secret
from llmkit.auth.sigv4 import SignatureV4
from llmkit.auth.source import Circumstances, Effects
from llmkit.errors import ConnectionFailed
from llmkit.runtime import Virtual, run
from llmkit.transport import parse_url
from llmkit.transport.policy import Policy
from llmkit.types.http import Headers, HttpRequest, HttpResponse, Origin, Timeouts

HOST = Origin(scheme="https", host="bedrock-runtime.us-east-1.amazonaws.com", port=443)
MOMENT = 1_800_000_000.0
"""2027-01-15T08:00:00Z: what the clock says."""
IN_AN_HOUR = "2027-01-15T09:00:00Z"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"


class Sent:
    """A request as it went out: its credential applied."""

    def __init__(self, request: HttpRequest) -> None:
        credential = request.credential
        if credential is not None:
            assert credential.origin == request.origin
        self.request = request
        self.url = f"{request.origin}{request.path}"
        self.headers = {name.lower(): value for name, value in (*request.headers, *(credential.headers(request) if credential else ()))}
        self.body = request.body.decode()


class Table:
    """Answers by method and URL; whoever asks elsewhere finds nobody there. Every origin passes the real policy."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = dict(answers)
        self.sent: list[Sent] = []

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        Policy().check_origin(request.origin)
        self.sent.append(Sent(request))
        answer = self.answers.get(f"{request.method} {self.sent[-1].url}")
        if answer is None:
            raise ConnectionFailed(f"nobody at {request.origin}")
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        if isinstance(body, list):
            return HttpResponse(status=status, headers=Headers([("content-type", "application/vnd.amazon.eventstream")]), body=Said(*body))
        return HttpResponse(status=status, headers=Headers(), body=Said(body.encode("utf-8", "surrogateescape")))

    async def aclose(self) -> None:
        pass


class Said:
    """A body that comes in pieces."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = list(pieces)

    async def read(self, deadline: float | None = None, phase: str = "idle") -> bytes:
        return self.pieces.pop(0) if self.pieces else b""

    async def read_all(self, deadline: float | None = None, limit: int = 0) -> bytes:
        data, self.pieces = b"".join(self.pieces), []
        return data

    async def aclose(self) -> None:
        pass


def circumstances(
    home: Path,
    environment: Mapping[str, str] | None = None,
    *,
    secret: str | None = None,
    secrets: Mapping[str, str] | None = None,
    region: str | None = "us-east-1",
    **settings: str,
) -> Circumstances:
    return Circumstances(
        provider="bedrock",
        origin=HOST,
        secret=None if secret is None else Secret(secret),
        settings={**({"region": region} if region else {}), **settings},
        secrets={name: Secret(value) for name, value in (secrets or {}).items()},
        environment={"HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true", **(environment or {})},
        parse_url=parse_url,
        env=("AWS_BEARER_TOKEN_BEDROCK",),
    )


def source_of(given: Circumstances, clock: Callable[[], float] = lambda: MOMENT) -> AwsSource:
    source = aws_source(AwsAuth(service="bedrock"), given, clock)
    assert isinstance(source, AwsSource)
    return source


def signer(source: AwsSource, table: Table, runtime: Virtual | None = None) -> SignatureV4:
    """Return the credential that `source` hands out."""
    effects = Effects(runtime=runtime or Virtual(), transport=table, timeouts=Timeouts(), deadline=None)
    credential = run(source.credential(effects))
    assert isinstance(credential, SignatureV4)
    return credential


def key_id(given: Circumstances, answers: Mapping[str, Any] | None = None) -> str:
    """Return the id of the key that the chain finds."""
    return signer(source_of(given), Table(answers or {})).keys.key_id


def write(home: Path, name: str, text: str) -> None:
    path = home / ".aws" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def xml(key: str, result: str = "AssumeRole") -> str:
    credentials = (
        f"<Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>"
        f"<SessionToken>IQoJ/token==</SessionToken><Expiration>{IN_AN_HOUR}</Expiration></Credentials>"
    )
    return f"<{result}Response><{result}Result>{credentials}</{result}Result></{result}Response>"

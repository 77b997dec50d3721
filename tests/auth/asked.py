"""What the tests of single questions share: a transport that keeps the whole request, and effects whose limits can be told apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from llmkit.auth.source import Circumstances, Effects
from llmkit.runtime import Virtual
from llmkit.transport import parse_url
from llmkit.types.http import Headers, HttpRequest, HttpResponse, Origin, Timeouts

SERVER = Origin(scheme="https", host="tokens.example", port=8443)
LIMITS = Timeouts(connect=1.5, total=77.0)
DEADLINE = 4321.0
MOMENT = 1_800_000_000.0
"""2027-01-15T08:00:00Z."""


class Bytes:
    """A body that notes by which moment and up to how many bytes it was read."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.read_with: list[tuple[float | None, int]] = []

    async def read(self, deadline: float | None = None, phase: str = "idle") -> bytes:
        return await self.read_all(deadline)

    async def read_all(self, deadline: float | None = None, limit: int = 0) -> bytes:
        self.read_with.append((deadline, limit))
        return self.data

    async def aclose(self) -> None:
        pass


class Recorder:
    """Answers in turn, the last one for ever: a status and bytes, an object, or an error to raise."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.requests: list[HttpRequest] = []
        self.bodies: list[Bytes] = []

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, data = answer if isinstance(answer, tuple) else (200, answer)
        self.bodies.append(Bytes(data if isinstance(data, bytes) else json.dumps(data).encode()))
        return HttpResponse(status=status, headers=Headers(), body=self.bodies[-1])

    async def aclose(self) -> None:
        pass

    def sent(self, place: int = -1) -> dict[str, Any]:
        """Return all that went out, and the header with the secret apart."""
        request = self.requests[place]
        credential = request.credential
        assert credential is None or credential.origin == request.origin
        return {
            "method": request.method,
            "url": f"{request.origin}{request.path}",
            "headers": dict(request.headers),
            "body": request.body,
            "proof": {} if credential is None else dict(credential.headers(request)),
            "deadline": request.deadline,
            "timeouts": request.timeouts,
        }


def effects_of(transport: Any, runtime: Any = None) -> Effects:
    return Effects(runtime=runtime or Virtual(), transport=transport, timeouts=LIMITS, deadline=DEADLINE)


def circumstances_of(folder: Path, **fields: Any) -> Circumstances:
    """Return circumstances of the provider `cloud`, whose home is `folder`."""
    environment = {"HOME": str(folder), **fields.pop("environment", {})}
    usual: dict[str, Any] = {"secret": None, "settings": {}, "secrets": {}, "env": ("CLOUD_KEY",), "parse_url": parse_url}
    origin = Origin(scheme="https", host="models.example", port=443)
    return Circumstances(provider="cloud", origin=origin, environment=environment, **(usual | fields))

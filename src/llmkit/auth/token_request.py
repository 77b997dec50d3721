"""Ask a token server: send a form or a question, read a bounded answer, fail with a typed error that shows no secret."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from llmkit.auth.header import HeaderCredential
from llmkit.auth.secret import Secret
from llmkit.auth.source import Effects
from llmkit.errors import (
    AuthenticationError,
    LLMKitError,
    NotFound,
    Overloaded,
    PermissionDenied,
    ProtocolError,
    ProviderError,
    RateLimited,
    ServerError,
)
from llmkit.types.http import HttpRequest, HttpResponse, Origin, Timeouts

LONGEST_ANSWER = 256 * 1024
_KINDS: dict[int, type[ProviderError]] = {403: PermissionDenied, 404: NotFound, 429: RateLimited, 503: Overloaded}
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_ENTRA_CODE = re.compile(r"AADSTS[0-9]{4,7}")
_MILLISECONDS = 1e11  # a moment this large is not in seconds: those reach it in the year 5138


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token and how many seconds it lives; None: the server does not say."""

    secret: Secret
    lifetime: float | None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What goes to a token server: a form, a JSON body, or nothing but the address. Secrets stay secrets until it is sent."""

    address: tuple[Origin, str]
    form: Mapping[str, str | Secret] | None = None
    json: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = {}
    secret_header: tuple[str, str, Secret] | None = None
    """Name, prefix and secret."""
    timeouts: Timeouts | None = None


def basic(user: str | Secret, password: Secret) -> Secret:
    """Return what stands behind `Basic` for these two; both are form-encoded first (RFC 6749, 2.3.1)."""
    pair = f"{quote(_text(user), safe='')}:{quote(_text(password), safe='')}"
    return Secret(base64.b64encode(pair.encode()).decode(), name="basic credential")


async def token(question: Question, effects: Effects) -> Token:
    """Return the token that the server hands out. Raises `AuthenticationError` when it refuses, and what the transport raises."""
    return read_token(await answer(question, effects), question.address[0])


def read_token(found: Mapping[str, Any], origin: Origin) -> Token:
    """Return the token in an answer."""
    text = found.get("access_token") or found.get("accessToken")
    if not isinstance(text, str):
        raise ProtocolError(f"The token server {origin.netloc} answered without a token.")
    return Token(secret=Secret(text, name="access token"), lifetime=_lifetime(found))


async def answer(question: Question, effects: Effects) -> dict[str, Any]:
    """Return the server's answer as JSON."""
    data = await text(question, effects)
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ProtocolError(f"The token server {question.address[0].netloc} did not answer with a JSON object.")
    return found


async def text(question: Question, effects: Effects) -> bytes:
    """Return the server's answer as it came."""
    response = await effects.transport.send(_request(question, effects))
    data = await response.body.read_all(effects.deadline, LONGEST_ANSWER)
    if response.status != 200:
        raise _refused(response, data, question)
    return data


def _request(question: Question, effects: Effects) -> HttpRequest:
    """Return the request. Its body, with the secrets in it, is in no variable while the server is waited for."""
    origin, path = question.address
    body, kind = b"", ""
    if question.form is not None:
        body, kind = urlencode({name: _text(value) for name, value in question.form.items()}).encode(), "application/x-www-form-urlencoded"
    elif question.json is not None:
        body, kind = msgspec.json.encode(question.json), "application/json"
    credential = None
    if question.secret_header is not None:
        name, prefix, secret = question.secret_header
        credential = HeaderCredential(secret, origin=origin, name=name, prefix=prefix)
    headers = {"Accept": "application/json", **({"Content-Type": kind} if kind else {}), **question.headers}
    return HttpRequest(
        method="POST" if kind else "GET",
        origin=origin,
        path=path,
        headers=tuple(headers.items()),
        body=body,
        timeouts=question.timeouts or effects.timeouts,
        credential=credential,
        deadline=effects.deadline,
    )


def _text(value: str | Secret) -> str:
    return value.reveal() if isinstance(value, Secret) else value


def _refused(response: HttpResponse, data: bytes, question: Question) -> LLMKitError:
    """Return the error: of the server's words only short codes are shown, for the rest may hold what was sent."""
    status, host = response.status, question.address[0].netloc
    if 300 <= status < 400:
        return ProtocolError(f"The token server {host} answered with a redirect ({status}), which is never followed.")
    code = _code(data)
    for secret in _secrets(question):
        code = None if code is None else secret.scrub(code)
    kind = _KINDS.get(status) or (ServerError if status >= 500 else AuthenticationError)
    said = f" ({code})" if code else ""
    return kind(f"The token server {host} answered {status}{said}.", status=status, code=code)


def _code(data: bytes) -> str | None:
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    code = found.get("error") or found.get("errorCode")
    if isinstance(code, dict):
        code = code.get("status") or code.get("code")
    entra = _ENTRA_CODE.match(str(found.get("error_description", "")))
    known = str(code) if isinstance(code, str) and _CODE.fullmatch(code) else None
    return f"{known} {entra[0]}" if known and entra else known


def _secrets(question: Question) -> list[Secret]:
    given = [value for value in (question.form or {}).values() if isinstance(value, Secret)]
    return [*given, question.secret_header[2]] if question.secret_header else given


def _lifetime(found: Mapping[str, Any]) -> float | None:
    """Servers say it in seconds, as a moment in seconds or milliseconds, as text, or as a date."""
    seconds = _number(found.get("expires_in"))
    if seconds is not None:
        return max(seconds, 0.0)
    for name in ("expires_on", "expires_at", "expiration"):
        moment = _number(found.get(name))
        if moment is not None:
            return max((moment / 1000 if moment > _MILLISECONDS else moment) - time.time(), 0.0)
    try:
        moment = datetime.fromisoformat(found["expireTime"]).timestamp()
    except (KeyError, TypeError, ValueError):
        return None
    return max(moment - time.time(), 0.0)


def _number(value: Any) -> float | None:
    try:
        number = None if value is None or isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if number is not None and isfinite(number) else None

"""Ask AWS's credential services, and read temporary keys out of what they answer."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from llmkit.auth.refresh import Fetched
from llmkit.auth.secret import Secret
from llmkit.auth.sigv4 import AwsKeys
from llmkit.auth.source import Effects
from llmkit.auth.token_request import LONGEST_ANSWER
from llmkit.errors import AuthenticationError, LLMKitError, NotFound, Overloaded, PermissionDenied, ProtocolError, RateLimited, ServerError
from llmkit.types.http import Credential, HttpRequest, Origin, Timeouts

Keys = Fetched[AwsKeys]
Clock = Callable[[], float]
_NAMES = ("AccessKeyId", "SecretAccessKey", "Expiration")
_TAG = re.compile(rb"<(AccessKeyId|SecretAccessKey|SessionToken|Expiration)>([^<]{1,16384})</")
_CODE = re.compile(rb"<Code>([A-Za-z.]{1,64})</Code>|\"(?:__type|code|Code)\"\s*:\s*\"([A-Za-z.#]{1,96})\"")
_KINDS: dict[int, type[Any]] = {403: PermissionDenied, 404: NotFound, 429: RateLimited, 503: Overloaded}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a service answered."""

    status: int
    body: bytes


async def ask(
    effects: Effects,
    address: tuple[Origin, str],
    *,
    method: str = "GET",
    headers: Mapping[str, str] = {},
    body: bytes = b"",
    credential: Credential | None = None,
    timeouts: Timeouts | None = None,
) -> Answer:
    """Send one question and return the bounded answer."""
    origin, path = address
    request = HttpRequest(
        method=method,
        origin=origin,
        path=path,
        headers=tuple(headers.items()),
        body=body,
        timeouts=timeouts or effects.timeouts,
        credential=credential,
        deadline=effects.deadline,
    )
    response = await effects.transport.send(request)
    return Answer(status=response.status, body=await response.body.read_all(effects.deadline, LONGEST_ANSWER))


def refused(answer: Answer, service: str) -> LLMKitError:
    """Return the error for an answer that is none; of the service's words only the short code is shown."""
    if 300 <= answer.status < 400:
        return ProtocolError(f"{service} answered with a redirect ({answer.status}), which is never followed.")
    found = _CODE.search(answer.body)
    code = (found[1] or found[2]).decode() if found else None
    kind = _KINDS.get(answer.status) or (ServerError if answer.status >= 500 else AuthenticationError)
    error: LLMKitError = kind(f"{service} answered {answer.status}{f' ({code})' if code else ''}.", status=answer.status, code=code)
    return error


def keys_in_xml(body: bytes, clock: Clock, service: str) -> Keys:
    """Return the keys that the token service answers with."""
    return keys_of({name.decode(): value.decode("utf-8", "replace").strip() for name, value in _TAG.findall(body)}, clock, service)


def keys_in_json(body: bytes, clock: Clock, service: str) -> Keys:
    """Return the keys that containers, instances and programs answer with."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ProtocolError(f"{service} did not answer with a JSON object.")
    return keys_of(found, clock, service)


def keys_of(found: Mapping[str, Any], clock: Clock, service: str) -> Keys:
    """Return the keys in an answer's fields, with the seconds they still live."""
    said = {name.lower(): value for name, value in found.items()}
    key_id, secret, token = said.get("accesskeyid"), said.get("secretaccesskey"), said.get("sessiontoken") or said.get("token")
    if not isinstance(key_id, str) or not isinstance(secret, str) or not key_id or not secret:
        raise ProtocolError(f"{service} answered without keys.")
    keys = AwsKeys(
        key_id=key_id,
        secret=Secret(secret, name="temporary secret key"),
        token=Secret(token, name="session token") if isinstance(token, str) and token else None,
    )
    return Fetched(credential=keys, lifetime=_lifetime(said.get("expiration"), clock))


def _lifetime(moment: Any, clock: Clock) -> float | None:
    """A service says it as a date or in milliseconds; keys that say nothing do not expire."""
    if isinstance(moment, bool) or moment is None:
        return None
    try:
        if isinstance(moment, int | float):
            return max((moment / 1000 if moment > 1e11 else moment) - clock(), 0.0)
        return max(datetime.fromisoformat(str(moment)).timestamp() - clock(), 0.0)
    except (ValueError, OverflowError):
        return None


def now() -> float:
    """Return Unix seconds."""
    return time.time()

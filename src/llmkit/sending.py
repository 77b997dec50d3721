"""Send one request with its endpoint's credential, and say of a failure whose it is."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from llmkit.auth.schemes import HeaderAuth
from llmkit.endpoint import Endpoint
from llmkit.errors import LLMKitError, ProtocolError, ProviderError, SecurityError
from llmkit.errors.root import alone
from llmkit.providers.provider import Provider
from llmkit.runtime.protocol import Runtime
from llmkit.types.http import Credential, Headers, HttpRequest, HttpResponse
from llmkit.types.rate_state import RateState

ACCEPTED = frozenset({200, 201, 202})
ERROR_BODY = 256 * 1024
_REQUEST_ID = {"x-request-id": 0, "request-id": 1, "x-amzn-requestid": 2, "cf-ray": 3}
"""Headers that may hold the provider's id of the request, the best first."""
_RESERVED = frozenset({"authorization", "x-api-key", "x-goog-api-key", "api-key", "proxy-authorization", "cookie"})
_SHOULD_RETRY = {"true": True, "false": False}
"""What OpenAI's and Anthropic's servers say of a failure; their own clients (openai 3.54, anthropic 2.12) follow it."""
_MAY_PASS = (408, 425)
"""The request took too long, or came too early: it was not worked on (RFC 9110, RFC 8470)."""
_EXPIRED = ("ExpiredToken", "UnrecognizedClient", "InvalidClientTokenId")


async def delivered(endpoint: Endpoint, request: HttpRequest, runtime: Runtime) -> HttpResponse:
    """Send with the endpoint's credential; a fetched one that the server refuses is fetched anew, once."""
    if endpoint.source is None or endpoint.fixed is not None:
        return await endpoint.transport.send(request)
    credential = await endpoint.credential(runtime, request.timeouts, request.deadline)
    response = await endpoint.transport.send(msgspec.structs.replace(request, credential=credential))
    if _key_refused(response) and credential is not None and endpoint.source.forget(credential):
        await response.body.aclose()
        renewed: Credential | None = await endpoint.credential(runtime, request.timeouts, request.deadline)
        response = await endpoint.transport.send(msgspec.structs.replace(request, credential=renewed))
    return response


async def failure_of(endpoint: Endpoint, response: HttpResponse, deadline: float | None) -> LLMKitError:
    """Return what an answer with another status means, as the endpoint's format says it."""
    if response.status < 300:
        await response.body.aclose()
        return ProtocolError(f"The status {response.status} is neither an answer nor an error.")
    body = await response.body.read_all(deadline, ERROR_BODY)
    if 300 <= response.status < 400:
        return ProtocolError(f"The answer is a redirect ({response.status}), which is never followed.")
    error = endpoint.dialect.error(response.status, response.headers, body)
    error.request_id = error.request_id or request_id(response.headers)
    failure = ruled_failure(endpoint, error, body)
    if response.status in _MAY_PASS and isinstance(failure, ProviderError):
        failure.retryable = True
    should_retry = _SHOULD_RETRY.get(response.headers.get("x-should-retry", "").lower())
    if should_retry is not None and isinstance(failure, ProviderError):
        failure.should_retry = failure.retryable = should_retry
    return failure


def ruled_failure(endpoint: Endpoint, error: LLMKitError, body: bytes = b"") -> LLMKitError:
    """Return `error` in the class that the provider's own words mean, where its row has rules for them."""
    rules = endpoint.provider.errors
    if not rules or not isinstance(error, ProviderError):
        return error
    from llmkit.providers.error_rules import ruled  # only failures pay for it

    return ruled(rules, error, body)


def described(endpoint: Endpoint, model: str | None, error: LLMKitError) -> LLMKitError:
    """Say whose failure it is; take out what the provider echoed of the key, and what hangs behind the error."""
    for secret in endpoint.secrets():
        error.args = tuple(secret.scrub(argument) if isinstance(argument, str) else argument for argument in error.args)
        vars(error).update({name: secret.scrub(said) for name, said in vars(error).items() if isinstance(said, str)})
    error.provider, error.model = endpoint.provider.name, model  # ours: a name that ends as a key does stays as it is
    return alone(error)


def checked(headers: Mapping[str, str], endpoint: Endpoint) -> Mapping[str, str]:
    """Return the caller's own headers. Raises `SecurityError` for one that could hold a key."""
    scheme = endpoint.provider.auth if endpoint.route.auth is None else endpoint.route.auth
    own = scheme.name.lower() if isinstance(scheme, HeaderAuth) else ""
    for name in headers:
        if name.lower() in _RESERVED or name.lower() == own:
            raise SecurityError(f"extra_headers must not set {name}.", parameter="extra_headers", hint="Keys go into keys={...}.")
    return headers


def rates(provider: Provider, response: HttpResponse) -> RateState | None:
    """Return what the answer's headers say may still be sent."""
    names = provider.limits
    if names is None:
        return None
    from llmkit.providers.rate_headers import rate_state  # only who listens pays for it

    return rate_state(names, response.headers.pairs)


def request_id(headers: Headers) -> str | None:
    """Return the provider's id of the request."""
    best, rank = None, len(_REQUEST_ID)
    for name, value in headers.pairs:  # without the index by name: most answers need nothing else of it
        place = _REQUEST_ID.get(name.lower(), rank)
        if place < rank and value:
            best, rank = value[:256], place
    return best


def _key_refused(response: HttpResponse) -> bool:
    """Tell whether the key and not the request is at fault: some APIs answer 403 for a temporary key that has expired."""
    kind = response.headers.get("x-amzn-errortype", "") if response.status in (400, 403) else ""
    return response.status == 401 or kind.startswith(_EXPIRED)

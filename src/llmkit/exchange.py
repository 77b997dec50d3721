"""The innermost step: resolve, fit, encode, send, decode."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from llmkit.accumulate import unfold
from llmkit.auth.header import HeaderCredential
from llmkit.auth.secret import Secret
from llmkit.dialects import dialect
from llmkit.errors import InvalidRequest, LLMKitError, MissingKey, ProtocolError, ProviderError, SecurityError, UnsupportedFeature
from llmkit.keys import Keys
from llmkit.models.families import facts
from llmkit.models.fit import fit
from llmkit.pipeline.call import Call
from llmkit.providers.provider import Provider
from llmkit.providers.registry import Providers
from llmkit.stream import StreamCore, Told
from llmkit.types.dialect import CompletionDialect, Encoded, StreamDecoder
from llmkit.types.http import Headers, HttpRequest, HttpResponse, Origin, Transport
from llmkit.types.parts import Provenance
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import Attempt, CompletionResponse
from llmkit.types.warnings import Warning

ERROR_BODY = 256 * 1024
_REQUEST_ID = ("x-request-id", "request-id", "x-amzn-requestid", "cf-ray")
_RESERVED = frozenset({"authorization", "x-api-key", "x-goog-api-key", "api-key", "proxy-authorization", "cookie"})
_json = msgspec.json.Encoder()


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A provider made ready for use: parsed address, credential, dialect."""

    provider: Provider
    origin: Origin
    path: str
    credential: HeaderCredential | None
    secret: Secret | None
    dialect: CompletionDialect
    headers: tuple[tuple[str, str], ...]
    account: str
    transport: Transport


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a model id comes to."""

    endpoint: Endpoint
    model: str
    profile: Profile
    origin: Provenance


class Exchange:
    """Sends one attempt and decodes its answer. Endpoints and plans are made once and kept."""

    def __init__(
        self,
        *,
        providers: Providers,
        keys: Keys,
        transport_for: Callable[[Provider], Transport],
        parse_url: Callable[[str], tuple[Origin, str]],
        user_agent: str,
        profiles: Mapping[str, dict[str, Any]],
    ) -> None:
        self.providers = providers
        self._keys = keys
        self._transport_for = transport_for
        self._parse_url = parse_url
        self._user_agent = user_agent
        self._profiles = profiles
        self._endpoints: dict[str, Endpoint] = {}
        self._plans: dict[str, Plan] = {}
        self._lock = threading.Lock()

    async def complete(self, call: Call) -> CompletionResponse:
        """Return the whole answer."""
        plan = self.plan(call.model)
        failure: LLMKitError
        try:
            return await self._complete(plan, call)
        except LLMKitError as error:
            failure = error
        raise _described(plan, failure)

    async def stream(self, call: Call) -> StreamCore:
        """Return the running answer, once its first event is there."""
        plan = self.plan(call.model)
        failure: LLMKitError
        try:
            return await self._stream(plan, call)
        except LLMKitError as error:
            failure = error
        raise _described(plan, failure)

    async def _complete(self, plan: Plan, call: Call) -> CompletionResponse:
        begun = call.runtime.now()
        response, warnings = await self._send(plan, call, stream=False)
        body = await response.body.read_all(call.deadline)
        answer = plan.endpoint.dialect.decode(body, origin=plan.origin)
        return _completed(plan, call, begun, response.headers, answer, warnings)

    async def _stream(self, plan: Plan, call: Call) -> StreamCore:
        begun = call.runtime.now()
        response, warnings = await self._send(plan, call, stream=True)
        decoder = await self._decoder(plan, response, call)
        core = StreamCore(response.body, decoder, runtime=call.runtime, timeouts=call.timeouts, deadline=call.deadline)
        core.finish_with(lambda answer: _completed(plan, call, begun, response.headers, answer, warnings))
        core.describe_with(lambda error: _described(plan, error))
        await core.prime()
        return core

    async def _decoder(self, plan: Plan, response: HttpResponse, call: Call) -> StreamDecoder:
        """Most servers answer with a stream; some with one JSON object: an error, or the whole answer."""
        dialect = plan.endpoint.dialect
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "text/html":
            await response.body.aclose()
            raise ProtocolError("The answer is a web page and not a stream.")
        if kind != "application/json":
            return dialect.decoder(origin=plan.origin)
        body = await response.body.read_all(call.deadline)
        if body.lstrip()[:1] == b"[":  # a stream as one JSON array
            decoder = dialect.decoder(origin=plan.origin)
            return Told(decoder.feed(body) + decoder.close(), done=decoder.done, error=decoder.error)
        return Told(unfold(dialect.decode(body, origin=plan.origin)))

    async def _send(self, plan: Plan, call: Call, *, stream: bool) -> tuple[HttpResponse, list[Warning]]:
        encoded = self.encode(plan, call.request, stream=stream)
        endpoint = plan.endpoint
        headers = endpoint.headers
        if encoded.headers:
            headers = (*headers, *encoded.headers.items())
        if call.request.extra_headers:
            headers = (*headers, *_checked(call.request.extra_headers).items())
        request = HttpRequest(
            method="POST",
            origin=endpoint.origin,
            path=endpoint.path + encoded.path,
            headers=headers,
            body=_bytes(encoded.body),
            timeouts=call.timeouts,
            credential=endpoint.credential,
            deadline=call.deadline,
        )
        response = await endpoint.transport.send(request)
        if response.status != 200:
            raise await _failed(plan, response, call)
        return response, encoded.warnings

    def encode(self, plan: Plan, request: CompletionRequest, *, stream: bool) -> Encoded:
        """Return the wire form of `request`, quirks applied. Raises what the policy `on_unsupported` makes an error."""
        fitted, warnings = fit(request, plan.profile)
        encoded = plan.endpoint.dialect.encode(fitted, model=plan.model, target=plan.origin, profile=plan.profile, stream=stream)
        warnings = [*warnings, *encoded.warnings]
        for quirk in plan.endpoint.provider.quirks:
            quirk.apply(encoded.body, warnings)
        if request.extra_body:
            _merge(encoded.body, request.extra_body)
        if warnings and request.on_unsupported != "warn":
            if request.on_unsupported == "error":
                worst = warnings[0]
                raise UnsupportedFeature(worst.parameter, where=plan.model, hint=worst.detail)
            warnings = []
        encoded.warnings = warnings
        return encoded

    def plan(self, model: str) -> Plan:
        """Return what `model` comes to. Raises `UnknownProvider`, `UnknownModel` or `MissingKey`."""
        plan = self._plans.get(model)
        if plan is None:
            provider, name = self.providers.resolve(model)
            endpoint = self.endpoint(provider)
            profile = endpoint.dialect.PROFILE.merged(provider.profile, facts(name), self._profiles.get(provider.name, {}))
            origin = Provenance(provider=provider.name, dialect=endpoint.dialect.NAME, model=name, account=endpoint.account)
            plan = Plan(endpoint=endpoint, model=name, profile=profile, origin=origin)
            with self._lock:
                if len(self._plans) > 4096:  # model ids may come from outside
                    self._plans.clear()
                self._plans[model] = plan
        return plan

    def endpoint(self, provider: Provider) -> Endpoint:
        """Return `provider` made ready. Raises `MissingKey`."""
        endpoint = self._endpoints.get(provider.name)
        if endpoint is None:
            secret = self._keys.find(provider)
            if secret is None and not provider.local:
                raise MissingKey(provider.name, env=provider.env)
            origin, path = self._parse_url(provider.base_url)
            auth = provider.auth
            endpoint = Endpoint(
                provider=provider,
                origin=origin,
                path=path.rstrip("/"),
                credential=None if secret is None else HeaderCredential(secret, origin=origin, name=auth.name, prefix=auth.prefix),
                secret=secret,
                dialect=dialect(provider.dialect),
                headers=(
                    ("Content-Type", "application/json"),
                    ("Accept", "*/*"),
                    ("User-Agent", self._user_agent),
                    *provider.headers.items(),
                ),
                account="" if secret is None else secret.fingerprint(),
                transport=self._transport_for(provider),
            )
            with self._lock:
                self._endpoints[provider.name] = endpoint
        return endpoint

    def forget(self) -> None:
        """Drop what was made ready; the next call makes it anew."""
        with self._lock:
            self._endpoints.clear()
            self._plans.clear()


async def _failed(plan: Plan, response: HttpResponse, call: Call) -> LLMKitError:
    body = await response.body.read_all(call.deadline, ERROR_BODY)
    if 300 <= response.status < 400:
        return ProtocolError(f"The answer is a redirect ({response.status}), which is never followed.")
    error = plan.endpoint.dialect.error(response.status, response.headers, body)
    error.request_id = error.request_id or _request_id(response.headers)
    return error


def _described(plan: Plan, error: LLMKitError) -> LLMKitError:
    """Say whose failure it is; take out what the provider echoed of the key, and what hangs behind the error."""
    error.provider, error.model = plan.endpoint.provider.name, plan.model
    error.__context__ = error.__cause__ = None  # an inner exception can hold the bytes of the request
    secret = plan.endpoint.secret
    if secret is not None:
        error.args = tuple(secret.scrub(argument) if isinstance(argument, str) else argument for argument in error.args)
        error.message = secret.scrub(error.message)
        if isinstance(error, ProviderError) and error.body:
            error.body = secret.scrub(error.body)
    return error


def _completed(
    plan: Plan, call: Call, begun: float, headers: Headers, answer: CompletionResponse, warnings: list[Warning]
) -> CompletionResponse:
    provider = plan.endpoint.provider.name
    seconds = call.runtime.now() - begun
    return msgspec.structs.replace(
        answer,
        provider=provider,
        model=answer.model or plan.model,
        warnings=(*warnings, *answer.warnings) if warnings else answer.warnings,
        request_id=_request_id(headers),
        attempts=(*call.budget.attempts, Attempt(provider=provider, model=plan.model, seconds=seconds)),
    )


def _bytes(body: dict[str, Any]) -> bytes:
    problem = ""
    try:
        return _json.encode(body)
    except UnicodeEncodeError:
        problem = "a text holds a lone surrogate, which UTF-8 cannot say; encode it with errors='replace' first"
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        problem = f"{type(error).__name__}: {error}"
    raise InvalidRequest(f"The request cannot be written as JSON: {problem}.", parameter="messages")


def _merge(body: dict[str, Any], extra: Mapping[str, Any]) -> None:
    for key, value in extra.items():
        if isinstance(value, Mapping) and isinstance(body.get(key), dict):
            _merge(body[key], value)
        else:
            body[key] = value


def _checked(headers: Mapping[str, str]) -> Mapping[str, str]:
    for name in headers:
        if name.lower() in _RESERVED:
            raise SecurityError(f"extra_headers must not set {name}.", parameter="extra_headers", hint="Keys go into keys={...}.")
    return headers


def _request_id(headers: Headers) -> str | None:
    for name in _REQUEST_ID:
        if value := headers.get(name):
            return value[:256]
    return None

"""The innermost step: encode, send, decode."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import cast

import msgspec

from llmkit.accumulate import unfold
from llmkit.encoding import as_bytes, encode
from llmkit.endpoint import Endpoint, Endpoints, Plan
from llmkit.errors import LLMKitError, ProtocolError, ProviderError, SecurityError, UnsupportedFeature
from llmkit.following import follow, follow_to_stream
from llmkit.pipeline.call import Call, Resumption
from llmkit.stream import StreamCore, Told
from llmkit.types.dialect import Encoded, Resuming, StreamDecoder
from llmkit.types.http import Body, Credential, Headers, HttpRequest, HttpResponse
from llmkit.types.responses import Attempt, CompletionResponse

ERROR_BODY = 256 * 1024
_REQUEST_ID = {"x-request-id": 0, "request-id": 1, "x-amzn-requestid": 2, "cf-ray": 3}
"""Headers that may hold the provider's id of the request, the best first."""
_RESERVED = frozenset({"authorization", "x-api-key", "x-goog-api-key", "api-key", "proxy-authorization", "cookie"})
_ACCEPTED = frozenset({200, 201, 202})
_EXPIRED = ("ExpiredToken", "UnrecognizedClient", "InvalidClientTokenId")


class Exchange:
    """Sends one attempt and decodes its answer."""

    def __init__(self, endpoints: Endpoints) -> None:
        self.endpoints = endpoints

    async def complete(self, call: Call) -> CompletionResponse:
        """Return the whole answer."""
        plan = self.endpoints.plan(call.model, call.request.dialect)
        failure: LLMKitError
        try:
            return await self._complete(plan, call)
        except LLMKitError as error:
            failure = error
        raise _described(plan, failure)

    async def stream(self, call: Call) -> StreamCore:
        """Return the running answer, once its first event is there."""
        plan = self.endpoints.plan(call.model, call.request.dialect)
        failure: LLMKitError
        try:
            return await self._stream(plan, call)
        except LLMKitError as error:
            failure = error
        raise _described(plan, failure)

    async def _complete(self, plan: Plan, call: Call) -> CompletionResponse:
        begun = call.runtime.now()
        response, encoded = await self._send(plan, call, stream=False)
        body = await response.body.read_all(call.deadline)
        if plan.endpoint.following is not None:
            body = await follow(plan.endpoint.following, call, body, _address(plan, encoded, stream=False), partial(self._ask, plan, call))
        answer = plan.endpoint.dialect.decode(body, origin=plan.origin)
        if plan.profile.think_tags is not None:
            from llmkit.dialects.think_tags import split

            answer = split(answer, plan.profile.think_tags)
        return _completed(plan, call, begun, response.headers, answer, encoded)

    async def _stream(self, plan: Plan, call: Call) -> StreamCore:
        begun = call.runtime.now()
        response, encoded = await self._send(plan, call, stream=True)
        if plan.endpoint.following is not None:
            address = _address(plan, encoded, stream=True)
            response = await follow_to_stream(plan.endpoint.following, call, response, address, partial(self._ask, plan, call))
        decoder = await self._decoder(plan, response, call, _address(plan, encoded, stream=True))
        if plan.profile.think_tags is not None:
            from llmkit.dialects.think_tags import ThinkTags

            decoder = ThinkTags(decoder, plan.profile.think_tags)
        core = StreamCore(response.body, decoder, runtime=call.runtime, timeouts=call.timeouts, deadline=call.deadline)
        core.finish_with(lambda answer: _completed(plan, call, begun, response.headers, answer, encoded))
        core.describe_with(lambda error: _described(plan, error))
        core.reopen_with(partial(self._reopen, plan, call))
        await core.prime()
        return core

    async def _decoder(self, plan: Plan, response: HttpResponse, call: Call, address: str) -> StreamDecoder:
        """Most servers answer with a stream; some with one JSON object: an error, or the whole answer."""
        dialect = plan.endpoint.dialect
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "text/html":
            await response.body.aclose()
            raise ProtocolError("The answer is a web page and not a stream.")
        if kind != "application/json":
            decoder = dialect.decoder(origin=plan.origin)
            return decoder if not plan.endpoint.route.framing else _unwrapping(decoder)
        body = await response.body.read_all(call.deadline)
        if plan.endpoint.following is not None:
            body = await follow(plan.endpoint.following, call, body, address, partial(self._ask, plan, call))
        if body.lstrip()[:1] == b"[":  # a stream as one JSON array
            decoder = dialect.decoder(origin=plan.origin)
            return Told(decoder.feed(body) + decoder.close(), done=decoder.done, error=decoder.error)
        return Told(unfold(dialect.decode(body, origin=plan.origin)))

    async def _reopen(self, plan: Plan, call: Call, path: str, deadline: float | None) -> Body:
        failure: LLMKitError
        try:
            response = await self._ask(plan, msgspec.structs.replace(call, deadline=deadline), plan.endpoint.path + path)
            return response.body
        except LLMKitError as error:
            failure = error
        raise _described(plan, failure)

    async def _ask(self, plan: Plan, call: Call, url: str, accept: str = "*/*") -> HttpResponse:
        """GET `url`, which an answer named: only at the endpoint's own origin, or without a key at one that the route allows."""
        endpoint = plan.endpoint
        origin, path = (endpoint.origin, url) if url.startswith("/") else self.endpoints.parse(url)
        if origin != endpoint.origin and str(origin) not in endpoint.route.follows:
            raise SecurityError(f"The answer points to {origin}, which is not {endpoint.origin}.")
        own = origin == endpoint.origin
        headers = [(name, value) for name, value in endpoint.headers if name != "Accept" and (own or name == "User-Agent")]
        request = HttpRequest(
            method="GET",
            origin=origin,
            path=path,
            headers=(("Accept", accept), *headers),
            timeouts=call.timeouts,
            deadline=call.deadline,
            credential=endpoint.fixed if own else None,
        )
        response = await (_delivered(endpoint, request, call) if own else endpoint.transport.send(request))
        if response.status != 200:
            raise await _failed(plan, response, call)
        return response

    async def _send(self, plan: Plan, call: Call, *, stream: bool) -> tuple[HttpResponse, Encoded]:
        if call.resumption is not None:
            return await self._ask(plan, call, _resumed(plan, call.resumption, stream)), Encoded(path="", body={})
        encoded = encode(plan, call.request, stream=stream)
        endpoint = plan.endpoint
        headers = endpoint.headers
        if encoded.headers:
            headers = (*headers, *encoded.headers.items())
        if call.request.extra_headers:
            headers = (*headers, *_checked(call.request.extra_headers).items())
        request = HttpRequest(
            method="POST",
            origin=endpoint.origin,
            path=_address(plan, encoded, stream=stream),
            headers=headers,
            body=as_bytes(encoded.body),
            timeouts=call.timeouts,
            credential=endpoint.fixed,
            deadline=call.deadline,
        )
        response = await _delivered(endpoint, request, call)
        if response.status not in _ACCEPTED:
            failure = await _failed(plan, response, call)
            if encoded.output_mode is None:
                raise failure
            return await self._send_lower(plan, call, encoded.output_mode, failure, stream=stream)
        return response, encoded

    async def _send_lower(self, plan: Plan, call: Call, mode: str, failure: LLMKitError, *, stream: bool) -> tuple[HttpResponse, Encoded]:
        """Ask again in another way, where the server does not take the first; each way is tried once."""
        from llmkit.structured.ladder import next_rung, refused

        request = next_rung(call.request, mode, failure)
        if request is None:
            raise failure
        response, encoded = await self._send(plan, msgspec.structs.replace(call, request=request), stream=stream)
        if request.on_unsupported == "warn":
            encoded.warnings = [refused(mode, failure), *encoded.warnings]
        return response, encoded


def _resumed(plan: Plan, wanted: Resumption, stream: bool) -> str:
    dialect = plan.endpoint.dialect
    if not hasattr(dialect, "resume_path"):
        raise UnsupportedFeature(
            "fetching an answer again", where=f"The format {dialect.NAME}", hint="Pass dialect= where there is another."
        )
    return plan.endpoint.path + cast("Resuming", dialect).resume_path(wanted.id, stream=stream, after=wanted.after)


def _address(plan: Plan, encoded: Encoded, *, stream: bool) -> str:
    """Return the path that the request goes to; an answer that names a path without a leading slash means one beside it."""
    return plan.endpoint.path + ((plan.stream_path if stream else plan.path) or encoded.path or "/")


async def _delivered(endpoint: Endpoint, request: HttpRequest, call: Call) -> HttpResponse:
    """Send with the endpoint's credential; a fetched one that the server refuses is fetched anew, once."""
    if endpoint.source is None or endpoint.fixed is not None:
        return await endpoint.transport.send(request)
    credential = await endpoint.credential(call.runtime, call.timeouts, call.deadline)
    response = await endpoint.transport.send(msgspec.structs.replace(request, credential=credential))
    if _key_refused(response) and credential is not None and endpoint.source.forget(credential):
        await response.body.aclose()
        renewed: Credential | None = await endpoint.credential(call.runtime, call.timeouts, call.deadline)
        response = await endpoint.transport.send(msgspec.structs.replace(request, credential=renewed))
    return response


def _unwrapping(decoder: StreamDecoder) -> StreamDecoder:
    from llmkit.dialects.aws_payload import Payloads  # only users of it pay for it

    return Payloads(decoder)


def _key_refused(response: HttpResponse) -> bool:
    """Tell whether the key and not the request is at fault: some APIs answer 403 for a temporary key that has expired."""
    kind = response.headers.get("x-amzn-errortype", "") if response.status in (400, 403) else ""
    return response.status == 401 or kind.startswith(_EXPIRED)


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
    for secret in plan.endpoint.secrets():
        error.args = tuple(secret.scrub(argument) if isinstance(argument, str) else argument for argument in error.args)
        error.message = secret.scrub(error.message)
        if isinstance(error, ProviderError) and error.body:
            error.body = secret.scrub(error.body)
    return error


def _completed(plan: Plan, call: Call, begun: float, headers: Headers, answer: CompletionResponse, encoded: Encoded) -> CompletionResponse:
    provider = plan.endpoint.provider.name
    seconds = call.runtime.now() - begun
    return msgspec.structs.replace(
        answer,
        provider=provider,
        model=answer.model or plan.model,
        warnings=(*encoded.warnings, *answer.warnings) if encoded.warnings else answer.warnings,
        output_mode=encoded.output_mode,
        request_id=_request_id(headers),
        attempts=(*call.budget.attempts, Attempt(provider=provider, model=plan.model, seconds=seconds)),
    )


def _checked(headers: Mapping[str, str]) -> Mapping[str, str]:
    for name in headers:
        if name.lower() in _RESERVED:
            raise SecurityError(f"extra_headers must not set {name}.", parameter="extra_headers", hint="Keys go into keys={...}.")
    return headers


def _request_id(headers: Headers) -> str | None:
    best, rank = None, len(_REQUEST_ID)
    for name, value in headers.pairs:  # without the index by name: most answers need nothing else of it
        place = _REQUEST_ID.get(name.lower(), rank)
        if place < rank and value:
            best, rank = value[:256], place
    return best

"""The innermost step: encode, send, decode."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

import msgspec

from llmkit.accumulate import unfold
from llmkit.encoding import as_bytes, encode
from llmkit.endpoint import Endpoints, Plan
from llmkit.errors import LLMKitError, ProtocolError, ProviderError, SecurityError, UnsupportedFeature
from llmkit.following import follow, follow_to_stream
from llmkit.framing.weight import check_weight
from llmkit.pipeline.call import Call, Resumption
from llmkit.pricing import Pricing
from llmkit.sending import ACCEPTED, checked, delivered, described, failure_of, rates, request_id, ruled_failure
from llmkit.stream import UNREADABLE, StreamCore
from llmkit.told import Told
from llmkit.types.dialect import Encoded, Resuming, StreamDecoder
from llmkit.types.http import Body, Headers, HttpRequest, HttpResponse
from llmkit.types.reply import Attempt
from llmkit.types.responses import CompletionResponse


class Exchange:
    """Sends one attempt and decodes its answer."""

    def __init__(self, endpoints: Endpoints, pricing: Pricing) -> None:
        self.endpoints = endpoints
        self.pricing = pricing

    async def complete(self, call: Call) -> CompletionResponse:
        """Return the whole answer."""
        plan = self.endpoints.plan(call.model, call.request.dialect, call.key)
        failure: LLMKitError
        try:
            return await self._complete(plan, call)
        except LLMKitError as error:
            failure = error
        raise described(plan.endpoint, plan.model, failure)

    async def stream(self, call: Call) -> StreamCore:
        """Return the running answer, once its first event is there."""
        plan = self.endpoints.plan(call.model, call.request.dialect, call.key)
        failure: LLMKitError
        try:
            return await self._stream(plan, call)
        except LLMKitError as error:
            failure = error
        raise described(plan.endpoint, plan.model, failure)

    async def _complete(self, plan: Plan, call: Call) -> CompletionResponse:
        begun = call.runtime.now()
        response, encoded = await self._send(plan, call, stream=False)
        body = await response.body.read_all(call.deadline)
        if plan.endpoint.following is not None:
            body = await follow(plan.endpoint.following, call, body, _address(plan, encoded, stream=False), partial(self._ask, plan, call))
        answer = _decoded(plan, body)
        if plan.profile.think_tags is not None:
            from llmkit.dialects.think_tags import split

            answer = split(answer, plan.profile.think_tags)
        return self._completed(plan, call, begun, response.headers, answer, encoded)

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
        core.finish_with(lambda answer: self._completed(plan, call, begun, response.headers, answer, encoded))
        core.describe_with(partial(_cut, plan, call, begun))
        core.reopen_with(partial(self._reopen, plan, call))
        await core.prime()
        return core

    def _completed(
        self, plan: Plan, call: Call, begun: float, headers: Headers, answer: CompletionResponse, encoded: Encoded
    ) -> CompletionResponse:
        endpoint, runtime = plan.endpoint, call.runtime
        attempt = Attempt(provider=endpoint.provider.name, model=plan.model, seconds=runtime.now() - begun, key=call.key)
        region = endpoint.values.get("region") or endpoint.values.get("location") or ""
        cost, unpriced = self.pricing.cost(endpoint.provider, plan.model, answer, at=runtime.wall(), region=answer.region or region)
        warnings = (*encoded.warnings, *answer.warnings) if encoded.warnings else answer.warnings
        return msgspec.structs.replace(
            answer,
            extra=_diagnosed(answer.extra) if answer.extra else answer.extra,
            provider=endpoint.provider.name,
            model=answer.model or plan.model,
            cost=cost,
            warnings=warnings if unpriced is None else (*warnings, unpriced),
            output_mode=encoded.output_mode,
            request_id=request_id(headers),
            attempts=(*call.budget.attempts, attempt),
        )

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
        return Told(unfold(_decoded(plan, body)))

    async def _reopen(self, plan: Plan, call: Call, path: str, deadline: float | None) -> Body:
        failure: LLMKitError
        try:
            response = await self._ask(plan, msgspec.structs.replace(call, deadline=deadline), plan.endpoint.path + path)
            return response.body
        except LLMKitError as error:
            failure = error
        raise described(plan.endpoint, plan.model, failure)

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
        response = await (delivered(endpoint, request, call.runtime) if own else endpoint.transport.send(request))
        if response.status != 200:
            raise await failure_of(plan.endpoint, response, call.deadline)
        return response

    async def _send(self, plan: Plan, call: Call, *, stream: bool) -> tuple[HttpResponse, Encoded]:
        if call.resumption is not None:
            return await self._ask(plan, call, _resumed(plan, call.resumption, stream)), Encoded(path="", body={})
        encoded = encode(plan, call.request, stream=stream)
        endpoint = plan.endpoint
        headers = endpoint.headers
        if encoded.headers:
            headers = (*headers, *encoded.headers.items())
        body = as_bytes(encoded.body)
        if name := endpoint.provider.idempotency_header:
            headers = (*headers, (name, call.budget.idempotency_key(call.model.encode() + body)))
        if call.request.extra_headers:
            headers = (*headers, *checked(call.request.extra_headers, endpoint).items())
        request = HttpRequest(
            method="POST",
            origin=endpoint.origin,
            path=_address(plan, encoded, stream=stream),
            headers=headers,
            body=body,
            timeouts=call.timeouts,
            credential=endpoint.fixed,
            deadline=call.deadline,
        )
        response = await delivered(endpoint, request, call.runtime)
        if response.status not in ACCEPTED:
            failure = await failure_of(plan.endpoint, response, call.deadline)
            if call.hear is not None:
                call.hear(rates(endpoint.provider, response), failure)
            if encoded.output_mode is None:
                raise failure
            return await self._send_lower(plan, call, encoded.output_mode, failure, stream=stream)
        if call.hear is not None:
            call.hear(rates(endpoint.provider, response), None)
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


def _decoded(plan: Plan, body: bytes) -> CompletionResponse:
    """Return the answer in `body`; an error with status 200 gets the class that its provider's own words mean."""
    failure: ProviderError | None = None
    check_weight(body)
    try:
        return plan.endpoint.dialect.decode(body, origin=plan.origin)
    except ProviderError as error:
        failure = error
    except UNREADABLE:
        pass
    if failure is None:
        raise ProtocolError("The answer is not what was promised.")
    raise ruled_failure(plan.endpoint, failure, body)


def _cut(plan: Plan, call: Call, begun: float, error: LLMKitError) -> LLMKitError:
    """Say of a running answer that failed whose failure it is, and what was tried before."""
    failure = described(plan.endpoint, plan.model, ruled_failure(plan.endpoint, error))
    seconds = call.runtime.now() - begun
    status = failure.status if isinstance(failure, ProviderError) else None
    last = Attempt(
        provider=plan.endpoint.provider.name,
        model=plan.model,
        seconds=seconds,
        error=type(failure).__name__,
        status=status,
        key=call.key,
    )
    failure.attempts = (*call.budget.attempts, last)
    return failure


def _diagnosed(extra: dict[str, Any]) -> dict[str, Any]:
    """Say in one set of words why the provider's prompt cache did not help, where it tells."""
    if "diagnostics" not in extra and "prompt_cache_diagnostics" not in extra:
        return extra
    from llmkit.tracing.cache_diagnosis import diagnosed  # only who asked for it pays for it

    return diagnosed(extra)


def _unwrapping(decoder: StreamDecoder) -> StreamDecoder:
    from llmkit.dialects.aws_payload import Payloads  # only users of it pay for it

    return Payloads(decoder)

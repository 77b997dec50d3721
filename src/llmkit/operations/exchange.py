"""The innermost step of an operation: drive the format's questions, send each, and complete the reply."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import msgspec

from llmkit.dialects.operations import codec
from llmkit.encoding import as_bytes, merge
from llmkit.endpoint import Endpoint, Endpoints, check_served
from llmkit.errors import JobInterrupted, LLMKitError, ProtocolError, SecurityError, UnsupportedFeature
from llmkit.framing.weight import MOST, check_weight
from llmkit.operations.believing import believable
from llmkit.operations.form import form_body
from llmkit.pipeline.call import Call
from llmkit.pricing import Pricing
from llmkit.providers.settings import fill
from llmkit.sending import ACCEPTED, checked, delivered, described, failure_of, rates, request_id
from llmkit.types.asking import Answer, Ask, Codec, Form, Place
from llmkit.types.http import Body, Headers, HttpRequest, Upload
from llmkit.types.job import JobCodec, JobId, JobState, Started
from llmkit.types.operation import Operation
from llmkit.types.reply import Attempt, Reply
from llmkit.types.request import Request
from llmkit.types.warnings import Warning

if TYPE_CHECKING:
    from llmkit.providers.provider import Provider
    from llmkit.providers.serving import Serving

FAILED_LOOKS = 3
"""In a row."""
_VECTOR = 8192 * 40
"""Bytes that the numbers of a very long vector take while they are read."""


class Asked(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An operation's place, made ready: where, how it is spoken, and the model's id there."""

    endpoint: Endpoint
    codec: Codec
    place: Place


class Driven(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the questions came to."""

    result: Any
    headers: Headers
    warnings: tuple[Warning, ...]
    seconds: float

    def with_result(self, result: Any) -> Driven:
        return msgspec.structs.replace(self, result=result)


class Operations:
    """Does one try of an operation."""

    def __init__(self, endpoints: Endpoints, pricing: Pricing) -> None:
        self.endpoints = endpoints
        self.pricing = pricing

    async def __call__(self, call: Call) -> Reply:
        """Return the reply to `call`, whose `operation` says what is asked."""
        asked = self.asked(call)
        return self.completed(asked, call, await self.drive(asked, call, asked.codec.steps(call.request, asked.place)))

    async def start(self, call: Call) -> Started:
        """Begin the job that `call` asks for, and return how it stands. Raises `UnsupportedFeature` where it is none."""
        asked = self.asked(call)
        begun = await self.drive(asked, call, job_codec(asked).start(call.request, asked.place))
        state: JobState = begun.result
        told = state.reply or Reply()
        reply = Started(state=state, units=told.units, variant=told.variant, usage=told.usage)
        return cast("Started", self.completed(asked, call, begun.with_result(reply)))

    async def drive(self, asked: Asked, call: Call, steps: Generator[Ask, Answer, Any]) -> Driven:
        """Ask what a format wants asked, until it has its result."""
        failure: LLMKitError
        try:
            return await self._driven(asked, call, steps)
        except LLMKitError as error:
            failure = error
        finally:
            steps.close()
        if isinstance(failure, JobInterrupted) and failure.handle:
            failure.job = str(JobId(operation=call.operation, model=call.model, handle=failure.handle))
        raise described(asked.endpoint, asked.place.model, failure)

    def asked(self, call: Call) -> Asked:
        """Return where `call` goes. Raises `UnsupportedFeature` where the provider does not do this, or not in a format known here."""
        provider, model = self.endpoints.providers.resolve(call.model)
        return self.place(provider, model, cast("Operation", call.operation), call.key)

    def place(self, provider: Provider, model: str, operation: Operation, key: int = 0) -> Asked:
        """Return where `provider` does `operation` with `model`."""
        check_served(provider)
        way = provider.operations.get(operation)
        spoken = None if way is None else codec(way.dialect)
        if way is None or spoken is None:
            raise _not_done(provider, operation, way, self.endpoints.providers.rows)
        endpoint = self.endpoints.serving(provider, way, key)
        place = Place(
            provider=provider.name,
            model=model,
            path=fill(way.path, endpoint.values, model),
            values=endpoint.values,
            options=way.options,
        )
        return Asked(endpoint=endpoint, codec=spoken, place=place)

    async def _driven(self, asked: Asked, call: Call, steps: Generator[Ask, Answer, Any]) -> Driven:
        begun, heads = call.runtime.now(), Headers()
        warnings: list[Warning] = []
        body: Mapping[str, Any] | None = own_fields(asked, call.request)  # they belong to the first question
        try:
            ask = next(steps)
            while True:
                warnings += allowed(call.request.on_unsupported, asked.place.model, ask.warnings)
                failure: LLMKitError | None = None
                try:
                    answer = await self._patient(asked, call, ask, body)
                    body, heads = None, answer.headers
                except LLMKitError as error:
                    failure = error
                ask = steps.throw(failure) if failure is not None else steps.send(answer)
        except StopIteration as end:
            return Driven(result=end.value, headers=heads, warnings=tuple(warnings), seconds=call.runtime.now() - begun)

    async def _patient(self, asked: Asked, call: Call, ask: Ask, extra: Mapping[str, Any] | None) -> Answer:
        """Ask; a question that only looks is asked again where it fails in passing, a few times."""
        for _ in range(FAILED_LOOKS if ask.again else 0):
            await wait(call, ask.pause)
            try:
                return await self._answer(asked, call, ask, extra)
            except LLMKitError as error:
                if not error.retryable or (call.deadline is not None and call.runtime.now() >= call.deadline):
                    raise
        await wait(call, ask.pause)
        return await self._answer(asked, call, ask, extra)

    async def _answer(self, asked: Asked, call: Call, ask: Ask, extra: Mapping[str, Any] | None) -> Answer:
        request, own = self.request(asked, call, ask, extra)
        endpoint = asked.endpoint
        response = await (delivered(endpoint, request, call.runtime) if own else endpoint.transport.send(request))
        if response.status not in ACCEPTED and response.status not in ask.accepts:
            failure = await failure_of(endpoint, response, call.deadline)
            if call.hear is not None:
                call.hear(rates(endpoint.provider, response), failure)
            raise failure
        if call.hear is not None:
            call.hear(rates(endpoint.provider, response), None)
        if ask.into is not None and response.status in ACCEPTED:
            await pour(response.body, ask.into, ask.limit)
            return Answer(status=response.status, headers=response.headers, body=b"")
        body = await response.body.read_all(call.deadline, ask.limit)
        if body[:1] in (b"{", b"[") or "json" in response.headers.get("content-type", "").lower():
            check_weight(body, _room(ask, call))
        return Answer(status=response.status, headers=response.headers, body=body)

    def request(self, asked: Asked, call: Call, ask: Ask, extra: Mapping[str, Any] | None = None) -> tuple[HttpRequest, bool]:
        """Return the HTTP request that `ask` means, and whether it goes to the endpoint's own origin, with its key."""
        endpoint = asked.endpoint
        origin, path, own = endpoint.origin, endpoint.path + ask.path, True
        if ask.url:
            origin, path = (endpoint.origin, ask.url) if ask.url.startswith("/") else self.endpoints.parse(ask.url)
            own = origin == endpoint.origin
            if not own and str(origin) not in endpoint.route.follows:
                raise SecurityError(f"The answer points to {origin}, which is not {endpoint.origin}.")
        kind, body, upload = _body(ask, extra)
        headers = {name: value for name, value in endpoint.headers if own or name == "User-Agent"}
        if kind:
            headers["Content-Type"] = kind
        else:
            headers.pop("Content-Type", None)
        headers |= ask.headers
        if own and ask.method == "POST" and (name := endpoint.provider.idempotency_header):
            headers[name] = call.budget.idempotency_key(call.model.encode() + path.encode() + body)
        if own and call.request.extra_headers:
            headers |= checked(call.request.extra_headers, endpoint)
        request = HttpRequest(
            method=ask.method,
            origin=origin,
            path=path,
            headers=tuple(headers.items()),
            body=body,
            upload=upload,
            timeouts=call.timeouts,
            credential=endpoint.fixed if own else None,
            deadline=call.deadline,
        )
        return request, own

    def completed(self, asked: Asked, call: Call, driven: Driven) -> Reply:
        """Return the reply with what only we know of it: who answered, after which tries, at what cost."""
        endpoint, place = asked.endpoint, asked.place
        reply = believable(driven.result)
        attempt = Attempt(provider=place.provider, model=place.model, seconds=driven.seconds, key=call.key)
        region = reply.region or place.values.get("region") or place.values.get("location") or ""
        at = call.runtime.wall()
        cost, unpriced = self.pricing.operation_cost(endpoint.provider, place.model, reply, at=at, region=region)
        return reply.replace(
            provider=place.provider,
            model=reply.model or place.model,
            cost=cost,
            warnings=(*driven.warnings, *reply.warnings, *(() if unpriced is None else (unpriced,))),
            request_id=reply.request_id or request_id(driven.headers),
            attempts=(*call.budget.attempts, attempt),
        )


def own_fields(asked: Asked, request: Request) -> Mapping[str, Any]:
    """Return the caller's own fields of the body: those for this format and this provider, and those for whoever answers."""
    if not request.options:
        return request.extra_body
    fields: dict[str, Any] = {}
    for name in (asked.codec.NAME, asked.place.provider):
        merge(fields, request.options.get(name, {}))
    merge(fields, request.extra_body)
    return fields


async def wait(call: Call, seconds: float) -> None:
    """Wait, not past the deadline: the question that follows then says that the time is up."""
    if seconds <= 0:
        return
    if call.deadline is not None:
        seconds = min(seconds, max(0.0, call.deadline - call.runtime.now()))
    await call.runtime.sleep(seconds)


def job_codec(asked: Asked) -> JobCodec:
    """Return the format as one of jobs. Raises `UnsupportedFeature` where its answers come at once."""
    if not hasattr(asked.codec, "poll"):
        raise UnsupportedFeature("jobs", where=asked.endpoint.provider.title, hint="Its answer comes at once: wait for it.")
    return cast("JobCodec", asked.codec)


def allowed(policy: str, model: str, warnings: Sequence[Warning]) -> Sequence[Warning]:
    """Return the warnings that the caller wants to see. Raises `UnsupportedFeature` where the policy makes them an error."""
    if policy == "error" and warnings:
        raise UnsupportedFeature(warnings[0].parameter, where=model, hint=warnings[0].detail)
    return warnings if policy == "warn" else ()


def _body(ask: Ask, extra: Mapping[str, Any] | None) -> tuple[str, bytes, Upload | None]:
    """Return the media type of the body, and its bytes or what gives them."""
    if isinstance(ask.body, Form):
        kind, form = form_body(ask.body, extra)
        return (kind, form, None) if isinstance(form, bytes) else (kind, b"", form)
    if isinstance(ask.body, bytes):
        return ask.headers.get("Content-Type", "application/octet-stream"), ask.body, None
    if ask.body is None:
        return ask.headers.get("Content-Type", ""), b"", ask.upload
    body = ask.body
    if extra and isinstance(body, dict):
        body = dict(body)
        merge(body, extra)
    return "application/json", as_bytes(body), None


def _room(ask: Ask, call: Call) -> int:
    """Return how much memory an answer may take: more where large pieces are expected, and for each vector that was asked for."""
    return max(MOST, 2 * ask.limit) + _VECTOR * len(getattr(call.request, "inputs", ()))


async def pour(body: Body, into: Callable[[bytes], object], most: int) -> None:
    """Give all of a body to `into` as it comes. Raises `ProtocolError` past `most` bytes (0: there is no such limit)."""
    size = 0
    try:
        while data := await body.read():
            size += len(data)
            if most and size > most:
                raise ProtocolError(f"The file has more than {most:,} bytes.")
            into(data)
    finally:
        await body.aclose()


def _not_done(provider: Provider, operation: str, way: Serving | None, rows: Mapping[str, Provider]) -> UnsupportedFeature:
    """Return the error that says who does it instead."""
    named = operation.replace("_", " ")
    if way is not None:
        return UnsupportedFeature(f"the operation {named!r} here", where=provider.title, hint=f"Its format {way.dialect} is not built.")
    others = [row.name for row in rows.values() if codec(getattr(row.operations.get(cast("Operation", operation)), "dialect", ""))]
    hint = f"{', '.join(sorted(others)[:8])} and others do." if others else None
    return UnsupportedFeature(f"the operation {named!r}", where=provider.title, hint=hint)

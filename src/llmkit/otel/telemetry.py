"""Tell OpenTelemetry about each call: a span, and metrics of time, tokens and money."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from opentelemetry import metrics, trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from llmkit.errors import ConfigurationError, ProviderError, nearest
from llmkit.pipeline.call import Call, Next
from llmkit.pipeline.trace import LOGGER, Outcome, observed
from llmkit.providers.telemetry_names import TELEMETRY_NAMES
from llmkit.tracing import conventions as named
from llmkit.tracing.cache_diagnosis import cache_diagnosis
from llmkit.tracing.content import Content, Redact
from llmkit.tracing.conventions import VERSIONS, Names, Version
from llmkit.tracing.record import asked, said
from llmkit.types.events import Event, Finish, PartEnd, PartStart, Start, WireEvent
from llmkit.types.reply import Attempt, Reply
from llmkit.types.responses import CompletionResponse
from llmkit.version import VERSION

__all__ = ["Telemetry"]

Attributes = dict[str, Any]
_NO_CHUNK = (Start, PartStart, PartEnd, WireEvent, Finish)
_GLANCE = 1.0
"""Seconds after which is looked again whether anybody listens: asking takes longer than all the rest."""


class Telemetry(msgspec.Struct, frozen=True, kw_only=True):
    """Make a client span of each call, a child of the span around it, and record metrics.

    Where no SDK is set up it does nothing, in less than a microsecond; one that is set up later is noticed within a second. What was
    asked and answered, and errors' messages, are kept only with `content=True`, each text through `redact`. `propagate=True` sends
    the W3C trace context to the provider. `conventions` chooses the version of the names.

    >>> from llmkit import LLMKit
    >>> kit = LLMKit(layers=[Telemetry()])
    """

    conventions: Version = "latest"
    content: bool = False
    redact: Redact | None = None
    propagate: bool = False
    tracer_provider: trace.TracerProvider | None = None
    meter_provider: metrics.MeterProvider | None = None
    _state: list[Any] = msgspec.field(default_factory=lambda: [0.0, None])
    """When to look again, and the instruments once somebody listens."""

    def __post_init__(self) -> None:
        if self.conventions not in VERSIONS:
            near = nearest(str(self.conventions), VERSIONS)
            hint = f"Did you mean {near[0]}?" if near else f"Versions: {', '.join(VERSIONS)}."
            raise ConfigurationError(f"There are no conventions {self.conventions!r}.", parameter="conventions", hint=hint)
        if self.content and not VERSIONS[self.conventions].input_messages:
            raise ConfigurationError(f"Conventions {self.conventions} have no attributes for content.", parameter="content")
        if self.redact is not None and not self.content:
            raise ConfigurationError("redact goes with content=True: nothing else holds words.", parameter="redact")

    @property
    def name(self) -> str:
        """Return the place in the order of layers."""
        return "trace"

    async def __call__(self, call: Call, next: Next[Any], /) -> Any:
        """Return the reply, and tell what became of it."""
        instruments = self._state[1]
        if instruments is None:
            now = call.runtime.now()
            if now < self._state[0]:
                return await next(call)
            instruments = self._look(now)
            if instruments is None:
                return await next(call)
        try:
            witness = _Span(self, instruments, call)
            seen = witness.passed_on(call) if self.propagate else call
        except Exception as failure:  # an SDK's processors are others' code; they may not break a call
            LOGGER.warning("No span could be made: %s", type(failure).__name__)
            return await next(call)
        return await observed(seen, next, witness)

    def _look(self, now: float) -> _Instruments | None:
        """Return the instruments if anybody listens; else look again later."""
        tracers = self.tracer_provider or trace.get_tracer_provider()
        meters = self.meter_provider or metrics.get_meter_provider()
        # A proxy stands there until an SDK is set up; the class of the one for meters is not public.
        if isinstance(tracers, trace.ProxyTracerProvider) and "Proxy" in type(meters).__name__:
            self._state[0] = now + _GLANCE
            return None
        instruments = self._state[1] = _Instruments(tracers, meters, VERSIONS[self.conventions])
        return instruments


class _Instruments:
    """The tracer and the metrics."""

    def __init__(self, tracers: trace.TracerProvider, meters: metrics.MeterProvider, names: Names) -> None:
        meter = meters.get_meter("llmkit", VERSION)
        seconds = meter.create_histogram

        self.names = names
        self.tracer = tracers.get_tracer("llmkit", VERSION)
        self.duration = seconds(named.DURATION_METRIC, unit="s", explicit_bucket_boundaries_advisory=list(named.SECONDS_BUCKETS))
        self.tokens = seconds(named.TOKENS_METRIC, unit="{token}", explicit_bucket_boundaries_advisory=list(named.TOKEN_BUCKETS))
        self.cost = meter.create_counter(named.COST_METRIC, unit="{money}", description="What calls cost, where that is known.")
        self.first = self.chunk = None
        if names.first_chunk_metric:
            first = list(named.FIRST_CHUNK_BUCKETS)
            self.first = seconds(names.first_chunk_metric, unit="s", explicit_bucket_boundaries_advisory=first)
            self.chunk = seconds(names.chunk_metric, unit="s", explicit_bucket_boundaries_advisory=list(named.CHUNK_BUCKETS))


class _Span:
    """One call as a span."""

    def __init__(self, telemetry: Telemetry, instruments: _Instruments, call: Call) -> None:
        self._telemetry, self._instruments, self._call = telemetry, instruments, call
        self._first: float | None = None
        self._before = 0.0
        self._gaps: list[float] = []
        provider, _, model = call.model.partition("/")
        self._common: Attributes = {
            named.OPERATION: named.OPERATIONS.get(call.operation, call.operation),
            named.REQUEST_MODEL: model,
            instruments.names.provider: TELEMETRY_NAMES.get(provider, provider),
        }
        self._span = instruments.tracer.start_span(
            f"{self._common[named.OPERATION]} {model}",
            kind=trace.SpanKind.CLIENT,
            attributes={**self._common, **_asked(call, instruments.names)},
        )

    def passed_on(self, call: Call) -> Call:
        """Return the call with the span's W3C trace context in its headers; the user's own headers win."""
        carrier: dict[str, str] = {}
        TraceContextTextMapPropagator().inject(carrier, context=trace.set_span_in_context(self._span))
        request = msgspec.structs.replace(call.request, extra_headers={**carrier, **call.request.extra_headers})
        return msgspec.structs.replace(call, request=request)

    def event(self, event: Event, seconds: float) -> None:
        if isinstance(event, _NO_CHUNK):
            return
        if self._first is None:
            self._first = seconds
        else:
            self._gaps.append(seconds - self._before)
        self._before = seconds

    def end(self, outcome: Outcome) -> None:
        try:
            self._measure(outcome)
            if self._span.is_recording():
                self._describe(outcome)
        finally:
            self._span.end()

    def _measure(self, outcome: Outcome) -> None:
        instruments, response = self._instruments, outcome.response
        about = dict(self._common)
        provider = getattr(response, "provider", "")
        if provider:  # after a failover it is another than the one asked first
            about[instruments.names.provider] = TELEMETRY_NAMES.get(provider, provider)
        if model := getattr(response, "model", ""):
            about[named.RESPONSE_MODEL] = model
        self._common = about
        failed = {} if outcome.error is None else {named.ERROR: _kind(outcome.error)}
        instruments.duration.record(outcome.seconds, {**about, **failed})
        if (usage := getattr(response, "usage", None)) is not None:
            instruments.tokens.record(usage.input, {**about, named.TOKEN_TYPE: "input"})
            instruments.tokens.record(usage.output, {**about, named.TOKEN_TYPE: "output"})
        if (cost := getattr(response, "cost", None)) is not None:
            instruments.cost.add(float(cost.amount), {**about, named.CURRENCY: cost.currency})
        if instruments.first is not None and instruments.chunk is not None and self._first is not None:
            instruments.first.record(self._first, about)
            for gap in self._gaps:
                instruments.chunk.record(gap, about)

    def _describe(self, outcome: Outcome) -> None:
        span, names = self._span, self._instruments.names
        span.set_attributes({**self._common, **_answered(outcome.response, names)})
        if self._first is not None and names.first_chunk:
            span.set_attribute(names.first_chunk, self._first)
        for attempt in outcome.attempts:
            span.add_event(named.ATTEMPT_EVENT, _attempt(attempt, names))
        content = Content(self._telemetry.redact) if self._telemetry.content else None
        if content is not None:
            span.set_attributes(_words(self._call, outcome.response, content, names))
        if outcome.error is not None:
            span.set_attribute(named.ERROR, _kind(outcome.error))
            # A provider's message can quote what was asked.
            said = content.text(str(outcome.error)) if content is not None else None
            span.set_status(trace.Status(trace.StatusCode.ERROR, said))


def _asked(call: Call, names: Names) -> Attributes:
    request = call.request
    about: Attributes = {}
    for field, attribute in named.SETTINGS.items():
        value = getattr(request, field, None)
        if value is not None and value != () and not (field == "n" and value == 1):
            about[attribute] = value
    if getattr(request, "output", None) is not None:
        about[named.OUTPUT_TYPE] = "json"
    if call.stream and names.stream:
        about[names.stream] = True
    if call.scope.tenant:
        about[named.TENANT] = call.scope.tenant
    if call.scope.tags:
        about[named.TAGS] = call.scope.tags
    return about


def _answered(response: Any, names: Names) -> Attributes:
    about: Attributes = {}
    if isinstance(response, Reply):
        about = {named.RESPONSE_ID: response.id, named.REQUEST_ID: response.request_id}
    if isinstance(response, CompletionResponse):
        others = [candidate.finish.unified for candidate in response.candidates if candidate.finish is not None]
        diagnosis = cache_diagnosis(response)
        about[named.FINISH_REASONS] = (response.finish.unified, *others)
        about[named.CACHE_DIAGNOSIS] = None if diagnosis is None else diagnosis.reason or diagnosis.kind
    if (usage := getattr(response, "usage", None)) is not None:
        about |= {named.INPUT_TOKENS: usage.input, named.OUTPUT_TOKENS: usage.output}
        about |= {named.ESTIMATED: True} if usage.source == "estimated" else {}
        written = usage.cache_write + usage.cache_write_5m + usage.cache_write_1h
        buckets = ((names.cache_read, usage.cache_read), (names.cache_write, written), (names.reasoning, usage.reasoning))
        about |= {name: count for name, count in buckets if name and count}
    if (cost := getattr(response, "cost", None)) is not None:
        about |= {named.COST: float(cost.amount), named.CURRENCY: cost.currency}
    return {name: value for name, value in about.items() if value is not None}


def _attempt(attempt: Attempt, names: Names) -> Attributes:
    about: Attributes = {
        names.provider: TELEMETRY_NAMES.get(attempt.provider, attempt.provider),
        named.REQUEST_MODEL: attempt.model,
        named.ATTEMPT_SECONDS: attempt.seconds,
        named.ERROR: attempt.error,
        named.STATUS_CODE: attempt.status,
    }
    return {name: value for name, value in about.items() if value is not None}


def _words(call: Call, response: Any, content: Content, names: Names) -> Attributes:
    turns = asked(call, content)
    about: Attributes = {
        names.input_messages: [turn for turn in turns if turn["role"] != "system"],
        names.instructions: [part for turn in turns if turn["role"] == "system" for part in turn["parts"]],
        names.output_messages: [turn] if (turn := said(response, content)) else None,
    }
    return {name: json.dumps(value, ensure_ascii=False) for name, value in about.items() if value}


def _kind(error: BaseException) -> str:
    """Return the class of a failure; a status of which no class of ours tells more is one, too."""
    if type(error) is ProviderError and error.status:
        return str(error.status)
    return type(error).__name__

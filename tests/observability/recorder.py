"""A tracer and a meter that remember, over OpenTelemetry's API alone: the SDK is a dependency that these tests do not need."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from typing import Any

from opentelemetry import metrics, trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags


class Span(NonRecordingSpan):
    def __init__(self, name: str, parent: SpanContext, about: dict[str, Any], number: int, kind: Any) -> None:
        super().__init__(SpanContext(parent.trace_id or 0xABC, number, is_remote=False, trace_flags=TraceFlags(1)))
        self.name, self.parent, self.attributes, self.kind = name, parent, dict(about), kind
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.status: Any = None
        self.ended = 0

    def is_recording(self) -> bool:
        return True

    def set_attribute(self, key: str, value: Any) -> None:
        self.attributes[key] = value

    def set_attributes(self, attributes: Any) -> None:
        self.attributes.update(attributes)

    def add_event(self, name: str, attributes: Any = None, timestamp: int | None = None) -> None:
        self.events.append((name, dict(attributes or {})))

    def set_status(self, status: Any, description: str | None = None) -> None:
        self.status = status

    def end(self, end_time: int | None = None) -> None:
        self.ended += 1


class Recorder(trace.TracerProvider, metrics.MeterProvider):
    """Both providers in one; `spans` and `measured` hold what came."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.measured: list[tuple[str, float, dict[str, Any]]] = []
        self.units: dict[str, str] = {}

    def get_tracer(self, *names: Any, **more: Any) -> Any:
        recorder = self

        class Tracer(trace.Tracer):
            def start_span(self, name: str, context: Any = None, kind: Any = None, attributes: Any = None, *rest: Any, **more: Any) -> Span:
                parent = trace.get_current_span(context).get_span_context()
                span = Span(name, parent, attributes or {}, len(recorder.spans) + 1, kind)
                recorder.spans.append(span)
                return span

            @contextmanager
            def start_as_current_span(self, name: str, *rest: Any, **more: Any) -> Any:
                span = self.start_span(name)
                with trace.use_span(span):
                    yield span

        return Tracer()

    def get_meter(self, *names: Any, **more: Any) -> Any:
        recorder = self

        class Meter(metrics.NoOpMeter):
            def create_histogram(self, name: str, unit: str = "", *rest: Any, **more: Any) -> Any:
                recorder.units[name] = unit
                return Instrument(recorder, name)

            create_counter = create_histogram

        return Meter("recorder")

    def of(self, metric: str) -> list[tuple[float, dict[str, Any]]]:
        """Return what was measured under this name."""
        return [(value, about) for name, value, about in self.measured if name == metric]


class Instrument:
    def __init__(self, recorder: Recorder, name: str) -> None:
        self.recorder, self.name = recorder, name

    def record(self, amount: float, attributes: Any = None, *rest: Any) -> None:
        self.recorder.measured.append((self.name, amount, dict(attributes or {})))

    add = record


def names(measured: Sequence[tuple[str, float, dict[str, Any]]]) -> set[str]:
    return {name for name, *_ in measured}

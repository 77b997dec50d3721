"""What OpenTelemetry is told: spans and metrics of calls, and records of usage. Only this package knows OpenTelemetry."""

try:
    import opentelemetry.metrics
    import opentelemetry.trace  # noqa: F401 - to say what to install, before anything else fails
except ImportError as error:
    raise ImportError('Telemetry needs OpenTelemetry: pip install "llmkit[otel]"') from error

from llmkit.otel.sink import TelemetrySink
from llmkit.otel.telemetry import Telemetry

__all__ = ["Telemetry", "TelemetrySink"]

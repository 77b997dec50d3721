"""A prediction into our response."""

from __future__ import annotations

import msgspec

from llmkit.dialects.error_text import error_text
from llmkit.dialects.gemini.decode import created_of
from llmkit.dialects.gemini.wire import is_given, object_of, read_any
from llmkit.dialects.predictions.errors import failed
from llmkit.dialects.predictions.output import output_parts
from llmkit.dialects.predictions.usage import usage_of
from llmkit.dialects.predictions.wire import FAILED, READ, RUNNING, read_prediction
from llmkit.errors import ProtocolError
from llmkit.types.parts import Provenance
from llmkit.types.responses import CompletionResponse, FinishReason, UnifiedFinish

FINISH: dict[str, UnifiedFinish] = {"succeeded": "stop", "completed": "stop", "successful": "stop"}
_KNOWN = {*FINISH, *RUNNING, *FAILED, "canceled", "cancelled"}


def decode(body: bytes, /, *, origin: Provenance) -> CompletionResponse:
    """Return the response in `body`. Raises `ProtocolError` for other bytes, a `ProviderError` for a prediction that failed."""
    try:
        if not body.isascii():
            body.decode()
        prediction = read_prediction(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        prediction = None
    if prediction is None or (prediction.state not in _KNOWN and not (prediction.state and prediction.output)):
        raise ProtocolError(f"The answer is not a prediction; it begins: {error_text(body[:80]).strip()}")
    if prediction.state in FAILED:
        raise failed(prediction.state, prediction.error)
    native = msgspec.Raw(bytes(prediction.output))
    output = read_any(native) if is_given(native) else None
    raw = msgspec.Raw(body)
    return CompletionResponse(
        id=prediction.id,
        model=prediction.model or "",
        content=output_parts(output, native, origin),
        finish=FinishReason(unified=FINISH.get(prediction.state, "other"), raw=prediction.status),
        usage=usage_of(prediction.metrics, output),
        created=created_of(prediction.created_at),
        extra={name: value for name, value in object_of(raw).items() if name not in READ and value is not None},
        raw=raw,
    )

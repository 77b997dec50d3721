"""Where a prediction goes on that still runs: its stream, or the place to ask again."""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from llmkit.dialects.polling import delay_of
from llmkit.dialects.predictions.wire import RUNNING, read_prediction
from llmkit.types.dialect import Follow


def follow(body: bytes, /, *, stream: bool, polls: int) -> Follow | None:
    """Return where to ask next; None when the prediction is over, and for whatever is none.

    Only the status ends it: an answer within the waiting time has its output already and still says `processing` (recorded 2024-10).
    """
    try:
        prediction = read_prediction(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if prediction.state not in RUNNING:
        return None
    urls = prediction.urls
    if stream and urls is not None and urls.stream:
        return Follow(url=urls.stream, stream=True)
    if urls is not None and urls.get:
        return Follow(url=urls.get, delay=delay_of(polls))
    return Follow(url=f"status/{quote(prediction.id, safe='')}", delay=delay_of(polls)) if prediction.id else None

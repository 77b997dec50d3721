"""Read predictions: jobs with an output, and streams of named events. Collections, trainings and versions were recorded beside them."""

from __future__ import annotations

import json
from typing import Any

from tests.conformance.reading import FAILED, Reading, mapping

_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".mp3", ".wav", ".flac", ".mp4", ".webm")


def read_body(raw: bytes) -> Reading:
    """Read a prediction as it stands, over or not."""
    try:
        body = json.loads(raw)
    except ValueError:
        return FAILED
    status = body.get("status") if isinstance(body, dict) else None
    if not isinstance(status, str) or status == "failed":
        return FAILED
    reading = Reading(model=body.get("model"), finish=status, unified={"stop"} if status == "succeeded" else {"other"})
    output = body.get("output")
    items = output if isinstance(output, list) else [] if output is None else [output]
    if items and all(_is_medium(item) for item in items):
        reading.media = len(items)
    elif all(isinstance(item, str) for item in items):
        reading.text = "".join(items)
    metrics = mapping(body.get("metrics"))
    if "output_token_count" in metrics:
        reading.usage = {"input": metrics.get("input_token_count", 0), "output": metrics["output_token_count"]}
    return reading


def read_stream(raw: bytes) -> Reading:
    """Read a stream of the events `output`, `error` and `done`; an answer that only names the stream is read as a body."""
    if raw.lstrip()[:1] == b"{":
        return FAILED
    reading = Reading(complete=False)
    for block in raw.decode().replace("\r\n", "\n").split("\n\n"):
        lines = block.split("\n")
        name = "".join(line[6:].strip() for line in lines if line.startswith("event:"))
        data = "\n".join(line[5:].removeprefix(" ") for line in lines if line.startswith("data:"))
        if name == "error":
            return FAILED
        if name == "output":
            reading.text += data
        elif name == "done":
            reading.complete, reading.unified = True, {"stop"}
    return reading


def _is_medium(item: Any) -> bool:
    return isinstance(item, str) and (item.startswith("data:") or (item.startswith("https://") and item.endswith(_ENDINGS)))

"""What an answer with pictures is compared by."""

from __future__ import annotations

import base64
from typing import Any

from llmkit.types.image import ImageRequest
from tests.recordings.recorded import Recorded

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
ASKED = ImageRequest(model="m", prompt="x")


def made(reply: Any) -> Any:
    """Return what can be compared of a reply: each picture by its bytes or its address, and the prompts."""
    return ([image.url or base64.b64encode(image.data).decode() for image in reply.images], list(reply.revised_prompts))


def data_listed(data: Any) -> Any:
    """Return the same of the items of OpenAI's kind, read by hand."""
    items = [item for item in data if item.get("b64_json") or item.get("url")]
    return ([item.get("b64_json") or item["url"] for item in items], [item.get("revised_prompt") or None for item in items])


def failed(module: Any, recorded: Recorded) -> Any:
    error = module.error(recorded.status, recorded.answer.headers, recorded.raw)
    return (error.status, bool(str(error)))

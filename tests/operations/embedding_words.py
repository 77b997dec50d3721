"""What a case of a wire format for vectors is made of."""

from __future__ import annotations

import base64
import struct
from typing import Any, NamedTuple

from llmkit import Image

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
PICTURE = Image(data=PNG, media_type="image/png")
PNG64 = base64.b64encode(PNG).decode()
PNG_URL = f"data:image/png;base64,{PNG64}"


def b64(*numbers: float, kind: str = "f") -> str:
    """Return numbers as the hosts pack them."""
    return base64.b64encode(struct.pack(f"<{len(numbers)}{kind}", *numbers)).decode()


def listed(*vectors: Any, **usage: int) -> dict[str, Any]:
    """Return an answer in OpenAI's form."""
    return {"data": [{"index": place, "embedding": vector} for place, vector in enumerate(vectors)], "usage": usage}


class Case(NamedTuple):
    """One call, what must go out for it, and what its answer means."""

    model: str
    inputs: Any
    options: dict[str, Any]
    path: str
    body: Any
    answer: Any
    vectors: list[list[float]]
    tokens: int | None = None
    format: str = "float"
    dropped: tuple[str, ...] = ()

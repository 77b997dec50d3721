"""What a case of speech is: a request, what goes out for it, and what comes back."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

from llmkit.testing.replies import Reply

MP3 = b"ID3\x04sound"
MP3_64 = base64.b64encode(MP3).decode()
SAMPLES = b"\x01\x00\x02\x00"
SAMPLES_64 = base64.b64encode(SAMPLES).decode()


def mp3(*headers: tuple[str, str]) -> Reply:
    return Reply(headers=(("Content-Type", "audio/mpeg"), *headers), pieces=(MP3,))


@dataclass(frozen=True)
class Case:
    """`asks` are the requests that are expected in order, `answers` what comes back; a function of the host's address makes one."""

    model: str
    options: dict[str, Any]
    asks: list[tuple[str, Any]]
    answers: list[Any]
    told: dict[str, Any] = field(default_factory=dict)
    method: str = "speech"
    text: str = "Hello"


def gemini(data: str, kind: str) -> dict[str, Any]:
    usage = {"promptTokenCount": 4, "candidatesTokenCount": 25}
    return {"candidates": [{"content": {"parts": [{"inlineData": {"mimeType": kind, "data": data}}]}}], "usageMetadata": usage}


QUEUE = {
    "submitted": lambda url: {"request_id": "r1", "response_url": f"{url}/fal-ai/x/requests/r1"},
    "waiting": {"status": "IN_QUEUE"},
    "done": {"status": "COMPLETED"},
}

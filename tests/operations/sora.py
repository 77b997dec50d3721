"""A host that makes one film in OpenAI's shape: the job that the tests of jobs look at."""

from __future__ import annotations

from typing import Any

from llmkit.testing import FakeHost
from llmkit.testing.host import bytes_reply
from llmkit.testing.serving import json_reply
from tests.operations.video_rows import MP4

SORA = "openai/sora-2"
BEGUN = {"id": "video_1", "status": "queued", "progress": 0, "model": "sora-2"}
RUNS = {"id": "video_1", "status": "in_progress", "progress": 40, "model": "sora-2"}
DONE = {"id": "video_1", "status": "completed", "progress": 100, "model": "sora-2", "seconds": "8", "size": "1280x720"}
LOOK = "GET /videos/video_1"
DOWN = json_reply(500, {"error": {"message": "down"}})


def sora(host: FakeHost, *looks: Any) -> FakeHost:
    host.on("POST /videos", BEGUN)
    if looks:
        host.on(LOOK, *looks)
    return host.on("GET /videos/video_1/content", bytes_reply(MP4, "video/mp4"))

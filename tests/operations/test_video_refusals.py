"""Films that cannot be asked for like that: refused before anything is sent, with what is right."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit.errors import InvalidRequest, LLMKitError, UnsupportedFeature
from llmkit.testing import FakeHost
from tests.operations.faces import use
from tests.operations.video_rows import MP4, PNG, quick_client

SORA = "openai/sora-2"
WRONG: dict[str, tuple[str, Any, dict[str, Any], type[LLMKitError], str]] = {
    "nothing": (SORA, None, {}, InvalidRequest, "nothing to make a film of"),
    "no text": (SORA, 3, {}, InvalidRequest, "prompt must be text"),
    "a size without form": (SORA, "x", {"size": "720p"}, InvalidRequest, "like 1280x720"),
    "lines without form": (SORA, "x", {"resolution": "big"}, InvalidRequest, "like 720p"),
    "a shape without form": (SORA, "x", {"aspect_ratio": "wide"}, InvalidRequest, "like 16:9"),
    "size twice": (SORA, "x", {"size": "1280x720", "resolution": "720p"}, InvalidRequest, "size says resolution already"),
    "no duration": (SORA, "x", {"duration": 0}, InvalidRequest, "seconds above 0"),
    "duration as text": (SORA, "x", {"duration": "4"}, InvalidRequest, "seconds above 0"),
    "too many": (SORA, "x", {"n": 99}, InvalidRequest, "from 1 to 16"),
    "an unknown option": (SORA, "x", {"durations": 4}, InvalidRequest, "Did you mean duration"),
    "an end without beginning": (SORA, "x", {"last_image": PNG}, InvalidRequest, "needs a first one"),
    "a film as picture": (SORA, "x", {"image": MP4}, InvalidRequest, "image"),
    "a picture as film": (SORA, "x", {"video": PNG}, InvalidRequest, "must be a film"),
    "no such file": (SORA, "x", {"video": "gone.mp4"}, InvalidRequest, "gone.mp4 cannot be read: No such file"),
    "a film that is no film": (SORA, "x", {"video": "data:video/mp4;base64,AAAA"}, InvalidRequest, "of an unknown kind"),
    "media that the format cannot take": (SORA, "x", {"images": [PNG]}, UnsupportedFeature, "pictures of who is in it"),
    "bytes where only addresses go": ("luma/ray-2", "x", {"image": PNG}, UnsupportedFeature, "at no address"),
    "nobody who speaks": ("d-id/talks", "hi", {}, InvalidRequest, "Somebody must speak"),
    "a provider without": ("anthropic/claude-sonnet-4-5", "x", {}, UnsupportedFeature, "others do"),
    "what cannot be said, where that is an error": (
        "runwayml/gen4.5",
        "x",
        {"fps": 24, "on_unsupported": "error"},
        UnsupportedFeature,
        "fps",
    ),
}


@pytest.mark.parametrize("case", WRONG)
@pytest.mark.parametrize("method", ["video", "start_video"])
def test_what_is_wrong_is_refused_before_anything_is_sent(method: str, case: str) -> None:
    """Every message says what is right."""
    model, prompt, options, error, words = WRONG[case]
    name = model.partition("/")[0]
    with FakeHost() as host, pytest.raises(error, match=words):
        client = quick_client(name, host.url) if name != "anthropic" else {"keys": {name: "k"}, "base_urls": {name: host.url}}
        use("sync", client, method, model, prompt, **options)

    assert [] == host.requests

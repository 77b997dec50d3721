"""The vendors' own packages and we, pointed at the same host, put equal requests about films on the wire."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from llmkit.testing import FakeHost
from llmkit.testing.host import bytes_reply, form_of
from tests.operations.faces import use
from tests.operations.video_rows import MP4, PNG, quick_client

openai = pytest.importorskip("openai")
genai = pytest.importorskip("google.genai")

DONE = {"id": "video_1", "object": "video", "status": "completed", "model": "sora-2", "seconds": "8", "size": "1280x720", "progress": 100}


def fields(request: Any) -> list[tuple[str, str, bytes]]:
    """Return the fields of a form without the names of files, which are ours, in any order."""
    return sorted((name, media_type, data) for name, _, media_type, data in form_of(request))


def by_openai(host: FakeHost, **sent: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the service is shut down, its shape is not
        client = openai.OpenAI(api_key="sk-test-operations", base_url=host.url, max_retries=0)
        begun = client.videos.create(**sent)
        client.videos.download_content(client.videos.retrieve(begun.id).id)


OPENAI: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "words": ({"prompt": "a cat", "model": "sora-2"}, {}),
    "length and size": (
        {"prompt": "a cat", "model": "sora-2", "seconds": "8", "size": "1280x720"},
        {"duration": 8, "aspect_ratio": "16:9", "resolution": "720p"},
    ),
    "a picture": ({"prompt": "a cat", "model": "sora-2", "input_reference": ("image.png", PNG, "image/png")}, {"image": PNG}),
}


@pytest.mark.parametrize("case", OPENAI)
def test_openai_and_we_send_the_same(case: str) -> None:
    """Beginning, look and download."""
    theirs, ours = OPENAI[case]
    with FakeHost() as host:
        host.on("POST /videos", {**DONE, "status": "queued", "created_at": 1}).on("GET /videos/video_1", {**DONE, "created_at": 1})
        host.on("GET /videos/video_1/content", bytes_reply(MP4, "video/mp4"))
        by_openai(host, **theirs)
        use("sync", quick_client("openai", host.url), "video", "openai/sora-2", "a cat", **ours)

    assert [(request.method, request.path) for request in host.requests[:3]] == [
        (request.method, request.path) for request in host.requests[3:]
    ]
    assert fields(host.requests[0]) == fields(host.requests[3])


VEO = "veo-3.1-generate-001"
GOOGLE: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "words": ({"prompt": "a cat"}, {}, {}),
    "settings": (
        {"prompt": "a cat"},
        {
            "number_of_videos": 2,
            "fps": 24,
            "duration_seconds": 8,
            "seed": 7,
            "aspect_ratio": "16:9",
            "resolution": "1080p",
            "negative_prompt": "dogs",
            "generate_audio": True,
        },
        {"n": 2, "fps": 24, "duration": 8, "seed": 7, "size": "1920x1080", "negative_prompt": "dogs", "audio": True},
    ),
    "first and last picture": (
        {"prompt": "a cat", "image": {"image_bytes": PNG, "mime_type": "image/png"}},
        {"last_frame": {"image_bytes": PNG, "mime_type": "image/png"}},
        {"image": PNG, "last_image": PNG},
    ),
    "pictures of who is in it": (
        {"prompt": "a cat"},
        {"reference_images": [{"image": {"image_bytes": PNG, "mime_type": "image/png"}, "reference_type": "asset"}]},
        {"images": [PNG]},
    ),
    "a film to go on with": ({"prompt": "a cat", "video": {"video_bytes": MP4, "mime_type": "video/mp4"}}, {}, {"video": MP4}),
}


@pytest.mark.parametrize("case", GOOGLE)
def test_google_and_we_send_the_same_to_vertex(case: str) -> None:
    """Beginning and look; the second is a method of the model too."""
    source, config, ours = GOOGLE[case]
    credentials = pytest.importorskip("google.oauth2.credentials").Credentials(token="t")
    model = f"/projects/p/locations/l/publishers/google/models/{VEO}"
    name = f"{model[1:]}/operations/o1"
    with FakeHost() as host:
        done = {"name": name, "done": True, "response": {"videos": [{"gcsUri": "gs://b/1.mp4", "mimeType": "video/mp4"}]}}
        host.on(f"POST /v1{model}:predictLongRunning", {"name": name}).on(f"POST /v1{model}:fetchPredictOperation", done)
        client = genai.Client(
            vertexai=True, project="p", location="l", credentials=credentials, http_options={"base_url": host.url, "api_version": "v1"}
        )
        client.operations.get(client.models.generate_videos(model=VEO, source=source, config=config or None))
        settings = {"vertex": {"project": "p", "location": "l", "access_token": "t"}}
        arguments = {**quick_client("vertex", f"{host.url}/v1/projects/p/locations/l"), "settings": settings, "keys": {}}
        use("sync", arguments, "video", f"vertex/{VEO}", "a cat", **ours)

    theirs, mine = host.requests[:2], host.requests[2:]
    assert [request.path for request in theirs] == [request.path for request in mine]
    assert [request.json for request in theirs] == [request.json for request in mine]

"""The vendors' own packages and ours, pointed at the same host, ask for pictures in the same words."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.errors import BadRequest
from llmkit.testing import FakeHost, Received
from llmkit.testing.host import form_of
from llmkit.testing.serving import json_reply
from tests.operations.image_places import JPEG, PNG, moved

CAT = "a cat"
GIF = b"GIF89a" + bytes(6)
"""Bytes that both alphabets of base64 spell alike: the package uses the one for addresses, and protobuf reads either."""
Ask = Callable[[Any], object]


def file(data: bytes, name: str, kind: str) -> tuple[str, io.BytesIO, str]:
    return (name, io.BytesIO(data), kind)


OPENAI: dict[str, tuple[Ask, str, str | None, dict[str, Any]]] = {
    "made": (
        lambda sdk: sdk.images.generate(model="gpt-image-2", prompt=CAT, n=2, size="1024x1536", quality="high", background="opaque"),
        "gpt-image-2",
        CAT,
        {"n": 2, "size": "1024x1536", "quality": "high", "background": "opaque"},
    ),
    "made as webp": (
        lambda sdk: sdk.images.generate(model="gpt-image-1.5", prompt=CAT, output_format="webp", output_compression=70, user="u"),
        "gpt-image-1.5",
        CAT,
        {"format": "webp", "compression": 70, "user": "u"},
    ),
    "changed": (
        lambda sdk: sdk.images.edit(model="gpt-image-1.5", prompt=CAT, image=file(PNG, "image-1.png", "image/png"), n=2),
        "gpt-image-1.5",
        CAT,
        {"images": PNG, "n": 2},
    ),
    "several changed, with a mask": (
        lambda sdk: sdk.images.edit(
            model="gpt-image-1.5",
            prompt=CAT,
            image=[file(PNG, "image-1.png", "image/png"), file(JPEG, "image-2.jpg", "image/jpeg")],
            mask=file(PNG, "mask.png", "image/png"),
            output_format="jpeg",
            size="1024x1024",
        ),
        "gpt-image-1.5",
        CAT,
        {"images": [PNG, JPEG], "mask": PNG, "format": "jpeg", "size": "1024x1024"},
    ),
    "varied": (
        lambda sdk: sdk.images.create_variation(model="dall-e-2", image=file(PNG, "image-1.png", "image/png"), n=2, size="256x256"),
        "dall-e-2",
        None,
        {"images": PNG, "n": 2, "size": "256x256"},
    ),
}
GOOGLE: dict[str, tuple[Ask, str, dict[str, Any]]] = {
    "imagen": (
        lambda sdk: sdk.models.generate_images(
            model="imagen-4.0-generate-001",
            prompt=CAT,
            config={
                "number_of_images": 2,
                "aspect_ratio": "16:9",
                "image_size": "2K",
                "guidance_scale": 7.5,
                "output_mime_type": "image/jpeg",
                "output_compression_quality": 80,
            },
        ),
        "imagen-4.0-generate-001",
        {"n": 2, "aspect_ratio": "16:9", "resolution": "2K", "guidance": 7.5, "format": "jpeg", "compression": 80},
    ),
    "gemini": (
        lambda sdk: sdk.models.generate_content(
            model="gemini-3-pro-image-preview",
            contents=[{"role": "user", "parts": [{"text": CAT}, {"inlineData": {"mimeType": "image/gif", "data": GIF}}]}],
            config={"response_modalities": ["TEXT", "IMAGE"], "image_config": {"aspect_ratio": "21:9", "image_size": "4K"}},
        ),
        "gemini-3-pro-image-preview",
        {"images": GIF, "aspect_ratio": "21:9", "resolution": "4K"},
    ),
}


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[FakeHost, LLMKit]]:
    """Give one host that refuses everything, and our client of it."""
    with FakeHost() as host, LLMKit(**moved(f"{host.url}/v1beta", "google", "openai")) as kit:
        host.on("POST /*", json_reply(400, {"error": {"message": "no", "code": 400}}))
        yield host, kit


def said(request: Received) -> tuple[str, Any]:
    """Return path and body; a form by its fields in order of name, as order means nothing in one."""
    if "multipart" in request.headers.get("content-type", ""):
        return request.target, sorted([(name, filename, kind if filename else "", data) for name, filename, kind, data in form_of(request)])
    return request.target, request.json


def ours(place: tuple[FakeHost, LLMKit], model: str, prompt: str | None, options: dict[str, Any]) -> tuple[str, Any]:
    host, kit = place
    with pytest.raises(BadRequest):
        kit.image(model, prompt, **options)
    return said(host.requests[-1])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("case", OPENAI)
def test_openai_s_package_says_the_same(case: str, place: tuple[FakeHost, LLMKit]) -> None:
    """A list of one file is a list to the package; here one is one, as it does for a file alone."""
    openai = pytest.importorskip("openai")
    theirs, model, prompt, options = OPENAI[case]
    with pytest.raises(openai.BadRequestError):
        theirs(openai.OpenAI(api_key="sk-test", base_url=f"{place[0].url}/v1beta", max_retries=0))
    wanted = said(place[0].requests[-1])

    assert wanted == ours(place, f"openai/{model}", prompt, options)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("case", GOOGLE)
def test_google_s_package_says_the_same(case: str, place: tuple[FakeHost, LLMKit]) -> None:
    """Both of its ways to a picture."""
    genai = pytest.importorskip("google.genai")
    theirs, model, options = GOOGLE[case]
    # Imagen is left to Vertex by the package since version 3; the path there has another beginning.
    sdk = genai.Client(api_key="test", vertexai=case == "imagen", http_options={"base_url": place[0].url, "api_version": "v1beta"})
    with pytest.raises(genai.errors.ClientError):
        theirs(sdk)
    path, wanted = said(place[0].requests[-1])
    wanted = json.loads(json.dumps(wanted).replace('"mime_type"', '"mimeType"'))  # protobuf reads both spellings, the package mixes them

    where, body = ours(place, f"google/{model}", CAT, options)
    assert wanted == body
    assert path.replace("publishers/google/", "") == where

"""What each format of pictures puts on the wire: one table, through the public client."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.errors import BadRequest
from llmkit.providers.settings import fill
from llmkit.testing import FakeHost, Received
from llmkit.testing.host import form_of
from llmkit.testing.serving import json_reply
from tests.operations.faces import use
from tests.operations.image_maker_request_cases import MAKERS
from tests.operations.image_places import CAT, JPEG, LINK, PNG, Case, moved
from tests.operations.image_request_cases import LABORATORIES
from tests.rows import PROVIDERS

CASES: dict[str, Case] = {**LABORATORIES, **MAKERS}
Asking = Callable[[str, dict[str, Any]], Received]


@pytest.fixture(scope="module")
def asked() -> Iterator[Asking]:
    """Return what a request comes to on the wire. One client and one host serve all cases; every answer is a refusal."""
    with FakeHost() as host, LLMKit(**moved(f"{host.url}/at")) as kit:
        host.on("POST /*", json_reply(400, {"error": {"message": "no"}}))

        def ask(model: str, options: dict[str, Any]) -> Received:
            with pytest.raises(BadRequest):
                kit.image(model, CAT, **options)
            sent = host.requests[-1]
            sent.target = sent.target.removeprefix("/at") or "/"
            return sent

        yield ask


@pytest.mark.parametrize("case", CASES)
def test_the_settings_are_said_in_the_words_of_the_format(case: str, asked: Asking) -> None:
    """Every provider has words of its own for the same wish."""
    model, options, path, body = CASES[case]

    sent = asked(model, options)

    assert (path, body) == (sent.target, sent.json)


FORMS: dict[str, tuple[str, dict[str, Any], str, list[tuple[str, Any]]]] = {
    "openai, one image": (
        "openai/gpt-image-1.5",
        {"images": PNG, "n": 2},
        "/images/edits",
        [("model", "gpt-image-1.5"), ("prompt", CAT), ("n", "2"), ("image", PNG)],
    ),
    "openai, several and a mask": (
        "openai/gpt-image-1.5",
        {"images": [PNG, JPEG], "mask": PNG, "format": "webp"},
        "/images/edits",
        [("model", "gpt-image-1.5"), ("prompt", CAT), ("output_format", "webp"), ("image[]", PNG), ("image[]", JPEG), ("mask", PNG)],
    ),
    "stability": (
        "stability/ultra",
        {"aspect_ratio": "16:9", "seed": 3, "format": "webp", "negative_prompt": "dog", "style": "anime"},
        "/stable-image/generate/ultra",
        [
            ("prompt", CAT),
            ("aspect_ratio", "16:9"),
            ("style_preset", "anime"),
            ("output_format", "webp"),
            ("seed", "3"),
            ("negative_prompt", "dog"),
        ],
    ),
    "stability, from an image": (
        "stability/sd3.5-large",
        {"images": PNG, "strength": 0.5},
        "/stable-image/generate/sd3",
        [("prompt", CAT), ("strength", "0.5"), ("model", "sd3.5-large"), ("mode", "image-to-image"), ("image", PNG)],
    ),
    "stability, a mask": (
        "stability/inpaint",
        {"images": PNG, "mask": JPEG},
        "/stable-image/edit/inpaint",
        [("prompt", CAT), ("image", PNG), ("mask", JPEG)],
    ),
    "recraft": (
        "recraft/recraftv3",
        {"images": PNG, "strength": 0.2, "n": 2},
        "/images/imageToImage",
        [("model", "recraftv3"), ("prompt", CAT), ("n", "2"), ("strength", "0.2"), ("image", PNG)],
    ),
    "recraft, a mask": (
        "recraft/recraftv3",
        {"images": PNG, "mask": JPEG},
        "/images/inpaint",
        [("model", "recraftv3"), ("prompt", CAT), ("image", PNG), ("mask", JPEG)],
    ),
    "ideogram": (
        "ideogram/ideogram-4-5",
        {"images": [PNG, JPEG], "mask": PNG, "quality": "very_low"},
        "/v2/image/precise-edit/ideogram-4-5",
        [("prompt", CAT), ("quality", "very_low"), ("image", PNG), ("reference_images", JPEG), ("mask", PNG)],
    ),
    "topaz": (
        "topaz/Standard_V2",
        {"images": PNG, "size": "2048x2048", "format": "jpeg"},
        "/enhance/async",
        [
            ("model", "Standard V2"),
            ("prompt", CAT),
            ("output_width", "2048"),
            ("output_height", "2048"),
            ("output_format", "jpeg"),
            ("image", PNG),
        ],
    ),
}


@pytest.mark.parametrize("case", FORMS)
def test_files_go_in_forms_under_names_of_our_own(case: str, asked: Asking) -> None:
    """A path of the user's is nobody's business."""
    model, options, path, fields = FORMS[case]

    request = asked(model, options)
    sent = form_of(request)

    assert path == request.target
    assert fields == [(name, data if filename else data.decode()) for name, filename, _, data in sent]
    assert all(filename.split(".")[-1] in ("png", "jpg") for _, filename, _, _ in sent if filename)


def test_prodia_s_inputs_stand_beside_the_job(asked: Asking) -> None:
    """The job is a file of the form, as its documentation has it."""
    job, given = form_of(asked("prodia/inference.flux-kontext.v1", {"images": PNG}))

    assert ("job", {"type": "inference.flux-kontext.v1", "config": {"prompt": CAT}}) == (job[0], json.loads(job[3]))
    assert ("input", PNG) == (given[0], given[3])


def test_runware_is_asked_with_a_list_of_tasks(asked: Asking) -> None:
    """Each has an id of its own: to a known one it answers with what it made then."""
    options = {"n": 2, "size": "512x512", "format": "jpeg", "images": LINK}
    first, second = [asked("runware/runware:101@1", options).json[0] for _ in range(2)]

    assert first.pop("taskUUID") != second.pop("taskUUID")
    assert first == {
        "taskType": "imageInference",
        "model": "runware:101@1",
        "positivePrompt": CAT,
        "includeCost": True,
        "numberResults": 2,
        "width": 512,
        "height": 512,
        "outputFormat": "JPG",
        "referenceImages": [LINK],
    }


def test_a_variation_is_an_edit_without_words() -> None:
    """It has a place of its own."""
    with FakeHost() as host:
        host.on("POST /images/variations", {"data": [{"url": LINK}]})

        reply = use("sync", moved(host.url, "openai"), "image", "openai/dall-e-2", images=PNG, size="256x256")

    assert ["model", "size", "image"] == [name for name, *_ in form_of(host.requests[0])]
    assert LINK == reply.image.url


# Where each is asked for, as the catalogue has it from the vendors' documentation and from recorded traffic.
ADDRESSES = {
    ("openai", "image"): "https://api.openai.com/v1/images/generations",
    ("openai", "image_edit"): "https://api.openai.com/v1/images/edits",
    ("azure", "image"): "https://{host}/openai/v1/images/generations",
    ("azure-deployments", "image_edit"): "https://{host}/openai/deployments/m/images/edits?api-version={api_version}",
    ("together", "image_edit"): "https://api.together.xyz/v1/images/generations",
    ("xai", "image"): "https://api.x.ai/v1/images/generations",
    ("xai", "image_edit"): "https://api.x.ai/v1/images/edits",
    ("openrouter", "image_edit"): "https://openrouter.ai/api/v1/images",
    ("google", "image"): "https://generativelanguage.googleapis.com/v1beta/models/m:predict",
    ("vertex", "image_edit"): "https://{host}/v1/projects/{project}/locations/{location}/publishers/google/models/m:predict",
    ("bedrock", "image"): "https://bedrock-runtime.{region}.amazonaws.com/model/m/invoke",
    ("stability", "image"): "https://api.stability.ai/v2beta/stable-image/generate/m",
    ("black-forest-labs", "image"): "https://api.bfl.ai/v1/m",
    ("fal", "image"): "https://queue.fal.run/m",
    ("replicate", "image"): "https://api.replicate.com/v1/predictions",
    ("recraft", "image_edit"): "https://external.api.recraft.ai/v1/images/imageToImage",
    ("ideogram", "image"): "https://api.ideogram.ai/v2/image/generate/m",
    ("ideogram", "image_edit"): "https://api.ideogram.ai/v2/image/precise-edit/m",
    ("leonardo", "image"): "https://cloud.leonardo.ai/api/rest/v1/generations",
    ("luma", "image"): "https://api.lumalabs.ai/dream-machine/v1/generations/image",
    ("luma-agents", "image"): "https://agents.lumalabs.ai/v1/generations",
    ("runwayml", "image"): "https://api.dev.runwayml.com/v1/text_to_image",
    ("fireworks", "image"): "https://api.fireworks.ai/inference/v1/workflows/m/text_to_image",
    ("alibaba", "image"): "https://{host}/api/v1/services/aigc/multimodal-generation/generation",
    ("minimax", "image"): "https://api.minimax.io/v1/image_generation",
    ("siliconflow", "image"): "https://api.siliconflow.com/v1/images/generations",
    ("prodia", "image"): "https://inference.prodia.com/v2/job",
    ("wavespeed", "image"): "https://api.wavespeed.ai/api/v3/m",
    ("segmind", "image"): "https://api.segmind.com/v1/m",
    ("runware", "image"): "https://api.runware.ai/v1",
    ("vidu", "image"): "https://api.vidu.com/ent/v2/reference2image",
    ("kling", "image"): "https://api-singapore.klingai.com/v1/images/generations",
    ("topaz", "image_edit"): "https://api.topazlabs.com/image/v1/enhance/async",
    ("venice", "image"): "https://api.venice.ai/api/v1/image/generate",
    ("cloudflare-workers-ai", "image"): "https://api.cloudflare.com/client/v4/accounts/{account_id}/ai/run/m",
}


@pytest.mark.parametrize(("name", "operation"), ADDRESSES)
def test_each_is_asked_for_where_its_documentation_says(name: str, operation: str) -> None:
    """A path is nothing without what stands before it."""
    row = PROVIDERS[name]
    way = row.operations[operation]

    assert ADDRESSES[name, operation] == (way.base_url or row.base_url) + fill(way.path, {}, "m")

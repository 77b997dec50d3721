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
from llmkit.types.parts import Image
from tests.operations.faces import use
from tests.operations.image_places import DATA, JPEG, LINK, PNG, PNG64, moved
from tests.rows import PROVIDERS

CAT = "a cat"
Case = tuple[str, dict[str, Any], str, dict[str, Any]]
# model, options, path, body
CASES: dict[str, Case] = {
    "openai": (
        "openai/gpt-image-2",
        {"n": 2, "size": "1536x864", "quality": "high", "background": "opaque", "format": "webp", "compression": 80, "user": "u1"},
        "/images/generations",
        {
            "model": "gpt-image-2",
            "prompt": CAT,
            "n": 2,
            "size": "1536x864",
            "quality": "high",
            "background": "opaque",
            "output_format": "webp",
            "output_compression": 80,
            "user": "u1",
        },
    ),
    "openai, a ratio as a size": (
        "openai/gpt-image-2",
        {"aspect_ratio": "16:9"},
        "/images/generations",
        {"model": "gpt-image-2", "prompt": CAT, "size": "1360x768"},
    ),
    "openai, images by address": (
        "openai/gpt-image-1.5",
        {"images": [Image(url=LINK), Image(file_id="file_1")], "mask": PNG},
        "/images/edits",
        {"model": "gpt-image-1.5", "prompt": CAT, "images": [{"image_url": LINK}, {"file_id": "file_1"}], "mask": {"image_url": DATA}},
    ),
    "together": (
        "together/black-forest-labs/FLUX.1-schnell",
        {"size": "512x256", "seed": 42, "steps": 4, "n": 2, "negative_prompt": "dog", "guidance": 3.5, "format": "png"},
        "/images/generations",
        {
            "model": "black-forest-labs/FLUX.1-schnell",
            "prompt": CAT,
            "n": 2,
            "width": 512,
            "height": 256,
            "output_format": "png",
            "seed": 42,
            "negative_prompt": "dog",
            "guidance_scale": 3.5,
            "steps": 4,
        },
    ),
    "together, an image": (
        "together/black-forest-labs/FLUX.1-kontext-pro",
        {"images": PNG},
        "/images/generations",
        {"model": "black-forest-labs/FLUX.1-kontext-pro", "prompt": CAT, "image_url": DATA},
    ),
    "ark, two images": (
        "volcengine/doubao-seedream-4-0",
        {"images": [LINK, PNG], "resolution": "2K", "seed": 7},
        "/images/generations",
        {"model": "doubao-seedream-4-0", "prompt": CAT, "size": "2K", "seed": 7, "image": [LINK, DATA]},
    ),
    "xai": (
        "xai/grok-imagine-image",
        {"n": 2, "aspect_ratio": "16:9", "resolution": "2K"},
        "/images/generations",
        {"model": "grok-imagine-image", "prompt": CAT, "n": 2, "aspect_ratio": "16:9", "resolution": "2k"},
    ),
    "xai, one image": (
        "xai/grok-imagine-image",
        {"images": [LINK]},
        "/images/edits",
        {"model": "grok-imagine-image", "prompt": CAT, "image": {"type": "image_url", "url": LINK}},
    ),
    "xai, two images": (
        "xai/grok-imagine-image",
        {"images": [PNG, LINK]},
        "/images/edits",
        {
            "model": "grok-imagine-image",
            "prompt": CAT,
            "images": [{"type": "image_url", "url": DATA}, {"type": "image_url", "url": LINK}],
        },
    ),
    "openrouter": (
        "openrouter/google/gemini-3.1-flash-lite-image",
        {"aspect_ratio": "4:3", "seed": 1, "images": PNG},
        "/images",
        {
            "model": "google/gemini-3.1-flash-lite-image",
            "prompt": CAT,
            "aspect_ratio": "4:3",
            "seed": 1,
            "input_references": [{"type": "image_url", "image_url": {"url": DATA}}],
        },
    ),
    "imagen": (
        "google/imagen-4.0-generate-001",
        {"n": 2, "aspect_ratio": "16:9", "resolution": "2K", "format": "jpeg", "compression": 80},
        "/models/imagen-4.0-generate-001:predict",
        {
            "instances": [{"prompt": CAT}],
            "parameters": {
                "sampleCount": 2,
                "aspectRatio": "16:9",
                "sampleImageSize": "2K",
                "outputOptions": {"mimeType": "image/jpeg", "compressionQuality": 80},
            },
        },
    ),
    "imagen, a mask": (
        "google/imagen-3.0-capability-001",
        {"images": PNG, "mask": PNG},
        "/models/imagen-3.0-capability-001:predict",
        {
            "instances": [
                {
                    "prompt": CAT,
                    "referenceImages": [
                        {"referenceType": "REFERENCE_TYPE_RAW", "referenceId": 1, "referenceImage": {"bytesBase64Encoded": PNG64}},
                        {
                            "referenceType": "REFERENCE_TYPE_MASK",
                            "referenceId": 2,
                            "referenceImage": {"bytesBase64Encoded": PNG64},
                            "maskImageConfig": {"maskMode": "MASK_MODE_USER_PROVIDED"},
                        },
                    ],
                }
            ],
            "parameters": {"editMode": "EDIT_MODE_INPAINT_INSERTION"},
        },
    ),
    "gemini": (
        "google/gemini-3-pro-image-preview",
        {"aspect_ratio": "21:9", "resolution": "4K", "images": [PNG, JPEG]},
        "/models/gemini-3-pro-image-preview:generateContent",
        {
            "contents": [
                {
                    "role": "user",
                    "parts": [
                        {"text": CAT},
                        {"inlineData": {"mimeType": "image/png", "data": PNG64}},
                        {"inlineData": {"mimeType": "image/jpeg", "data": "/9j/4AAQSkZJRgAAAAAAAAAA"}},
                    ],
                }
            ],
            "generationConfig": {"responseModalities": ["TEXT", "IMAGE"], "imageConfig": {"aspectRatio": "21:9", "imageSize": "4K"}},
        },
    ),
    "nova canvas": (
        "bedrock/amazon.nova-canvas-v1:0",
        {"size": "1280x720", "n": 2, "quality": "premium", "seed": 3, "guidance": 6.5, "negative_prompt": "dog", "style": "PHOTOREALISM"},
        "/model/amazon.nova-canvas-v1%3A0/invoke",
        {
            "taskType": "TEXT_IMAGE",
            "textToImageParams": {"text": CAT, "negativeText": "dog", "style": "PHOTOREALISM"},
            "imageGenerationConfig": {"numberOfImages": 2, "width": 1280, "height": 720, "quality": "premium", "seed": 3, "cfgScale": 6.5},
        },
    ),
    "titan, a mask": (
        "bedrock/amazon.titan-image-generator-v2:0",
        {"images": PNG, "mask": JPEG},
        "/model/amazon.titan-image-generator-v2%3A0/invoke",
        {"taskType": "INPAINTING", "inPaintingParams": {"image": PNG64, "maskImage": "/9j/4AAQSkZJRgAAAAAAAAAA", "text": CAT}},
    ),
    "nova canvas, variations": (
        "bedrock/amazon.nova-canvas-v1:0",
        {"images": PNG, "strength": 0.3},
        "/model/amazon.nova-canvas-v1%3A0/invoke",
        {"taskType": "IMAGE_VARIATION", "imageVariationParams": {"images": [PNG64], "text": CAT, "similarityStrength": 0.7}},
    ),
    "stability on bedrock": (
        "bedrock/stability.sd3-5-large-v1:0",
        {"aspect_ratio": "16:9", "seed": 3, "images": PNG, "strength": 0.6},
        "/model/stability.sd3-5-large-v1%3A0/invoke",
        {"prompt": CAT, "aspect_ratio": "16:9", "seed": 3, "strength": 0.6, "image": PNG64, "mode": "image-to-image"},
    ),
    "bfl": (
        "black-forest-labs/flux-2-pro",
        {"size": "1024x768", "seed": 42, "format": "png"},
        "/flux-2-pro",
        {"prompt": CAT, "width": 1024, "height": 768, "output_format": "png", "seed": 42},
    ),
    "bfl, images": (
        "black-forest-labs/flux-2-pro",
        {"images": [PNG, LINK], "aspect_ratio": "1:1"},
        "/flux-2-pro",
        {"prompt": CAT, "aspect_ratio": "1:1", "input_image": PNG64, "input_image_2": LINK},
    ),
    "bfl, a mask": (
        "black-forest-labs/flux-pro-1.0-fill",
        {"images": PNG, "mask": PNG, "steps": 50, "guidance": 60},
        "/flux-pro-1.0-fill",
        {"prompt": CAT, "guidance": 60, "steps": 50, "image": PNG64, "mask": PNG64},
    ),
    "fal": (
        "fal/fal-ai/flux/dev",
        {"n": 2, "size": "1024x768", "seed": 1, "guidance": 3.5, "steps": 28, "format": "jpeg"},
        "/fal-ai/flux/dev",
        {
            "prompt": CAT,
            "num_images": 2,
            "image_size": {"width": 1024, "height": 768},
            "output_format": "jpeg",
            "seed": 1,
            "guidance_scale": 3.5,
            "num_inference_steps": 28,
        },
    ),
    "fal, a word of size": (
        "fal/fal-ai/qwen-image",
        {"size": "landscape_16_9", "images": LINK, "strength": 0.8},
        "/fal-ai/qwen-image",
        {"prompt": CAT, "image_size": "landscape_16_9", "strength": 0.8, "image_url": LINK},
    ),
    "fal, an edit": (
        "fal/fal-ai/nano-banana/edit",
        {"images": LINK},
        "/fal-ai/nano-banana/edit",
        {"prompt": CAT, "image_urls": [LINK]},
    ),
    "replicate": (
        "replicate/black-forest-labs/flux-schnell",
        {"n": 2, "aspect_ratio": "3:2", "format": "jpeg", "compression": 90, "seed": 5},
        "/models/black-forest-labs/flux-schnell/predictions",
        {"input": {"prompt": CAT, "num_outputs": 2, "aspect_ratio": "3:2", "output_format": "jpg", "output_quality": 90, "seed": 5}},
    ),
    "replicate, by version": (
        "replicate/stability-ai/sdxl:7762fd07",
        {"size": "512x512", "images": LINK, "strength": 0.5},
        "/predictions",
        {"version": "7762fd07", "input": {"prompt": CAT, "width": 512, "height": 512, "prompt_strength": 0.5, "image": LINK}},
    ),
    "replicate, several images": (
        "replicate/google/nano-banana",
        {"images": [LINK, PNG]},
        "/models/google/nano-banana/predictions",
        {"input": {"prompt": CAT, "image_input": [LINK, DATA]}},
    ),
    "recraft": (
        "recraft/recraftv3",
        {"size": "1365x1024", "style": "vector_illustration", "n": 2, "negative_prompt": "dog", "format": "webp", "seed": 9},
        "/images/generations",
        {
            "model": "recraftv3",
            "prompt": CAT,
            "n": 2,
            "size": "1365x1024",
            "style": "vector_illustration",
            "image_format": "webp",
            "random_seed": 9,
            "negative_prompt": "dog",
        },
    ),
    "ideogram 4.5": (
        "ideogram/ideogram-4-5",
        {"n": 2, "size": "2048x2048", "quality": "high", "seed": 1},
        "/v2/image/generate/ideogram-4-5",
        {"prompt": CAT, "num_images": 2, "size": "2048x2048", "quality": "high", "seed": 1},
    ),
    "ideogram 4": (
        "ideogram/ideogram-4",
        {"size": "2048x2048", "quality": "turbo"},
        "/v2/image/generate/ideogram-4",
        {"prompt": CAT, "resolution": "2048x2048", "rendering_speed": "turbo"},
    ),
    "ideogram 3": (
        "ideogram/ideogram-3",
        {"aspect_ratio": "4:5", "style": "design", "negative_prompt": "text"},
        "/v2/image/generate/ideogram-3",
        {"prompt": CAT, "aspect_ratio": "4x5", "style_type": "design", "negative_prompt": "text"},
    ),
    "leonardo, an id": (
        "leonardo/de7d3faf-762f-48e0-b3b7-9d0ac3a3fcf3",
        {"n": 2, "size": "1024x768", "negative_prompt": "dog", "guidance": 7},
        "/generations",
        {
            "prompt": CAT,
            "modelId": "de7d3faf-762f-48e0-b3b7-9d0ac3a3fcf3",
            "num_images": 2,
            "width": 1024,
            "height": 768,
            "negative_prompt": "dog",
            "guidance_scale": 7,
        },
    ),
    "leonardo, a name": (
        "leonardo/seedream-5.0-pro",
        {"n": 2, "size": "2048x2048", "quality": "medium"},
        "/api/rest/v2/generations",
        {
            "model": "seedream-5.0-pro",
            "parameters": {"prompt": CAT, "quantity": 2, "width": 2048, "height": 2048, "quality": "MEDIUM"},
            "public": False,
        },
    ),
    "luma": (
        "luma/photon-1",
        {"aspect_ratio": "16:9", "images": LINK, "strength": 0.2},
        "/generations/image",
        {"prompt": CAT, "model": "photon-1", "aspect_ratio": "16:9", "modify_image_ref": {"url": LINK, "weight": 0.8}},
    ),
    "luma, several images": (
        "luma/photon-1",
        {"images": [LINK, LINK]},
        "/generations/image",
        {"prompt": CAT, "model": "photon-1", "image_ref": [{"url": LINK}, {"url": LINK}]},
    ),
    "luma agents": (
        "luma-agents/uni-1",
        {"images": [LINK, PNG], "format": "png", "style": "manga"},
        "/generations",
        {
            "model": "uni-1",
            "prompt": CAT,
            "style": "manga",
            "output_format": "png",
            "type": "image_edit",
            "source": {"url": LINK},
            "image_ref": [{"data": PNG64, "media_type": "image/png"}],
        },
    ),
    "runway": (
        "runwayml/gen4_image",
        {"aspect_ratio": "16:9", "seed": 4, "images": LINK},
        "/text_to_image",
        {"model": "gen4_image", "promptText": CAT, "ratio": "1920:1080", "seed": 4, "referenceImages": [{"uri": LINK}]},
    ),
    "fireworks": (
        "fireworks/accounts/fireworks/models/flux-1-schnell-fp8",
        {"aspect_ratio": "16:9", "seed": 42, "guidance": 4.5, "steps": 8},
        "/workflows/accounts/fireworks/models/flux-1-schnell-fp8/text_to_image",
        {"prompt": CAT, "aspect_ratio": "16:9", "seed": 42, "guidance_scale": 4.5, "num_inference_steps": 8},
    ),
    "fireworks, a job": (
        "fireworks/accounts/fireworks/models/flux-kontext-pro",
        {"images": PNG, "format": "png"},
        "/workflows/accounts/fireworks/models/flux-kontext-pro",
        {"prompt": CAT, "output_format": "png", "input_image": DATA},
    ),
    "dashscope": (
        "alibaba/qwen-image-plus",
        {"size": "1328x1328", "negative_prompt": "dog", "seed": 1, "images": LINK},
        "/services/aigc/multimodal-generation/generation",
        {
            "model": "qwen-image-plus",
            "input": {"messages": [{"role": "user", "content": [{"image": LINK}, {"text": CAT}]}]},
            "parameters": {"size": "1328*1328", "seed": 1, "negative_prompt": "dog"},
        },
    ),
    "minimax": (
        "minimax/image-01",
        {"aspect_ratio": "16:9", "n": 3, "seed": 1, "images": LINK},
        "/image_generation",
        {
            "model": "image-01",
            "prompt": CAT,
            "n": 3,
            "aspect_ratio": "16:9",
            "seed": 1,
            "subject_reference": [{"type": "character", "image_file": LINK}],
        },
    ),
    "siliconflow": (
        "siliconflow/Kwai-Kolors/Kolors",
        {"size": "1024x1024", "n": 2, "steps": 20, "guidance": 7.5, "images": [PNG, LINK]},
        "/images/generations",
        {
            "model": "Kwai-Kolors/Kolors",
            "prompt": CAT,
            "batch_size": 2,
            "image_size": "1024x1024",
            "guidance_scale": 7.5,
            "num_inference_steps": 20,
            "image": DATA,
            "image2": LINK,
        },
    ),
    "prodia": (
        "prodia/inference.flux-fast.schnell.txt2img.v2",
        {"size": "512x512", "seed": 12345, "steps": 4, "style": "anime"},
        "/job",
        {
            "type": "inference.flux-fast.schnell.txt2img.v2",
            "config": {"prompt": CAT, "width": 512, "height": 512, "style_preset": "anime", "seed": 12345, "steps": 4},
        },
    ),
    "wavespeed": (
        "wavespeed/wavespeed-ai/flux-dev",
        {"size": "1024x1024", "seed": 1, "images": PNG, "strength": 0.7},
        "/wavespeed-ai/flux-dev",
        {"prompt": CAT, "size": "1024*1024", "seed": 1, "strength": 0.7, "image": DATA},
    ),
    "segmind": (
        "segmind/sdxl1.0-txt2img",
        {"size": "1024x768", "n": 1, "seed": 1, "steps": 25},
        "/sdxl1.0-txt2img",
        {"prompt": CAT, "samples": 1, "img_width": 1024, "img_height": 768, "seed": 1, "num_inference_steps": 25},
    ),
    "vidu": (
        "vidu/viduq2",
        {"images": [LINK], "aspect_ratio": "16:9", "resolution": "2K"},
        "/reference2image",
        {"model": "viduq2", "prompt": CAT, "aspect_ratio": "16:9", "resolution": "2K", "images": [LINK]},
    ),
    "kling": (
        "kling/kling-v2-1",
        {"n": 2, "aspect_ratio": "3:2", "resolution": "2K", "images": PNG, "strength": 0.4},
        "/v1/images/generations",
        {
            "model_name": "kling-v2-1",
            "prompt": CAT,
            "n": 2,
            "aspect_ratio": "3:2",
            "resolution": "2k",
            "image_fidelity": 0.6,
            "image": PNG64,
        },
    ),
    "venice": (
        "venice/venice-sd35",
        {"size": "256x256", "seed": 42, "steps": 4, "format": "webp", "n": 2},
        "/image/generate",
        {"model": "venice-sd35", "prompt": CAT, "variants": 2, "width": 256, "height": 256, "format": "webp", "seed": 42, "steps": 4},
    ),
    "venice, an image": (
        "venice/qwen-edit",
        {"images": PNG, "aspect_ratio": "1:1"},
        "/image/edit",
        {"model": "qwen-edit", "prompt": CAT, "image": PNG64, "aspect_ratio": "1:1"},
    ),
    "cloudflare": (
        "cloudflare-workers-ai/@cf/black-forest-labs/flux-1-schnell",
        {"steps": 4, "seed": 1},
        "/@cf/black-forest-labs/flux-1-schnell",
        {"prompt": CAT, "seed": 1, "steps": 4},
    ),
}


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

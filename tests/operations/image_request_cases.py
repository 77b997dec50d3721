"""What laboratories and clouds are asked with for pictures: model, options, path, body."""

from __future__ import annotations

from llmkit.types.parts import Image
from tests.operations.image_places import CAT, DATA, JPEG, LINK, PNG, PNG64, Case

LABORATORIES: dict[str, Case] = {
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
}

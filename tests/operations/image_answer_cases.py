"""What services answer to a question for pictures, and what the reply tells of it: model, options, answers by place, reply."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from llmkit.testing.host import bytes_reply
from llmkit.types.parts import Image
from tests.operations.image_places import DATA, LINK, PNG, PNG64

HERE = Image(data=PNG, media_type="image/png")
THERE = Image(url=LINK)
Told = dict[str, Any]
# model, options, the answers by place, what the reply tells
CASES: dict[str, tuple[str, Told, dict[str, Any], Told]] = {
    "openai": (
        "openai/gpt-image-1-mini",
        {},
        {
            "POST /images/generations": {
                "created": 1,
                "data": [{"b64_json": PNG64}, {"b64_json": PNG64, "revised_prompt": "a small cat"}],
                "quality": "low",
                "size": "1024x1024",
                "usage": {
                    "input_tokens": 14,
                    "input_tokens_details": {"image_tokens": 4, "text_tokens": 10},
                    "output_tokens": 272,
                },
            }
        },
        {
            "images": (HERE, HERE),
            "revised_prompts": (None, "a small cat"),
            "units": {"image": 2},
            "variant": "low/1024x1024",
            "usage.input_image": 4,
            "usage.output_image": 272,
            "usage.output_text": 0,
            "cost.amount": Decimal("0.002206"),
        },
    ),
    "openai, one of two blocked": (
        "openai/dall-e-2",
        {"n": 2},
        {"POST /images/generations": {"data": [{"url": LINK}, {"error": {"code": "content_filter", "message": "violence"}}]}},
        {"images": (THERE,), "blocked": ("violence",)},
    ),
    "xai": (
        "xai/grok-imagine-image",
        {},
        {"POST /images/generations": {"data": [{"url": LINK, "mime_type": "image/jpeg"}], "usage": {"cost_in_usd_ticks": 200000000}}},
        {"images": (Image(url=LINK, media_type="image/jpeg"),), "cost.amount": Decimal("0.02"), "cost.basis": "provider"},
    ),
    "openrouter": (
        "openrouter/google/gemini-3.1-flash-lite-image",
        {},
        {
            "POST /images": {
                "data": [{"b64_json": PNG64, "media_type": "image/jpeg"}],
                "usage": {
                    "prompt_tokens": 1126,
                    "completion_tokens": 1334,
                    "cost": 0.0342025,
                    "completion_tokens_details": {"image_tokens": 1120},
                },
            }
        },
        {"images": (HERE,), "cost.amount": Decimal("0.0342025"), "usage.output_image": 1120, "usage.output_text": 214},
    ),
    "imagen": (
        "google/imagen-4.0-generate-001",
        {"n": 2},
        {
            "POST /models/imagen-4.0-generate-001:predict": {
                "predictions": [
                    {"mimeType": "image/png", "bytesBase64Encoded": PNG64, "prompt": "a fine cat"},
                    {"raiFilteredReason": "children"},
                    {"contentType": "Positive Prompt", "safetyAttributes": {"scores": [0]}},
                ]
            }
        },
        {"images": (HERE,), "revised_prompts": ("a fine cat",), "blocked": ("children",), "units": {"image": 1}},
    ),
    "gemini": (
        "google/gemini-2.5-flash-image",
        {},
        {
            "POST /models/gemini-2.5-flash-image:generateContent": {
                "candidates": [
                    {
                        "content": {
                            "role": "model",
                            "parts": [{"text": "Here it is."}, {"inlineData": {"mimeType": "image/png", "data": PNG64}}],
                        },
                        "finishReason": "STOP",
                    }
                ],
                "usageMetadata": {
                    "promptTokenCount": 8,
                    "candidatesTokenCount": 1300,
                    "totalTokenCount": 1308,
                    "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 1290}],
                },
                "modelVersion": "gemini-2.5-flash-image",
            }
        },
        {"text": "Here it is.", "usage.output_image": 1290, "usage.output_text": 10, "model": "gemini-2.5-flash-image"},
    ),
    "nova canvas": (
        "bedrock/amazon.nova-canvas-v1:0",
        {},
        {"POST /model/amazon.nova-canvas-v1%3A0/invoke": {"images": [PNG64], "error": "one was blocked by the filter"}},
        {"images": (HERE,), "blocked": ("one was blocked by the filter",)},
    ),
    "stability on bedrock": (
        "bedrock/stability.sd3-5-large-v1:0",
        {},
        {"POST /model/stability.sd3-5-large-v1%3A0/invoke": {"images": [PNG64], "seeds": [42], "finish_reasons": [None]}},
        {"images": (HERE,), "seeds": (42,)},
    ),
    "stability": (
        "stability/core",
        {},
        {"POST /stable-image/generate/core": {"image": PNG64, "finish_reason": "SUCCESS", "seed": 343940597}},
        {"images": (HERE,), "seeds": (343940597,)},
    ),
    "bfl": (
        "black-forest-labs/flux-2-max",
        {"seed": 42},
        {
            "POST /flux-2-max": {"id": "a2", "polling_url": "{host}/get_result?id=a2", "cost": 7.000000000000001},
            "GET /get_result": [
                {"id": "a2", "status": "Pending", "result": None, "progress": 0.2},
                {"id": "a2", "status": "Ready", "result": {"sample": LINK, "prompt": "a doodle", "seed": 42}},
            ],
        },
        {"images": (THERE,), "revised_prompts": ("a doodle",), "seeds": (42,), "cost.amount": Decimal("0.07"), "id": "a2"},
    ),
    "fal": (
        "fal/fal-ai/flux/dev",
        {},
        {
            "POST /fal-ai/flux/dev": {"request_id": "r1", "response_url": "{host}/fal-ai/flux/requests/r1", "queue_position": 0},
            "GET /fal-ai/flux/requests/r1/status": [{"status": "IN_QUEUE"}, {"status": "IN_PROGRESS"}, {"status": "COMPLETED"}],
            "GET /fal-ai/flux/requests/r1": {
                "images": [{"url": LINK, "content_type": "image/jpeg", "width": 944}],
                "seed": 328395684,
                "prompt": "a cat",
                "has_nsfw_concepts": [False],
            },
        },
        {"images": (Image(url=LINK, media_type="image/jpeg"),), "seeds": (328395684,), "extra": {"has_nsfw_concepts": [False]}},
    ),
    "replicate": (
        "replicate/black-forest-labs/flux-schnell",
        {},
        {
            "POST /models/black-forest-labs/flux-schnell/predictions": {"id": "p1", "status": "starting", "output": None},
            "GET /predictions/p1": [
                {"id": "p1", "status": "processing"},
                {"id": "p1", "model": "black-forest-labs/flux-schnell", "status": "succeeded", "output": [LINK, DATA]},
            ],
        },
        {"images": (THERE, HERE), "seeds": (None, None), "units": {"image": 2}},
    ),
    "ideogram": (
        "ideogram/ideogram-4-5",
        {"n": 2},
        {
            "POST /v2/image/generate/ideogram-4-5": {
                "data": [
                    {"seed": 12345, "prompt": "a fine cat", "url": LINK, "is_image_safe": True},
                    {"url": LINK, "is_image_safe": False},
                ],
                "generation_id": "g1",
            }
        },
        {"images": (THERE,), "seeds": (12345,), "revised_prompts": ("a fine cat",), "blocked": ("the picture was judged unsafe",)},
    ),
    "leonardo": (
        "leonardo/seedream-5.0-pro",
        {},
        {
            "POST /api/rest/v2/generations": {"generate": {"generationId": "g2"}},
            "GET /generations/g2": [
                {"generations_by_pk": {"status": "PENDING", "generated_images": []}},
                {"generations_by_pk": {"status": "COMPLETE", "seed": 7, "generated_images": [{"url": LINK, "nsfw": False}]}},
            ],
        },
        {"images": (THERE,), "seeds": (7,)},
    ),
    "luma": (
        "luma/photon-1",
        {},
        {
            "POST /generations/image": {"id": "l1", "state": "queued"},
            "GET /generations/l1": [{"id": "l1", "state": "dreaming"}, {"id": "l1", "state": "completed", "assets": {"image": LINK}}],
        },
        {"images": (THERE,), "id": "l1"},
    ),
    "luma agents": (
        "luma-agents/uni-1",
        {},
        {
            "POST /generations": {"id": "l1", "state": "queued", "output": []},
            "GET /generations/l1": {"id": "l1", "state": "completed", "model": "uni-1", "output": [{"type": "image", "url": LINK}]},
        },
        {"images": (THERE,), "model": "uni-1"},
    ),
    "runway": (
        "runwayml/gen4_image",
        {"size": "1024x1024"},
        {
            "POST /text_to_image": {"id": "t1"},
            "GET /tasks/t1": [{"id": "t1", "status": "RUNNING", "progress": 0.5}, {"id": "t1", "status": "SUCCEEDED", "output": [LINK]}],
        },
        {"images": (THERE,)},
    ),
    "fireworks": (
        "fireworks/accounts/fireworks/models/flux-1-schnell-fp8",
        {},
        {"POST /workflows/accounts/fireworks/models/flux-1-schnell-fp8/text_to_image": bytes_reply(PNG, "image/png")},
        {"images": (HERE,)},
    ),
    "fireworks, a job": (
        "fireworks/accounts/fireworks/models/flux-kontext-pro",
        {},
        {
            "POST /workflows/accounts/fireworks/models/flux-kontext-pro": {"request_id": "f1"},
            "POST /workflows/accounts/fireworks/models/flux-kontext-pro/get_result": [
                {"id": "f1", "status": "Pending"},
                {"id": "f1", "status": "Ready", "result": {"sample": LINK}},
            ],
        },
        {"images": (THERE,)},
    ),
    "dashscope": (
        "alibaba/qwen-image-plus",
        {},
        {
            "POST /services/aigc/multimodal-generation/generation": {
                "request_id": "d1",
                "output": {"choices": [{"message": {"role": "assistant", "content": [{"image": LINK}, {"image": LINK}]}}]},
                "usage": {"image_count": 2},
            }
        },
        {"images": (THERE, THERE), "id": "d1"},
    ),
    "minimax": (
        "minimax/image-01",
        {"n": 2},
        {
            "POST /image_generation": {
                "id": "m1",
                "data": {"image_urls": [LINK]},
                "metadata": {"failed_count": "1", "success_count": "1"},
                "base_resp": {"status_code": 0, "status_msg": "success"},
            }
        },
        {"images": (THERE,), "blocked": ("the content was judged unsafe",)},
    ),
    "siliconflow": (
        "siliconflow/Kwai-Kolors/Kolors",
        {},
        {"POST /images/generations": {"images": [{"url": LINK}], "timings": {"inference": 2}, "seed": 5}},
        {"images": (THERE,), "seeds": (5,), "extra": {"timings": {"inference": 2}}},
    ),
    "prodia": ("prodia/inference.flux", {}, {"POST /job": bytes_reply(PNG, "image/png")}, {"images": (HERE,)}),
    "wavespeed": (
        "wavespeed/wavespeed-ai/flux-dev",
        {},
        {
            "POST /wavespeed-ai/flux-dev": {"code": 200, "data": {"id": "w1", "status": "created", "outputs": []}},
            "GET /predictions/w1/result": {"code": 200, "data": {"id": "w1", "model": "m", "status": "completed", "outputs": [LINK]}},
        },
        {"images": (THERE,), "id": "w1"},
    ),
    "segmind": ("segmind/sdxl1.0-txt2img", {}, {"POST /sdxl1.0-txt2img": bytes_reply(PNG, "image/png")}, {"images": (HERE,)}),
    "segmind, as json": ("segmind/sdxl1.0-txt2img", {}, {"POST /sdxl1.0-txt2img": {"image": PNG64}}, {"images": (HERE,)}),
    "runware": (
        "runware/runware:101@1",
        {"n": 2},
        {
            "POST /": {
                "data": [{"imageURL": LINK, "seed": 1, "cost": 0.0013}, {"imageBase64Data": PNG64, "seed": 2, "cost": 0.0013}],
            }
        },
        {"images": (THERE, HERE), "seeds": (1, 2), "cost.amount": Decimal("0.0026")},
    ),
    "vidu": (
        "vidu/viduq2",
        {},
        {
            "POST /reference2image": {"task_id": "v1", "state": "created", "credits": 4},
            "GET /tasks/v1/creations": [
                {"state": "processing", "creations": []},
                {"state": "success", "creations": [{"id": "c1", "url": LINK}]},
            ],
        },
        {"images": (THERE,)},
    ),
    "kling": (
        "kling/kling-v2-1",
        {},
        {
            "POST /v1/images/generations": {"code": 0, "data": {"task_id": "k1", "task_status": "submitted"}},
            "GET /v1/images/generations/k1": {
                "code": 0,
                "data": {"task_id": "k1", "task_status": "succeed", "task_result": {"images": [{"index": 0, "url": LINK}]}},
            },
        },
        {"images": (THERE,)},
    ),
    "topaz": (
        "topaz/Standard_V2",
        {"images": PNG},
        {
            "POST /enhance/async": {"process_id": "z1", "eta": 1},
            "GET /status/z1": [{"status": "Processing", "progress": 50}, {"status": "Completed", "progress": 100}],
            "GET /download/z1": {"download_url": LINK},
        },
        {"images": (THERE,)},
    ),
    "venice": (
        "venice/venice-sd35",
        {},
        {"POST /image/generate": {"id": "n1", "images": [PNG64], "request": {"data": {"seed": 42}}}},
        {"images": (HERE,), "seeds": (42,)},
    ),
    "cloudflare": (
        "cloudflare-workers-ai/@cf/black-forest-labs/flux-1-schnell",
        {},
        {"POST /@cf/black-forest-labs/flux-1-schnell": {"result": {"image": PNG64}, "success": True}},
        {"images": (HERE,)},
    ),
    "ark": (
        "volcengine/doubao-seedream-4-0",
        {},
        {
            "POST /images/generations": {
                "model": "doubao-seedream-4-0",
                "data": [{"url": LINK, "size": "2048x2048"}],
                "usage": {"generated_images": 1},
            }
        },
        {"images": (THERE,), "usage": None, "units": {"image": 1}},
    ),
}

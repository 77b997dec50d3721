"""Films at hosts of many makers, and films in which somebody speaks: cases for the table in `video_cases`."""

from __future__ import annotations

from typing import Any

from llmkit.testing.host import bytes_reply
from tests.operations.video_rows import MP4

URL = "https://cdn.example.com/film.mp4"
PICTURE = "https://example.com/cat.png"
FILM = bytes_reply(MP4, "video/mp4")

HOSTS: dict[str, dict[str, Any]] = {
    "openrouter": {
        "model": "openrouter/google/veo-3.1",
        "options": {"image": PICTURE, "duration": 8, "resolution": "720p", "aspect_ratio": "16:9", "audio": False, "seed": 3},
        "sent": {
            "model": "google/veo-3.1",
            "prompt": "a cat",
            "duration": 8,
            "resolution": "720p",
            "aspect_ratio": "16:9",
            "frame_images": [{"type": "image_url", "image_url": {"url": PICTURE}, "frame_type": "first_frame"}],
            "generate_audio": False,
            "seed": 3,
        },
        "host": {
            "POST /videos": {"id": "j1", "polling_url": "/api/v1/videos/j1", "status": "pending"},
            "GET /videos/j1": [
                {"id": "j1", "status": "in_progress"},
                {"id": "j1", "status": "completed", "unsigned_urls": ["{host}/videos/j1/content?index=0", URL], "usage": {"cost": 0.25}},
            ],
            "GET /videos/j1/content": FILM,
        },
        "data": [MP4, None],
        "urls": [None, URL],
        "cost": "0.25",
        "failed": {"status": "failed", "error": "moderated"},
    },
    "together": {
        "model": "together/minimax/video-01-director",
        "options": {"size": "1366x768", "duration": 6, "image": PICTURE},
        "sent": {
            "model": "minimax/video-01-director",
            "prompt": "a cat",
            "width": 1366,
            "height": 768,
            "seconds": "6",
            "frame_images": [{"input_image": PICTURE, "frame": "first"}],
        },
        "host": {
            "POST /videos": {"id": "t1", "status": "in_progress"},
            "GET /videos/t1": [{"status": "queued"}, {"id": "t1", "status": "completed", "outputs": {"cost": 0.28, "video_url": URL}}],
        },
        "urls": [URL],
        "cost": "0.28",
        "failed": {"status": "failed", "info": {"errors": "unsupported size"}},
    },
    "siliconflow": {
        "model": "siliconflow/Wan-AI/Wan2.2-T2V-A14B",
        "options": {"size": "1280x720", "seed": 5},
        "sent": {"model": "Wan-AI/Wan2.2-T2V-A14B", "prompt": "a cat", "image_size": "1280x720", "seed": 5},
        "host": {
            "POST /video/submit": {"requestId": "s1"},
            "POST /video/status": [{"status": "InQueue"}, {"status": "Succeed", "results": {"videos": [{"url": URL}], "seed": 5}}],
        },
        "urls": [URL],
        "failed": {"status": "Failed", "reason": "internal"},
    },
    "vidu": {
        "model": "vidu/viduq2",
        "options": {"image": PICTURE, "last_image": PICTURE, "duration": 5},
        "sent": {"model": "viduq2", "images": [PICTURE, PICTURE], "prompt": "a cat", "duration": 5},
        "host": {
            "POST /start-end2video": {"task_id": "v1", "state": "created"},
            "GET /tasks/v1/creations": [{"state": "processing"}, {"state": "success", "creations": [{"id": "c", "url": URL}]}],
        },
        "urls": [URL],
        "failed": {"state": "failed", "err_code": "AuditSubmitIllegal"},
    },
    "venice": {
        "model": "venice/wan-2-7-text-to-video",
        "options": {"duration": 5, "aspect_ratio": "16:9", "resolution": "720p", "audio": True},
        "sent": {
            "model": "wan-2-7-text-to-video",
            "prompt": "a cat",
            "duration": "5s",
            "aspect_ratio": "16:9",
            "resolution": "720p",
            "audio": True,
        },
        "host": {"POST /video/queue": {"queue_id": "q1"}, "POST /video/retrieve": [{"status": "PROCESSING"}, FILM]},
        "data": [MP4],
        "units": {"video": 1.0, "second": 5.0},
        "failed": {"status": "FAILED", "error": "content policy"},
    },
    "wavespeed": {
        "model": "wavespeed/bytedance/seedance-v1-pro-t2v-720p",
        "options": {"duration": 5, "aspect_ratio": "16:9", "seed": 1},
        "sent": {"prompt": "a cat", "duration": 5, "aspect_ratio": "16:9", "seed": 1},
        "host": {
            "POST /bytedance/seedance-v1-pro-t2v-720p": {"code": 200, "message": "success", "data": {"id": "w1", "status": "created"}},
            "GET /predictions/w1/result": [
                {"code": 200, "data": {"id": "w1", "status": "processing"}},
                {"code": 200, "data": {"id": "w1", "status": "completed", "outputs": [URL]}},
            ],
        },
        "urls": [URL],
        "failed": {"code": 200, "data": {"status": "failed", "error": "timed out"}},
    },
    "replicate": {
        "model": "replicate/google/veo-3",
        "options": {"image": PICTURE, "duration": 8, "audio": True},
        "sent": {"input": {"prompt": "a cat", "image": PICTURE, "duration": 8, "generate_audio": True}},
        "host": {
            "POST /models/google/veo-3/predictions": {"id": "p1", "status": "starting", "error": None},
            "GET /predictions/p1": [
                {"id": "p1", "status": "processing", "error": None},
                {"id": "p1", "status": "succeeded", "output": URL},
            ],
        },
        "urls": [URL],
        "failed": {"status": "failed", "error": "Prediction failed: NSFW"},
    },
    "fal": {
        "model": "fal/fal-ai/veo3/fast",
        "options": {"image": PICTURE, "duration": 8, "audio": False},
        "sent": {"prompt": "a cat", "image_url": PICTURE, "duration": 8, "generate_audio": False},
        "host": {
            "POST /fal-ai/veo3/fast": {"request_id": "f1", "status": "IN_QUEUE", "response_url": "https://queue.fal.run/x"},
            "GET /fal-ai/veo3/requests/f1/status": [{"status": "IN_QUEUE", "queue_position": 2}, {"status": "COMPLETED"}],
            "GET /fal-ai/veo3/requests/f1": {"video": {"url": URL, "content_type": "video/mp4"}, "seed": 9},
        },
        "urls": [URL],
        "failed": {"status": "COMPLETED", "error": "content_policy_violation"},
    },
    "heygen": {
        "model": "heygen/avatar_1",
        "options": {"voice": "v1", "aspect_ratio": "16:9", "resolution": "1080p"},
        "sent": {
            "type": "avatar",
            "avatar_id": "avatar_1",
            "script": "a cat",
            "voice_id": "v1",
            "resolution": "1080p",
            "aspect_ratio": "16:9",
        },
        "host": {
            "POST /v3/videos": {"data": {"video_id": "h1", "status": "waiting"}},
            "GET /v3/videos/h1": [
                {"data": {"id": "h1", "status": "processing"}},
                {"data": {"id": "h1", "status": "completed", "video_url": URL, "duration": 12.5}},
            ],
        },
        "urls": [URL],
        "units": {"video": 1.0, "second": 12.5},
        "failed": {"data": {"id": "h1", "status": "failed", "failure_message": "no such voice"}},
    },
    "d-id": {
        "model": "d-id/talks",
        "options": {"image": PICTURE, "voice": "en-US-JennyNeural"},
        "sent": {
            "source_url": PICTURE,
            "script": {"type": "text", "input": "a cat", "provider": {"type": "microsoft", "voice_id": "en-US-JennyNeural"}},
        },
        "host": {
            "POST /talks": {"id": "tlk_1", "status": "created"},
            "GET /talks/tlk_1": [{"status": "started"}, {"id": "tlk_1", "status": "done", "result_url": URL, "duration": 3}],
        },
        "urls": [URL],
        "units": {"video": 1.0, "second": 3.0},
        "failed": {"status": "rejected", "error": {"kind": "ModerationError", "description": "celebrity"}},
    },
    "leonardo": {
        "model": "leonardo/motion2",
        "options": {"resolution": "720p", "aspect_ratio": "16:9"},
        "sent": {"model": "motion2", "prompt": "a cat", "width": 1280, "height": 720, "resolution": "RESOLUTION_720"},
        "host": {
            "POST /generations-text-to-video": {"motionVideoGenerationJob": {"generationId": "l1"}},
            "GET /generations/l1": [
                {"generations_by_pk": {"status": "PENDING", "generated_images": []}},
                {"generations_by_pk": {"status": "COMPLETE", "generated_images": [{"motionMP4URL": URL}]}},
            ],
        },
        "urls": [URL],
        "failed": {"generations_by_pk": {"status": "FAILED"}},
    },
    "segmind": {
        "model": "segmind/veo-3",
        "options": {"duration": 8, "seed": 2},
        "sent": {"prompt": "a cat", "duration": 8, "seed": 2},
        "host": {
            "POST /veo-3": {"request_id": "q1", "status": "QUEUED"},
            "GET /requests/q1": [{"status": "PROCESSING"}, {"status": "COMPLETED", "output": URL}],
        },
        "urls": [URL],
        "failed": {"status": "FAILED", "error": "unsupported duration"},
    },
}

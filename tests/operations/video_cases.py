"""One table of films: what is asked, what goes out, what comes back, and what we make of it."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from tests.operations.video_host_cases import FILM, HOSTS, PICTURE, URL
from tests.operations.video_rows import MP4, PNG

PNG64 = b64encode(PNG).decode()

CASES: dict[str, dict[str, Any]] = {
    "gemini": {
        "model": "google/veo-3.1-generate-preview",
        "options": {"image": PNG, "duration": 8, "aspect_ratio": "16:9", "resolution": "1080p", "negative_prompt": "dogs", "seed": 7},
        "sent": {
            "instances": [{"prompt": "a cat", "image": {"bytesBase64Encoded": PNG64, "mimeType": "image/png"}}],
            "parameters": {"durationSeconds": 8, "seed": 7, "aspectRatio": "16:9", "resolution": "1080p", "negativePrompt": "dogs"},
        },
        "host": {
            "POST /models/veo-3.1-generate-preview:predictLongRunning": {"name": "models/veo/operations/o1"},
            "GET /models/veo/operations/o1": [
                {"name": "models/veo/operations/o1"},
                {
                    "done": True,
                    "response": {"generateVideoResponse": {"generatedSamples": [{"video": {"uri": "{host}/files/f1:download?alt=media"}}]}},
                },
            ],
            "GET /files/f1:download": FILM,
        },
        "data": [MP4],
        "units": {"video": 1.0, "second": 8.0},
        "failed": {
            "done": True,
            "response": {"generateVideoResponse": {"raiMediaFilteredCount": 1, "raiMediaFilteredReasons": ["policy"]}},
        },
    },
    "runway from words": {
        "model": "runwayml/gen4.5",
        "options": {"duration": 5, "size": "1280x720", "seed": 1},
        "sent": {"model": "gen4.5", "promptText": "a cat", "ratio": "1280:720", "duration": 5, "seed": 1},
        "host": {
            "POST /text_to_video": {"id": "t1"},
            "GET /tasks/t1": [{"id": "t1", "status": "THROTTLED"}, {"id": "t1", "status": "SUCCEEDED", "output": [URL]}],
        },
        "urls": [URL],
        "cost": "0.60",
        "failed": {"id": "t1", "status": "FAILED", "failure": "no cats", "failureCode": "SAFETY.INPUT.TEXT"},
    },
    "runway from pictures": {
        "model": "runwayml/gen4_turbo",
        "options": {"image": PICTURE, "last_image": PNG, "aspect_ratio": "9:16"},
        "sent": {
            "model": "gen4_turbo",
            "promptText": "a cat",
            "promptImage": [{"uri": PICTURE, "position": "first"}, {"uri": f"data:image/png;base64,{PNG64}", "position": "last"}],
            "ratio": "720:1280",
        },
        "host": {"POST /image_to_video": {"id": "t1"}, "GET /tasks/t1": [{"id": "t1", "status": "SUCCEEDED", "output": [URL]}]},
        "urls": [URL],
    },
    "luma": {
        "model": "luma/ray-2",
        "options": {"image": PICTURE, "duration": 5, "size": "1920x1080"},
        "sent": {
            "model": "ray-2",
            "prompt": "a cat",
            "aspect_ratio": "16:9",
            "resolution": "1080p",
            "duration": "5s",
            "keyframes": {"frame0": {"type": "image", "url": PICTURE}},
        },
        "host": {
            "POST /generations": {"id": "g1", "state": "queued"},
            "GET /generations/g1": [{"state": "dreaming"}, {"id": "g1", "state": "completed", "assets": {"video": URL}, "model": "ray-2"}],
        },
        "urls": [URL],
        "failed": {"state": "failed", "failure_reason": "content policy"},
    },
    "luma agents": {
        "model": "luma-agents/ray-3.2",
        "options": {"image": PNG, "duration": 5, "resolution": "720p"},
        "sent": {
            "model": "ray-3.2",
            "prompt": "a cat",
            "type": "video",
            "video": {"resolution": "720p", "duration": "5s", "start_frame": {"data": PNG64, "media_type": "image/png"}},
        },
        "host": {
            "POST /generations": {"id": "g1", "state": "queued"},
            "GET /generations/g1": [
                {"state": "processing"},
                {"id": "g1", "state": "completed", "output": [{"url": URL}], "model": "ray-3.2"},
            ],
        },
        "urls": [URL],
        "failed": {"state": "failed", "failure_reason": "no", "failure_code": "content_moderated"},
    },
    "kling": {
        "model": "kling/kling-v2-master",
        "options": {"image": PNG, "last_image": PICTURE, "duration": 5, "audio": True},
        "sent": {
            "model_name": "kling-v2-master",
            "prompt": "a cat",
            "duration": "5",
            "sound": "on",
            "image": PNG64,
            "image_tail": PICTURE,
        },
        "host": {
            "POST /v1/videos/image2video": {"code": 0, "data": {"task_id": "k1", "task_status": "submitted"}},
            "GET /v1/videos/image2video/k1": [
                {"code": 0, "data": {"task_status": "processing"}},
                {"code": 0, "data": {"task_status": "succeed", "task_result": {"videos": [{"id": "v", "url": URL, "duration": "5.1"}]}}},
            ],
        },
        "urls": [URL],
        "units": {"video": 1.0, "second": 5.1},
        "failed": {"code": 0, "data": {"task_status": "failed", "task_status_msg": "risk: sensitive"}},
    },
    "xai": {
        "model": "xai/grok-imagine-video",
        "options": {"duration": 1, "resolution": "480p"},
        "sent": {"model": "grok-imagine-video", "prompt": "a cat", "duration": 1, "resolution": "480p"},
        "host": {
            "POST /videos/generations": {"request_id": "r1"},
            "GET /videos/r1": [
                {"status": "pending", "progress": 18},
                {
                    "status": "done",
                    "video": {"url": URL, "duration": 1},
                    "model": "grok-imagine-video",
                    "usage": {"cost_in_usd_ticks": 500000000},
                },
            ],
        },
        "urls": [URL],
        "cost": "0.05",
        "failed": {"status": "done", "video": {"url": "", "respect_moderation": False}},
    },
    "ark": {
        "model": "byteplus/seedance-1-0-pro-250528",
        "options": {"image": PICTURE, "duration": 5, "size": "1280x720", "seed": 42, "audio": False},
        "sent": {
            "model": "seedance-1-0-pro-250528",
            "content": [
                {"type": "text", "text": "a cat"},
                {"type": "image_url", "image_url": {"url": PICTURE}, "role": "first_frame"},
            ],
            "ratio": "16:9",
            "duration": 5,
            "seed": 42,
            "resolution": "720p",
            "generate_audio": False,
        },
        "host": {
            "POST /contents/generations/tasks": {"id": "c1"},
            "GET /contents/generations/tasks/c1": [
                {"status": "running"},
                {
                    "id": "c1",
                    "status": "succeeded",
                    "content": {"video_url": URL},
                    "usage": {"completion_tokens": 100},
                    "seed": 42,
                    "duration": 5,
                },
            ],
        },
        "urls": [URL],
        "units": {"video": 1.0, "second": 5.0},
        "failed": {"status": "failed", "error": {"code": "SensitiveContentDetected", "message": "rejected"}},
    },
    "dashscope": {
        "model": "alibaba/wan2.6-i2v",
        "options": {"image": PICTURE, "duration": 5, "resolution": "1080p", "negative_prompt": "dogs"},
        "headers": {"x-dashscope-async": "enable"},
        "sent": {
            "model": "wan2.6-i2v",
            "input": {"prompt": "a cat", "negative_prompt": "dogs", "img_url": PICTURE},
            "parameters": {"resolution": "1080P", "duration": 5},
        },
        "host": {
            "POST /services/aigc/video-generation/video-synthesis": {"output": {"task_id": "d1", "task_status": "PENDING"}},
            "GET /tasks/d1": [
                {"output": {"task_status": "RUNNING"}},
                {"output": {"task_status": "SUCCEEDED", "video_url": URL}, "usage": {"output_video_duration": 5, "SR": 1080}},
            ],
        },
        "urls": [URL],
        "variant": "1080p",
        "failed": {"output": {"task_status": "FAILED", "message": "Content policy violation"}},
    },
    "zhipu": {
        "model": "zhipuai/cogvideox-3",
        "options": {"image": PICTURE, "size": "1920x1080", "fps": 30, "audio": True},
        "sent": {"model": "cogvideox-3", "prompt": "a cat", "image_url": PICTURE, "size": "1920x1080", "fps": 30, "with_audio": True},
        "host": {
            "POST /videos/generations": {"id": "z1", "task_status": "PROCESSING"},
            "GET /async-result/z1": [{"task_status": "PROCESSING"}, {"task_status": "SUCCESS", "video_result": [{"url": URL}]}],
        },
        "urls": [URL],
        "failed": {"task_status": "FAIL", "error": {"code": "1301", "message": "sensitive"}},
    },
    "minimax": {
        "model": "minimax/MiniMax-Hailuo-02",
        "options": {"image": PNG, "duration": 6, "resolution": "768p"},
        "sent": {
            "model": "MiniMax-Hailuo-02",
            "prompt": "a cat",
            "first_frame_image": f"data:image/png;base64,{PNG64}",
            "resolution": "768P",
            "duration": 6,
        },
        "host": {
            "POST /video_generation": {"task_id": "m1", "base_resp": {"status_code": 0, "status_msg": "success"}},
            "GET /query/video_generation": [
                {"task_id": "m1", "status": "Processing", "base_resp": {"status_code": 0}},
                {"task_id": "m1", "status": "Success", "file_id": "f1", "base_resp": {"status_code": 0}},
            ],
            "GET /files/retrieve": {"file": {"file_id": 1, "download_url": URL}},
        },
        "urls": [URL],
        "failed": {"task_id": "m1", "status": "Fail", "base_resp": {"status_code": 1027, "status_msg": "sensitive"}},
    },
    "minimax, second version": {
        "model": "minimax/MiniMax-H3",
        "options": {"image": PICTURE, "duration": 5, "resolution": "2k", "aspect_ratio": "16:9"},
        "sent": {
            "model": "MiniMax-H3",
            "content": [
                {"type": "text", "text": "a cat"},
                {"type": "image_url", "image_url": {"url": PICTURE}, "role": "first_frame"},
            ],
            "ratio": "16:9",
            "resolution": "2K",
            "duration": 5,
        },
        "host": {
            "POST /v2/video_generation": {"task_id": "m1"},
            "GET /v2/query/video_generation/m1": [
                {"task": {"id": "m1", "status": "running"}},
                {"task": {"id": "m1", "status": "succeeded", "content": {"url": URL}, "resolution": "2K", "usage": {"output_seconds": 5}}},
            ],
        },
        "urls": [URL],
        "variant": "2k",
        "cost": "0.65",
        "failed": {"task": {"status": "failed", "error": {"code": 1027, "message": "Content policy violation"}}},
    },
    "bfl": {
        "model": "black-forest-labs/flux-3-video",
        "options": {"image": PNG, "duration": 8, "seed": 7},
        "sent": {"prompt": "a cat", "input_image": PNG64, "duration": 8, "seed": 7},
        "host": {
            "POST /flux-3-video": {"id": "b1", "polling_url": "{host}/get_result?id=b1"},
            "GET /get_result": [
                {"status": "Generating"},
                {"status": "Ready", "result": {"sample": URL, "seed": 7, "duration": 8}, "cost": 42},
            ],
        },
        "urls": [URL],
        "cost": "0.42",
        "failed": {"status": "Content Moderated", "details": "blocked by policy"},
    },
    **HOSTS,
}
"""`host`: answers by place, a list for one after the other; `{host}` in them is the host's address. `failed` is the last look instead."""

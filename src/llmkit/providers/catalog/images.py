"""Makers of images: none converses, `operations` says what each does and where.

Formats of one vendor bear its name. `{model}` in a path is the model id. Addresses, headers and paths: the vendors'
documentation and SDKs, read 2026-11-23.
"""

from __future__ import annotations

from llmkit.auth.schemes import HeaderAuth
from llmkit.providers.answers import ErrorRule, RateHeaders
from llmkit.providers.catalog.shared import X_API_KEY
from llmkit.providers.provider import Provider, Route
from llmkit.providers.serving import Serving

# Where recorded answers say that results are asked for (eu4, us1), and hosts of the same form beside these.
_BFL_HOSTS = tuple([f"https://api.{place}{number}.bfl.ai" for place in ("eu", "us") for number in ("", 1, 2, 3, 4, 5, 6, 7, 8)])

ROWS = (
    Provider(
        name="black-forest-labs",
        title="Black Forest Labs",
        base_url="https://api.bfl.ai/v1",
        dialect="",
        env=("BFL_API_KEY", "BLACK_FOREST_LABS_API_KEY"),
        docs="https://docs.bfl.ai",
        auth=HeaderAuth(name="x-key", prefix=""),
        aliases=("bfl", "black_forest_labs"),
        region="DE",
        # The answer names where to ask for the result: at other hosts of theirs (api.us1.bfl.ai, api.eu4.bfl.ai ...).
        operations={
            "image": Serving(dialect="bfl_images", path="/{model}", follows=_BFL_HOSTS),
            "image_edit": Serving(dialect="bfl_images", path="/{model}", follows=_BFL_HOSTS),
            "video": Serving(dialect="bfl_videos", path="/{model}", follows=_BFL_HOSTS),
        },
        limits=RateHeaders(
            source="recorded answers of 2025-12",
            requests_limit="x-ratelimit-limit",
            requests_left="x-ratelimit-remaining",
            requests_reset="x-ratelimit-reset",
            reset="unix",
        ),
    ),
    Provider(
        name="fal",
        title="fal",
        base_url="https://fal.run",
        dialect="",
        env=("FAL_KEY", "FAL_API_KEY", "FAL_AI_API_KEY"),
        docs="https://fal.ai/docs/documentation/model-apis/overview",
        auth=HeaderAuth(prefix="Key "),
        aliases=("fal-ai", "fal_ai"),
        region="US",
        # Its models for conversations stand behind one router; all others are called by their own path.
        routes=(Route(dialect="openai_chat", models=("*",), base_url="https://fal.run/openrouter/router/openai/v1"),),
        operations={
            "image": Serving(dialect="fal_images", path="/{model_path}", base_url="https://queue.fal.run"),
            "image_edit": Serving(dialect="fal_images", path="/{model_path}", base_url="https://queue.fal.run"),
            "music": Serving(dialect="fal_speech", path="/{model_path}", base_url="https://queue.fal.run"),
            "sound": Serving(dialect="fal_speech", path="/{model_path}", base_url="https://queue.fal.run"),
            "speech": Serving(dialect="fal_speech", path="/{model_path}", base_url="https://queue.fal.run"),
            "transcribe": Serving(dialect="fal_transcriptions", path="/{model_path}", base_url="https://queue.fal.run"),
            "video": Serving(dialect="fal_videos", path="/{model_path}", base_url="https://queue.fal.run"),
        },
    ),
    Provider(
        name="ideogram",
        title="Ideogram",
        base_url="https://api.ideogram.ai",
        dialect="",
        env=("IDEOGRAM_API_KEY",),
        docs="https://developer.ideogram.ai",
        auth=HeaderAuth(name="Api-Key", prefix=""),
        region="CA",
        operations={
            "image": Serving(dialect="ideogram_images", path="/v2/image/generate/{model}"),
            "image_edit": Serving(dialect="ideogram_images", path="/v2/image/precise-edit/{model}"),
        },
    ),
    Provider(
        name="leonardo",
        title="Leonardo.Ai",
        base_url="https://cloud.leonardo.ai/api/rest/v1",
        dialect="",
        env=("LEONARDO_API_KEY",),
        docs="https://docs.leonardo.ai",
        region="AU",
        operations={
            "image": Serving(dialect="leonardo_images", path="/generations"),
            "video": Serving(dialect="leonardo_videos", path="/generations-text-to-video"),
        },
    ),
    Provider(
        name="prodia",
        title="Prodia",
        base_url="https://inference.prodia.com/v2",
        dialect="",
        env=("PRODIA_TOKEN",),
        docs="https://docs.prodia.com",
        operations={
            "image": Serving(dialect="prodia_images", path="/job"),
            "image_edit": Serving(dialect="prodia_images", path="/job"),
            "video": Serving(dialect="prodia_videos", path="/job"),
        },
    ),
    Provider(
        name="recraft",
        title="Recraft",
        base_url="https://external.api.recraft.ai/v1",
        dialect="",
        env=("RECRAFT_API_TOKEN", "RECRAFT_API_KEY"),
        docs="https://www.recraft.ai/docs/api-reference/getting-started",
        aliases=("recraft-ai",),
        region="GB",
        operations={
            "image": Serving(
                dialect="openai_images",
                path="/images/generations",
                options={
                    "words": {"negative_prompt": "negative_prompt", "format": "image_format", "seed": "random_seed", "quality": ""},
                    "streams": False,
                },
            ),
            "image_edit": Serving(dialect="recraft_images", path="/images/imageToImage"),
        },
    ),
    Provider(
        name="runware",
        title="Runware",
        base_url="https://api.runware.ai/v1",
        dialect="",
        env=("RUNWARE_API_KEY",),
        docs="https://runware.ai/docs",
        region="GB",
        # One address for everything: the body is a list of tasks, each with its kind.
        operations={
            "image": Serving(dialect="runware_images", path=""),
            "image_edit": Serving(dialect="runware_images", path=""),
            "video": Serving(dialect="runware_videos", path=""),
        },
    ),
    Provider(
        name="segmind",
        title="Segmind",
        base_url="https://api.segmind.com/v1",
        dialect="",
        env=("SEGMIND_API_KEY",),
        docs="https://docs.segmind.com/docs/serverless-api",
        auth=X_API_KEY,
        region="US",
        # Version 1 answers at once and is only maintained; version 2 is a queue (docs.segmind.com, read 2026-11-23).
        operations={
            "image": Serving(dialect="segmind_images", path="/{model}"),
            "image_edit": Serving(dialect="segmind_images", path="/{model}"),
            "speech": Serving(dialect="segmind_speech", path="/{model}"),
            "video": Serving(dialect="segmind_videos", path="/{model}", base_url="https://api.segmind.com/v2"),
        },
        errors=(
            ErrorRule(kind="not_found", status=410, source="a retired model (docs.segmind.com, read 2026-11-23)"),
            ErrorRule(kind="quota_exhausted", status=406, contains="insufficient credits", source="docs.segmind.com, read 2026-11-23"),
        ),
    ),
    Provider(
        name="stability",
        title="Stability AI",
        base_url="https://api.stability.ai/v2beta",
        dialect="",
        env=("STABILITY_API_KEY",),
        docs="https://platform.stability.ai/docs/api-reference",
        aliases=("stability-ai",),
        region="GB",
        # `{model}` is core, ultra or sd3; of an edit it is what is done: inpaint, outpaint, erase ...
        operations={
            "image": Serving(dialect="stability_images", path="/stable-image/generate/{model}"),
            "image_edit": Serving(dialect="stability_images", path="/stable-image/edit/{model}"),
            "music": Serving(dialect="stability_audio", path="/audio/stable-audio-2/text-to-audio"),
        },
    ),
    Provider(
        name="topaz",
        title="Topaz Labs",
        base_url="https://api.topazlabs.com/image/v1",
        dialect="",
        env=("TOPAZ_API_KEY",),
        docs="https://developer.topazlabs.com",
        auth=HeaderAuth(name="X-API-Key", prefix=""),
        region="US",
        # It betters what it is given and makes nothing from words. A video is several calls: ask, accept, upload, complete.
        operations={
            "image_edit": Serving(dialect="topaz_images", path="/enhance/async"),
            "video": Serving(dialect="topaz_videos", path="/", base_url="https://api.topazlabs.com/video"),
        },
    ),
    Provider(
        name="wavespeed",
        title="WaveSpeedAI",
        base_url="https://api.wavespeed.ai/api/v3",
        dialect="",
        env=("WAVESPEED_API_KEY",),
        docs="https://wavespeed.ai/docs",
        region="SG",
        operations={
            "image": Serving(dialect="wavespeed_images", path="/{model_path}"),
            "image_edit": Serving(dialect="wavespeed_images", path="/{model_path}"),
            "speech": Serving(dialect="wavespeed_speech", path="/{model_path}"),
            "video": Serving(dialect="wavespeed_videos", path="/{model_path}"),
        },
    ),
)

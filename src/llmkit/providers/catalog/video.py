"""Makers of video: jobs that run for minutes and are asked for until they are done.

Addresses, headers and paths: the vendors' documentation and SDKs, read 2026-11-23.
"""

from __future__ import annotations

from llmkit.auth.schemes import HeaderAuth
from llmkit.providers.provider import Provider
from llmkit.providers.serving import Serving

ROWS = (
    Provider(
        name="d-id",
        title="D-ID",
        base_url="https://api.d-id.com",
        dialect="",
        env=("DID_API_KEY", "D_ID_API_KEY"),
        docs="https://docs.d-id.com/reference/get-started",
        auth=HeaderAuth(prefix="Basic "),  # the key is made for this scheme and goes out as it is
        aliases=("did",),
        region="IL",
        confidence="medium",
        operations={"video": Serving(dialect="did_videos", path="/talks")},
    ),
    Provider(
        name="heygen",
        title="HeyGen",
        base_url="https://api.heygen.com",
        dialect="",
        env=("HEYGEN_API_KEY",),
        docs="https://developers.heygen.com",
        auth=HeaderAuth(name="X-Api-Key", prefix=""),
        region="US",
        # Versions 1 and 2 were supported until 2026-10-31 (developers.heygen.com/more-legacy-api, read 2026-11-23).
        operations={"video": Serving(dialect="heygen_videos", path="/v3/videos")},
    ),
    Provider(
        name="kling",
        title="Kling AI",
        base_url="https://api-singapore.klingai.com",
        dialect="",
        # What is sent is a token that its owner signs with the secret key (HS256, valid for 30 minutes): it is not signed here.
        env=("KLINGAI_API_KEY", "KLING_API_KEY"),
        docs="https://app.klingai.com/global/dev/document-api",
        region="SG,CN",
        confidence="medium",
        operations={
            "image": Serving(dialect="kling_images", path="/v1/images/generations"),
            "image_edit": Serving(dialect="kling_images", path="/v1/images/generations"),
            "video": Serving(dialect="kling_videos", path="/v1/videos/text2video"),
        },
    ),
    Provider(
        name="luma",
        title="Luma Dream Machine",
        base_url="https://api.lumalabs.ai/dream-machine/v1",
        dialect="",
        env=("LUMAAI_API_KEY", "LUMA_API_KEY"),
        docs="https://docs.lumalabs.ai",
        region="US",
        # The older of Luma's two services, with keys of its own.
        operations={
            "image": Serving(dialect="luma_images", path="/generations/image"),
            "image_edit": Serving(dialect="luma_images", path="/generations/image"),
            "video": Serving(dialect="luma_videos", path="/generations"),
        },
    ),
    Provider(
        name="luma-agents",
        title="Luma Agents",
        base_url="https://agents.lumalabs.ai/v1",
        dialect="",
        env=("LUMA_AGENTS_API_KEY",),
        docs="https://docs.agents.lumalabs.ai",
        region="US",
        operations={
            "image": Serving(dialect="luma_agents_images", path="/generations"),
            "image_edit": Serving(dialect="luma_agents_images", path="/generations"),
            "video": Serving(dialect="luma_agents_videos", path="/generations"),
        },
    ),
    Provider(
        name="runwayml",
        title="Runway",
        base_url="https://api.dev.runwayml.com/v1",
        dialect="",
        env=("RUNWAYML_API_SECRET", "RUNWAYML_API_KEY"),
        docs="https://docs.dev.runwayml.com",
        aliases=("runway",),
        headers={"X-Runway-Version": "2024-11-06"},
        region="US",
        operations={
            "image": Serving(dialect="runway_images", path="/text_to_image"),
            "image_edit": Serving(dialect="runway_images", path="/text_to_image"),
            "sound": Serving(dialect="runway_speech", path="/sound_effect"),
            "speech": Serving(dialect="runway_speech", path="/text_to_speech"),
            "video": Serving(dialect="runway_videos", path="/image_to_video"),  # without an image: /text_to_video
        },
    ),
    Provider(
        name="vidu",
        title="Vidu",
        base_url="https://api.vidu.com/ent/v2",
        dialect="",
        env=("VIDU_API_KEY",),
        docs="https://platform.vidu.com/docs",
        auth=HeaderAuth(prefix="Token "),
        region="CN",
        operations={
            "image": Serving(dialect="vidu_images", path="/reference2image"),
            "image_edit": Serving(dialect="vidu_images", path="/reference2image"),
            "video": Serving(dialect="vidu_videos", path="/text2video"),  # from an image: /img2video
        },
    ),
)

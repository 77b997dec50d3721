"""The clouds of China, at home and abroad."""

from __future__ import annotations

from typing import Any

from llmkit.providers.catalog import errors
from llmkit.providers.catalog.shared import PLAIN, RESPONSES, SWITCH, embeddings, files, messages, openai
from llmkit.providers.provider import WORD, Provider, Setting
from llmkit.providers.serving import Serving
from llmkit.types.operation import Operation

_SEEDREAM: dict[str, Any] = {
    "words": {"n": "", "seed": "seed", "guidance": "guidance_scale", "resolution": "size", "quality": "", "style": "", "background": ""},
    "given": ("image", "image"),
    "streams": False,
}
_ARK_IMAGES: dict[Operation, Serving] = {
    "image": Serving(dialect="openai_images", path="/images/generations", options=_SEEDREAM),
    "image_edit": Serving(dialect="openai_images", path="/images/generations", options=_SEEDREAM),
}
"""Its pictures (docs.byteplus.com/en/docs/ModelArk, as of 2025): changed ones go to the same address, in JSON."""
_DOUBAO: dict[str, Any] = {**PLAIN, "reasoning": "toggle_effort"}
_QWEN: dict[str, Any] = {**SWITCH, "forced_tools_while_thinking": False}


def _dashscope(host: str) -> dict[Operation, Serving]:
    """Return what Alibaba serves at `host` beside conversations."""
    own = f"https://{host}/api/v1"
    return {
        **openai("batch", "models"),
        # help.aliyun.com/zh/model-studio/openai-file-interface, read 2026-11-23.
        "files": files(purpose="file-extract", purposes=("file-extract", "batch"), expires=""),
        "embed": embeddings(
            most=10,
            models={
                "text-embedding-v4": {"dimensions": [64, 128, 256, 512, 768, 1024, 1536, 2048]},
                "text-embedding-v3": {"dimensions": [64, 128, 256, 512, 768, 1024]},
            },
        ),
        "image": Serving(dialect="dashscope_images", path="/services/aigc/multimodal-generation/generation", base_url=own),
        "image_edit": Serving(dialect="dashscope_images", path="/services/aigc/multimodal-generation/generation", base_url=own),
        "realtime": Serving(
            dialect="dashscope_realtime",
            path="/realtime",
            base_url=f"https://{host}/api-ws/v1",
            options={"transcriber": "gummy-realtime-v1"},
        ),
        "rerank": Serving(dialect="jina_rerank", path="/reranks", base_url=f"https://{host}/compatible-api/v1"),
        "video": Serving(dialect="dashscope_videos", path="/services/aigc/video-generation/video-synthesis", base_url=own),
    }


ROWS = (
    Provider(
        name="alibaba",
        title="Alibaba Model Studio (international)",
        base_url="https://{host}/compatible-mode/v1",
        env=("DASHSCOPE_API_KEY", "ALIBABA_API_KEY", "ALIBABA_SINGAPORE_API_KEY", "QWENCLOUD_API_KEY"),
        docs="https://www.alibabacloud.com/help/en/model-studio/models",
        aliases=("dashscope", "qwen", "alibaba-qwencloud", "qwencloud"),
        prefixes=("qwen", "qwq-", "qvq-"),
        region="SG",
        settings=(Setting(name="host", env=("DASHSCOPE_HOST",), default="dashscope-intl.aliyuncs.com"),),
        profile=_QWEN,
        routes=(RESPONSES, messages("https://{host}/apps/anthropic/v1")),
        operations=_dashscope("{host}"),
        errors=errors.DASHSCOPE,
    ),
    Provider(
        name="alibaba-cn",
        title="Alibaba Model Studio (China)",
        base_url="https://dashscope.aliyuncs.com/compatible-mode/v1",
        env=("DASHSCOPE_CN_API_KEY", "QWEN_AI_PLATFORM_API_KEY", "DASHSCOPE_API_KEY", "ALIBABA_API_KEY"),
        docs="https://help.aliyun.com/zh/model-studio/",
        aliases=("alibaba-qwen-platform", "qwen_ai_platform"),
        region="CN",
        profile=_QWEN,
        routes=(RESPONSES, messages("https://dashscope.aliyuncs.com/apps/anthropic/v1")),
        operations=_dashscope("dashscope.aliyuncs.com"),
        errors=errors.DASHSCOPE,
    ),
    Provider(
        name="alibaba-us",
        title="Alibaba Model Studio (US)",
        base_url="https://dashscope-us.aliyuncs.com/compatible-mode/v1",
        env=("DASHSCOPE_US_API_KEY", "DASHSCOPE_API_KEY", "ALIBABA_API_KEY", "ALIBABA_US_API_KEY"),
        docs="https://www.alibabacloud.com/help/en/model-studio/models",
        region="US",
        profile=_QWEN,
        operations=openai("models"),
        errors=errors.DASHSCOPE,
    ),
    Provider(
        name="baidu",
        title="Baidu Qianfan",
        base_url="https://qianfan.baidubce.com/v2",
        env=("QIANFAN_API_KEY", "ERNIE_API_KEY", "BAIDU_API_KEY"),
        docs="https://cloud.baidu.com/doc/qianfan-api/index.html",
        aliases=("ernie", "qianfan", "wenxin"),
        prefixes=("ernie-",),
        region="CN",
        settings=(Setting(name="app_id", env=("QIANFAN_APP_ID",), optional=True, pattern=WORD),),
        headers={"appid": "{app_id}"},
        profile={**SWITCH, "replay": "always"},
        operations=openai("models", "embed", "rerank", "image"),
        errors=errors.BAIDU,
    ),
    Provider(
        name="byteplus",
        title="BytePlus ModelArk",
        base_url="https://ark.{region}.bytepluses.com/api/v3",
        env=("ARK_API_KEY", "BYTEPLUS_API_KEY"),
        docs="https://docs.byteplus.com/en/docs/ModelArk",
        aliases=("bytedance",),
        region="SG",
        settings=(Setting(name="region", env=("BYTEPLUS_REGION",), default="ap-southeast"),),
        profile=_DOUBAO,
        routes=(RESPONSES,),
        operations={
            **openai("models", "embed"),
            **_ARK_IMAGES,
            "video": Serving(dialect="ark_videos", path="/contents/generations/tasks"),
        },
        errors=errors.ARK,
    ),
    Provider(
        name="tencent-hunyuan",
        title="Tencent Hunyuan",
        base_url="https://api.hunyuan.cloud.tencent.com/v1",
        env=("HUNYUAN_API_KEY",),
        docs="https://cloud.tencent.com/document/product/1729",
        aliases=("hunyuan",),
        prefixes=("hunyuan-",),
        region="CN",
        profile=PLAIN,
        operations=openai("models"),
    ),
    Provider(
        name="volcengine",
        title="Volcengine Ark",
        base_url="https://ark.cn-beijing.volces.com/api/v3",
        env=("ARK_API_KEY", "VOLCENGINE_API_KEY"),
        docs="https://www.volcengine.com/docs/82379/1330310",
        prefixes=("doubao-", "ep-"),
        region="CN",
        profile=_DOUBAO,
        routes=(RESPONSES,),
        operations={
            **openai("models", "embed"),
            **_ARK_IMAGES,
            "video": Serving(dialect="ark_videos", path="/contents/generations/tasks"),
        },
        errors=errors.ARK,
    ),
)

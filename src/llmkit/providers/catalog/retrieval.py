"""Embeddings, ranking and judging: what stands before or beside a conversation.

Addresses, headers and paths: the vendors' documentation and SDKs, and recorded traffic of two of them, read 2026-11-23.
"""

from __future__ import annotations

from llmkit.auth.schemes import NoAuth
from llmkit.providers.answers import RateHeaders
from llmkit.providers.catalog.shared import X_API_KEY, openai
from llmkit.providers.provider import Provider
from llmkit.providers.serving import Serving

ROWS = (
    Provider(
        name="infinity",
        title="Infinity",
        base_url="http://127.0.0.1:7997",
        dialect="",
        env=("INFINITY_API_KEY",),
        docs="https://michaelfeil.eu/infinity",
        local=True,
        operations={
            **openai("embed", "models", "rerank"),
            "classify": Serving(dialect="infinity_classify", path="/classify"),
        },
    ),
    Provider(
        name="nomic",
        title="Nomic Atlas",
        base_url="https://api-atlas.nomic.ai/v1",
        dialect="",
        env=("NOMIC_API_KEY",),
        docs="https://docs.nomic.ai/reference/api/embed-text-v-1-embedding-text-post",
        region="US",
        operations={"embed": Serving(dialect="nomic", path="/embedding/text")},
    ),
    Provider(
        name="triton",
        title="NVIDIA Triton Inference Server",
        base_url="http://127.0.0.1:8000/v2/models",
        dialect="",
        docs="https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/protocol/README.html",
        auth=NoAuth(),
        local=True,
        confidence="medium",  # names and shapes of inputs and outputs are those of the deployed model
        operations={"embed": Serving(dialect="kserve", path="/{model}/infer")},
    ),
    Provider(
        name="twelvelabs",
        title="TwelveLabs",
        base_url="https://api.twelvelabs.io/v1.3",
        dialect="",
        env=("TWELVELABS_API_KEY", "TWELVE_LABS_API_KEY"),
        docs="https://docs.twelvelabs.io/api-reference/introduction",
        auth=X_API_KEY,
        aliases=("twelve_labs",),
        region="US",
        operations={
            "embed": Serving(dialect="twelvelabs", path="/embed-v2"),
            "search": Serving(dialect="twelvelabs", path="/search"),
        },
        limits=RateHeaders(
            source="a recorded answer of 2026-06",
            requests_limit="x-ratelimit-request-limit",
            requests_left="x-ratelimit-request-remaining",
            requests_reset="x-ratelimit-request-reset",
            reset="unix",
        ),
    ),
    Provider(
        name="typesafe",
        title="TypeSafe",
        base_url="https://api.typesafe.ai/v1",
        dialect="",
        env=("TYPESAFE_API_KEY",),
        docs="https://docs.typesafe.ai",
        region="US",
        # OpenAI's `/decisions` is another format (read 2026-11-23 in the documentation of three gateways that serve both).
        operations={"decide": Serving(dialect="systemone", path="/systemone")},
    ),
    Provider(
        name="voyage",
        title="Voyage AI",
        base_url="https://api.voyageai.com/v1",
        dialect="",
        env=("VOYAGE_API_KEY", "VOYAGE_AI_API_KEY", "VOYAGE_AI_TOKEN"),
        docs="https://docs.voyageai.com",
        aliases=("voyageai",),
        region="US",
        operations={
            "embed": Serving(dialect="voyage", path="/embeddings"),
            "rerank": Serving(dialect="voyage", path="/rerank"),
        },
    ),
)

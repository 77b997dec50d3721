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
        operations={"embed": Serving(dialect="nomic_embeddings", path="/embedding/text")},
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
        operations={"embed": Serving(dialect="kserve_embeddings", path="/{model}/infer")},
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
            "embed": Serving(dialect="twelvelabs_embeddings", path="/embed"),
            "search": Serving(dialect="twelvelabs", path="/search"),
            "understand": Serving(dialect="twelvelabs_analysis", path="/analyze"),
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
            "embed": Serving(
                dialect="voyage_embeddings",
                path="/embeddings",
                options={
                    "most": 1000,
                    "most_bytes": 240_000,  # 120,000 tokens, of some models more
                    "encoding": "base64",
                    "user": False,
                    "dimensions_field": "output_dimension",
                    "format_field": "output_dtype",
                    "formats": {"float": "float", "int8": "int8", "uint8": "uint8", "binary": "binary", "ubinary": "ubinary"},
                    "input_types": {"query": "query", "document": "document"},
                    "truncate": {"field": "truncation", "true": True, "false": False},
                    "models": {
                        "voyage-multimodal-*": {"shape": "multimodal", "path": "/multimodalembeddings", "formats": ["float"]},
                        "voyage-context-*": {
                            "shape": "contextual",
                            "path": "/contextualizedembeddings",
                            "together": True,
                            "dimensions": [256, 512, 1024, 2048],
                        },
                        "voyage-3.5*": {"dimensions": [256, 512, 1024, 2048]},
                        "voyage-3-large": {"dimensions": [256, 512, 1024, 2048]},
                        "voyage-code-3": {"dimensions": [256, 512, 1024, 2048]},
                        "voyage-4*": {"dimensions": [256, 512, 1024, 2048]},
                    },
                },
            ),
            "rerank": Serving(dialect="voyage_rerank", path="/rerank"),
        },
    ),
    Provider(
        name="zeroentropy",
        title="ZeroEntropy",
        base_url="https://api.zeroentropy.dev/v1",
        dialect="",
        env=("ZEROENTROPY_API_KEY",),
        docs="https://docs.zeroentropy.dev/models",
        region="US",
        operations={"rerank": Serving(dialect="jina_rerank", path="/models/rerank")},
    ),
)

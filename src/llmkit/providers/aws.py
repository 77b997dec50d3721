"""Amazon's rows: models of many vendors behind one format, the same hosts' OpenAI and Claude formats, and the user's own endpoints.

Addresses, services of the signature and model ids: AWS's documentation and the service models of botocore, read 2026-11-22.
"""

from __future__ import annotations

from typing import Any

from llmkit.auth.schemes import AwsAuth
from llmkit.providers.catalog.shared import openai
from llmkit.providers.claude_betas import ON_BEDROCK, ON_BEDROCK_MANTLE
from llmkit.providers.provider import Provider, Route, Setting
from llmkit.providers.quirks import Omit, Put
from llmkit.providers.serving import Serving
from llmkit.types.dialect import Encoded

SETTINGS = (
    # Only the usual address and the signature need it: another address with a key does without.
    Setting(
        name="region",
        env=("AWS_REGION", "AWS_DEFAULT_REGION"),
        optional=True,
        pattern=r"[a-z]{2}(?:-[a-z]+)+-\d",
        help="such as us-east-1, or a region in the AWS profile",
    ),
    Setting(name="profile", optional=True, pattern=r"[\w.@ +:/-]{1,128}", help="a profile of the AWS configuration file"),
    Setting(name="access_key_id", optional=True, pattern=r"\w{16,128}"),
    Setting(name="secret_access_key", optional=True, secret=True),
    Setting(name="session_token", optional=True, secret=True),
    Setting(name="credential_process", optional=True, pattern="allow", help="`allow` lets the profile's program run"),
)
KEYS = ("AWS_BEARER_TOKEN_BEDROCK",)
_INVOKE = "the version stands in the body here, the model and the way of answering in the path (user guide, read 2026-11-22)"
_BETAS = "anthropic-beta"


def betas_into_body(encoded: Encoded, stream: bool) -> None:
    """Put what the header of Claude's own API says into the body, where this API wants it."""
    encoded.headers.pop("anthropic-version", None)
    betas = encoded.headers.pop(_BETAS, "")
    if betas:
        known: list[Any] = encoded.body.get("anthropic_beta", [])
        encoded.body["anthropic_beta"] = [*known, *(beta for beta in betas.split(",") if beta not in known)]


EMBEDDINGS: dict[str, Any] = {
    "models": {
        "*titan-embed-image*": {"family": "titan_image", "dimensions": [256, 384, 1024]},
        "*titan-embed-text-v2*": {"family": "titan", "dimensions": [256, 512, 1024]},
        "*titan-embed-*": {"family": "titan", "dimensions": []},
        "*nova-*-embeddings*": {"family": "nova", "dimensions": [256, 384, 1024, 3072]},
        "*cohere.embed-v4*": {"family": "cohere", "most": 96, "dimensions": [256, 512, 1024, 1536]},
        "*cohere.embed-*": {"family": "cohere", "most": 96, "dimensions": [], "images": "alone", "most_images": 1},
    }
}
"""The families of embedding models by their ids, and the lengths of their vectors (user guide, read 2026-11-23)."""

_CONTROL = "https://bedrock.{region}.amazonaws.com"
_S3 = Serving(dialect="bedrock_batch", path="", base_url="https://s3.{region}.amazonaws.com", auth=AwsAuth(service="s3"))
_BATCHES: dict[str, Any] = {"home": _CONTROL, "storage": _S3}

ROWS: tuple[Provider, ...] = (
    Provider(
        name="bedrock",
        title="Amazon Bedrock",
        base_url="https://bedrock-runtime.{region}.amazonaws.com",
        dialect="bedrock_converse",
        env=KEYS,
        docs="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html",
        auth=AwsAuth(service="bedrock"),
        aliases=("amazon-bedrock", "aws-bedrock"),
        settings=SETTINGS,
        starter="us.amazon.nova-micro-v1:0",
        operations={
            "batch": Serving(dialect="bedrock_batch", path="/model-invocation-job", base_url=_CONTROL, options=_BATCHES),
            "count": Serving(dialect="bedrock_count", path="/model/{model}/count-tokens"),
            "embed": Serving(dialect="bedrock_embeddings", path="/model/{model}/invoke", options=EMBEDDINGS),
            "image": Serving(dialect="bedrock_images", path="/model/{model}/invoke"),
            "image_edit": Serving(dialect="bedrock_images", path="/model/{model}/invoke"),
            "models": Serving(dialect="bedrock_models", path="", base_url="https://bedrock.{region}.amazonaws.com"),
            "moderate": Serving(dialect="bedrock_guardrail", path="/guardrail"),
            "rerank": Serving(dialect="bedrock_rerank", path="/rerank", base_url="https://bedrock-agent-runtime.{region}.amazonaws.com"),
        },
        region="global",
        routes=(
            Route(
                dialect="anthropic",
                path="/model/{model}/invoke",
                stream_path="/model/{model}/invoke-with-response-stream",
                framing="aws_payload",
                quirks=(
                    Put(field="anthropic_version", value="bedrock-2023-05-31", source=_INVOKE),
                    Omit(field="model", source=_INVOKE),
                    Omit(field="stream", source=_INVOKE),
                ),
                edit=betas_into_body,
                profile={"image_urls": False, "betas": ON_BEDROCK},
            ),
        ),
    ),
    Provider(
        name="bedrock-mantle",
        title="Amazon Bedrock (Mantle)",
        base_url="https://bedrock-mantle.{region}.api.aws/v1",
        dialect="openai_chat",
        env=KEYS,
        docs="https://docs.aws.amazon.com/bedrock/latest/userguide/bedrock-mantle.html",
        auth=AwsAuth(service="bedrock-mantle"),
        aliases=("amazon-bedrock-mantle",),
        operations=openai("models"),
        settings=SETTINGS,
        region="global",
        confidence="medium",
        routes=(
            Route(dialect="openai_responses"),
            Route(
                dialect="anthropic",
                models=("anthropic.*",),
                base_url="https://bedrock-mantle.{region}.api.aws/anthropic/v1",
                profile={"betas": ON_BEDROCK_MANTLE},
            ),
        ),
    ),
    Provider(
        name="sagemaker",
        title="Amazon SageMaker endpoints",
        base_url="https://runtime.sagemaker.{region}.amazonaws.com",
        dialect="openai_chat",
        docs="https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpointWithResponseStream.html",
        auth=AwsAuth(service="sagemaker"),
        aliases=("amazon-sagemaker",),
        settings=SETTINGS,
        path="/endpoints/{model}/invocations",
        stream_path="/endpoints/{model}/invocations-response-stream",
        framing="aws_payload",
        region="global",
        confidence="medium",
    ),
)

"""Clouds that serve several laboratories' models behind their own identity; Amazon's rows stand in `providers/aws.py`."""

from __future__ import annotations

from llmkit.auth.schemes import AzureAuth, GoogleAuth, OciAuth
from llmkit.providers.catalog import errors, limits
from llmkit.providers.catalog.shared import (
    CLAUDE,
    EMBEDDINGS,
    ENTRA,
    GEMINI_VOICES,
    GPT_VOICES,
    PLAIN,
    RESPONSES,
    X_API_KEY,
    embeddings,
    files,
    openai,
)
from llmkit.providers.claude_betas import ON_FOUNDRY, ON_VERTEX
from llmkit.providers.provider import FILE, WORD, HeaderAuth, Provider, Route, Setting
from llmkit.providers.quirks import Omit, Put
from llmkit.providers.serving import Serving

_FOUNDRY_SCOPE = "https://cognitiveservices.azure.com/.default"
_AZURE_DOCS = "learn.microsoft.com/en-us/azure/ai-foundry/openai/reference, read 2026-11"
_OPENAI = {"max_tokens_field": "max_completion_tokens", "replay": "never", "unsupported": ("top_k", "min_p", "repetition_penalty")}
_CLAUDE_ON_FOUNDRY = Route(
    dialect="anthropic",
    models=("claude-*",),
    base_url="https://{foundry}/anthropic/v1",
    auth=AzureAuth(header="x-api-key", scope="https://ai.azure.com/.default"),
    profile={"betas": ON_FOUNDRY},
)
_RESOURCE = Setting(name="resource", env=("AZURE_RESOURCE_NAME",), optional=True, help="the name of your Azure resource")
_OPENAI_HOST = Setting(
    name="host",
    env=("AZURE_OPENAI_ENDPOINT", "AZURE_API_BASE"),
    default="{resource}.openai.azure.com",
    trim=("/openai/v1", "/openai"),
    help="the host of your resource, such as mine.openai.azure.com",
)
_FOUNDRY = Setting(name="foundry", env=("AZURE_AI_ENDPOINT",), default="{resource}.services.ai.azure.com", optional=True)

_VERTEX = "https://{host}/v1/projects/{project}/locations/{location}"
_GEMINI = "/publishers/google/models/{model}"
_VERTEX_DOCS = "cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude, read 2026-11"


def _deployed(dialect: str, path: str) -> Serving:
    """Return an operation of a deployment, at a dated version."""
    options = EMBEDDINGS.options if dialect == EMBEDDINGS.dialect else {}
    return Serving(dialect=dialect, path=f"/deployments/{{model}}{path}?api-version={{api_version}}", options=options)


_WORKERS = "https://api.cloudflare.com/client/v4/accounts/{account_id}/ai/run"

ROWS = (
    Provider(
        name="azure",
        title="Azure OpenAI",
        base_url="https://{host}/openai/v1",
        env=("AZURE_OPENAI_API_KEY", "AZURE_API_KEY"),
        docs="https://learn.microsoft.com/en-us/azure/ai-foundry/openai/api-version-lifecycle",
        auth=AzureAuth(scope=_FOUNDRY_SCOPE),
        aliases=("azure-openai", "azureopenai"),
        region="global",
        settings=(_RESOURCE, _OPENAI_HOST, _FOUNDRY, *ENTRA),
        profile=_OPENAI,
        routes=(
            Route(dialect="openai_responses", models=("*-pro*", "*codex*", "*deep-research*", "computer-use*")),
            _CLAUDE_ON_FOUNDRY,
        ),
        operations={
            # Takes no `user_data` (learn.microsoft.com, Azure OpenAI v1 reference, read 2026-11-23).
            "files": files(purpose="assistants", purposes=("assistants", "batch", "fine-tune", "evals")),
            **openai("batch", "models", "realtime", "transcribe", "video"),
            # A model is named as its owner likes: that it draws piece by piece, its name need not tell.
            "image": Serving(dialect="openai_images", path="/images/generations", options={"streams": True}),
            "image_edit": Serving(dialect="openai_images", path="/images/edits", options={"streams": True}),
            **GPT_VOICES,
            "embed": EMBEDDINGS,
        },
        limits=limits.AZURE_LIMITS,
    ),
    Provider(
        name="azure-ai",
        title="Azure AI Foundry Models",
        base_url="https://{foundry}/models",
        env=("AZURE_AI_API_KEY", "AZURE_ANTHROPIC_API_KEY", "AZURE_COGNITIVE_SERVICES_API_KEY", "AZURE_API_KEY"),
        docs="https://learn.microsoft.com/en-us/azure/ai-foundry/foundry-models/concepts/endpoints",
        auth=AzureAuth(scope=_FOUNDRY_SCOPE),
        aliases=("azure_ai", "azureai", "azure-ai-inference", "azure-anthropic", "azureanthropic", "azure-cognitive-services"),
        region="global",
        settings=(
            _RESOURCE,
            Setting(
                name="foundry",
                env=("AZURE_AI_ENDPOINT", "AZURE_AI_API_BASE"),
                default="{resource}.services.ai.azure.com",
                trim=("/models",),
                help="the host of your resource, such as mine.services.ai.azure.com",
            ),
            Setting(name="api_version", env=("AZURE_AI_API_VERSION",), default="2024-05-01-preview"),
            *ENTRA,
        ),
        path="/chat/completions?api-version={api_version}",
        headers={"extra-parameters": "pass-through"},
        profile=PLAIN,
        routes=(_CLAUDE_ON_FOUNDRY,),
        operations={
            "embed": Serving(
                dialect="openai_embeddings",
                path="/embeddings?api-version={api_version}",
                options={
                    "most": 96,
                    "encoding": "base64",
                    "formats": {"float": "float", "int8": "int8", "uint8": "uint8", "binary": "binary", "ubinary": "ubinary"},
                    "input_types": {"query": "query", "document": "document"},
                },
            ),
            # Clients of both, read 2026-11-23; the reader takes no addresses here, only the bytes.
            "ocr": Serving(
                dialect="mistral_ocr", path="/providers/mistral/azure/ocr", base_url="https://{foundry}", options={"addresses": False}
            ),
            "rerank": Serving(dialect="cohere_rerank", path="/providers/cohere/v2/rerank", base_url="https://{foundry}"),
        },
        limits=limits.AZURE_LIMITS,
    ),
    Provider(
        name="azure-deployments",
        title="Azure OpenAI (dated API versions)",
        base_url="https://{host}/openai",
        env=("AZURE_OPENAI_API_KEY", "AZURE_API_KEY"),
        docs="https://learn.microsoft.com/en-us/azure/ai-foundry/openai/reference",
        auth=AzureAuth(scope=_FOUNDRY_SCOPE),
        region="global",
        settings=(_RESOURCE, _OPENAI_HOST, Setting(name="api_version", env=("OPENAI_API_VERSION",), default="2024-10-21"), *ENTRA),
        path="/deployments/{model}/chat/completions?api-version={api_version}",
        profile=_OPENAI,
        quirks=(Omit(field="model", source=_AZURE_DOCS),),
        routes=(Route(dialect="openai_responses", path="/responses?api-version={api_version}"),),
        operations={
            "embed": _deployed("openai_embeddings", "/embeddings"),
            "image": _deployed("openai_images", "/images/generations"),
            "image_edit": _deployed("openai_images", "/images/edits"),
            "speech": _deployed("openai_speech", "/audio/speech"),
            # A deployment has any name: what its model can do is not told by it.
            "transcribe": Serving(
                dialect="openai_transcriptions",
                path="/deployments/{model}/audio/transcriptions?api-version={api_version}",
                options={"plain": ("gpt-*",), "streams": ("*",)},
            ),
            "models": Serving(dialect="openai_models", path="/models?api-version={api_version}"),
        },
        limits=limits.AZURE_LIMITS,
    ),
    Provider(
        name="claude-platform-aws",
        title="Claude Platform on AWS",
        base_url="https://aws-external-anthropic.{region}.api.aws/v1",
        dialect="anthropic",
        env=("ANTHROPIC_AWS_API_KEY",),
        docs="https://platform.claude.com/docs/en/build-with-claude/claude-platform-on-aws",
        auth=X_API_KEY,  # a workspace's own key; AWS's signature is not offered here
        region="global",
        settings=(
            Setting(name="region", env=("AWS_REGION", "AWS_DEFAULT_REGION"), help="such as us-west-2"),
            Setting(name="workspace_id", env=("ANTHROPIC_AWS_WORKSPACE_ID",), pattern=WORD, help="the id of your workspace: wrkspc_..."),
        ),
        headers={"anthropic-workspace-id": "{workspace_id}"},
        operations=CLAUDE,
        limits=limits.ANTHROPIC_LIMITS,
    ),
    Provider(
        name="cloudflare-workers-ai",
        title="Cloudflare Workers AI",
        base_url="https://api.cloudflare.com/client/v4/accounts/{account_id}/ai/v1",
        env=("CLOUDFLARE_API_TOKEN", "CLOUDFLARE_API_KEY"),
        docs="https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/",
        aliases=("cloudflare", "workers-ai"),
        prefixes=("@cf/", "@hf/"),
        region="global",
        settings=(Setting(name="account_id", env=("CLOUDFLARE_ACCOUNT_ID",)),),
        profile=PLAIN,
        routes=(RESPONSES,),
        operations={
            "embed": embeddings(most=100),
            "image": Serving(dialect="cloudflare_images", path="/{model_path}", base_url=_WORKERS),
            "image_edit": Serving(dialect="cloudflare_images", path="/{model_path}", base_url=_WORKERS),
            "transcribe": Serving(
                dialect="cloudflare_transcriptions",
                path="/run/{model_path}",
                base_url="https://api.cloudflare.com/client/v4/accounts/{account_id}/ai",
            ),
        },
        errors=errors.CLOUDFLARE,
    ),
    Provider(
        name="oci",
        title="Oracle Cloud Generative AI",
        base_url="https://inference.generativeai.{region}.oci.oraclecloud.com/openai/v1",
        env=("OCI_GENAI_API_KEY", "ORACLE_API_KEY"),
        docs="https://docs.oracle.com/en-us/iaas/Content/generative-ai/openai-compatible-api.htm",
        auth=OciAuth(),
        aliases=("oracle",),
        region="global",
        settings=(
            Setting(name="region", env=("OCI_REGION", "OCI_CLI_REGION"), default="us-chicago-1"),
            Setting(name="compartment_id", env=("OCI_COMPARTMENT_ID",), optional=True, pattern=WORD, help="who pays; needed without a key"),
            Setting(name="config_file", env=("OCI_CONFIG_FILE", "OCI_CLI_CONFIG_FILE"), optional=True, pattern=FILE),
            Setting(name="profile", env=("OCI_CONFIG_PROFILE", "OCI_CLI_PROFILE"), optional=True, pattern=WORD),
        ),
        # Chat Completions reads the first, Responses the second (Oracle's oci-openai 1.0, 2026-11).
        headers={"CompartmentId": "{compartment_id}", "opc-compartment-id": "{compartment_id}"},
        profile=PLAIN,
        routes=(RESPONSES,),
    ),
    Provider(
        name="vertex",
        title="Google Vertex AI",
        base_url=_VERTEX,
        dialect="gemini",
        env=("GOOGLE_VERTEX_API_KEY",),
        docs="https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference",
        auth=GoogleAuth(),
        aliases=(
            "google-vertex",
            "google-vertex-ai",
            "vertex_ai",
            "vertex-ai",
            "vertexai",
            "google-vertex-anthropic",
            "vertexaianthropic",
            "vertex-ai-beta",
        ),
        region="global",
        settings=(
            Setting(
                name="project",
                env=("GOOGLE_CLOUD_PROJECT", "GOOGLE_VERTEX_PROJECT", "VERTEXAI_PROJECT", "ANTHROPIC_VERTEX_PROJECT_ID"),
                pattern=WORD,
                help="the id of your Google Cloud project",
            ),
            Setting(name="location", env=("GOOGLE_CLOUD_LOCATION", "GOOGLE_VERTEX_LOCATION", "VERTEXAI_LOCATION"), default="global"),
            Setting(
                name="host",
                default="{location}-aiplatform.googleapis.com",
                defaults=(
                    "location",
                    {
                        "global": "aiplatform.googleapis.com",
                        "us": "aiplatform.us.rep.googleapis.com",
                        "eu": "aiplatform.eu.rep.googleapis.com",
                    },
                ),
            ),
            Setting(name="credentials_file", optional=True, pattern=FILE, help="a credentials file of Google's"),
            Setting(name="access_token", env=("GOOGLE_OAUTH_ACCESS_TOKEN",), optional=True, secret=True),
        ),
        path=f"{_GEMINI}:generateContent",
        stream_path=f"{_GEMINI}:streamGenerateContent?alt=sse",
        routes=(
            Route(
                dialect="anthropic",
                models=("claude-*",),
                path="/publishers/anthropic/models/{model_path}:rawPredict",
                stream_path="/publishers/anthropic/models/{model_path}:streamRawPredict",
                profile={"headers": {}, "betas": ON_VERTEX},
                quirks=(
                    Omit(field="model", source=_VERTEX_DOCS),
                    Put(field="anthropic_version", value="vertex-2023-10-16", source=_VERTEX_DOCS),
                ),
            ),
            Route(
                dialect="gemini",
                models=("endpoints/*",),
                path="/{model_path}:generateContent",
                stream_path="/{model_path}:streamGenerateContent?alt=sse",
            ),
            Route(dialect="openai_chat", models=("*/*",), base_url=f"{_VERTEX}/endpoints/openapi", profile=PLAIN),
        ),
        operations={
            "batch": Serving(
                dialect="vertex_batch",
                path="/batchPredictionJobs",
                options={
                    "home": _VERTEX,
                    "storage": Serving(dialect="vertex_batch", path="", base_url="https://storage.googleapis.com"),
                },
            ),
            "caches": Serving(
                dialect="gemini_caches",
                path="/cachedContents",
                options={"model": "projects/{project}/locations/{location}/publishers/google/models/{model}"},
            ),
            "count": Serving(dialect="gemini_count", path=f"{_GEMINI}:countTokens"),
            "models": Serving(dialect="gemini_models", path="/publishers/google/models", base_url="https://{host}/v1beta1"),
            "embed": Serving(
                dialect="vertex_embeddings",
                path=f"{_GEMINI}:predict",
                options={
                    "most_bytes": 40_000,  # 20,000 tokens
                    "models": {
                        "gemini-embedding-001": {"most": 1, "most_dimensions": 3072},
                        "gemini-embedding-*": {"most": 1, "most_dimensions": 3072, "shape": "content"},
                        "multimodalembedding*": {"most": 1, "dimensions": [128, 256, 512, 1408], "shape": "either"},
                        "text-*embedding-*": {"most_dimensions": 768},
                    },
                },
            ),
            "image": Serving(dialect="gemini_images", path=f"{_GEMINI}:predict"),
            "image_edit": Serving(dialect="gemini_images", path=f"{_GEMINI}:predict"),
            # Clients of it, read 2026-11-23: the model reads bytes alone here.
            "ocr": Serving(dialect="mistral_ocr", path="/publishers/mistralai/models/{model}:rawPredict", options={"addresses": False}),
            "rerank": Serving(
                dialect="vertex_rerank",
                path="/projects/{project}/locations/global/rankingConfigs/default_ranking_config:rank",
                base_url="https://discoveryengine.googleapis.com/v1",
            ),
            "realtime": Serving(
                dialect="gemini_realtime",
                path="/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent",
                base_url="https://{host}",
                options={"model": "projects/{project}/locations/{location}/publishers/google/models/{model}"},
            ),
            "speech": Serving(dialect="gemini_speech", path=f"{_GEMINI}:generateContent"),
            "video": Serving(dialect="gemini_videos", path=f"{_GEMINI}:predictLongRunning", options={"poll": "fetchPredictOperation"}),
            "voices": GEMINI_VOICES,
        },
    ),
    Provider(
        name="vertex-express",
        title="Google Vertex AI (express mode)",
        base_url="https://aiplatform.googleapis.com/v1",
        dialect="gemini",
        env=("GOOGLE_VERTEX_EXPRESS_API_KEY", "GOOGLE_CLOUD_API_KEY"),
        docs="https://cloud.google.com/vertex-ai/generative-ai/docs/start/express-mode/overview",
        auth=HeaderAuth(name="x-goog-api-key", prefix=""),
        region="global",
        path=f"{_GEMINI}:generateContent",
        stream_path=f"{_GEMINI}:streamGenerateContent?alt=sse",
    ),
)

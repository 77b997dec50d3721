"""Hosts that run other makers' models on chips of their own."""

from __future__ import annotations

from llmkit.providers.catalog import errors, limits
from llmkit.providers.catalog.shared import PLAIN, REASONS, RESPONSES, TAGS, embeddings, files, openai
from llmkit.providers.provider import Provider
from llmkit.providers.serving import Serving

ROWS = (
    Provider(
        name="cerebras",
        title="Cerebras",
        base_url="https://api.cerebras.ai/v1",
        env=("CEREBRAS_API_KEY",),
        docs="https://inference-docs.cerebras.ai/api-reference/chat-completions",
        starter="gpt-oss-120b",
        region="US",
        profile={
            **REASONS,
            "max_tokens_field": "max_completion_tokens",
            "unsupported": ("frequency_penalty", "presence_penalty", "logit_bias", "n", "store"),
            "schema_rules": "strict_small",
        },
        operations=openai("models"),
        limits=limits.CEREBRAS_LIMITS,
    ),
    Provider(
        name="groq",
        title="Groq",
        base_url="https://api.groq.com/openai/v1",
        env=("GROQ_API_KEY",),
        docs="https://console.groq.com/docs/api-reference#chat-create",
        starter="openai/gpt-oss-20b",
        region="US",
        profile={
            **REASONS,
            "max_tokens_field": "max_completion_tokens",
            "unsupported": ("logprobs", "top_logprobs", "logit_bias", "n", "store"),
            "json_schema_with_tools": False,
            "server_tools": {"web_search": "browser_search", "code_execution": "code_interpreter"},
        },
        routes=(RESPONSES,),
        operations={
            **openai("models", "transcribe", "batch"),
            # Its list has no pages (groq-typescript, files, read 2026-11-23).
            "files": files(purpose="batch", purposes=("batch",), expires="", pages=""),
            # console.groq.com/docs/api-reference#audio-speech, read 2026-11-23.
            "speech": Serving(
                dialect="openai_speech",
                path="/audio/speech",
                options={"formats": ("flac", "mp3", "mulaw", "ogg", "wav"), "speed": (0.5, 5.0), "fields": ("sample_rate",)},
            ),
        },
        errors=errors.GROQ,
        limits=limits.GROQ_LIMITS,
    ),
    Provider(
        name="nvidia",
        title="NVIDIA NIM",
        base_url="https://integrate.api.nvidia.com/v1",
        env=("NVIDIA_API_KEY", "NVIDIA_NIM_API_KEY"),
        docs="https://docs.api.nvidia.com/nim/",
        aliases=("nvidia_nim",),
        region="US",
        # Many of its models answer 422 to fields they do not know (docs.api.nvidia.com, 2026-11).
        profile={
            **PLAIN,
            "reasoning": "template",
            "unsupported": ("store", "logit_bias", "logprobs", "top_logprobs", "n", "user", "metadata"),
        },
        operations={
            **openai("models"),
            "embed": embeddings(
                input_types={"query": "query", "document": "passage"},
                input_type="passage",  # most of its models refuse a request without one
                truncate={"field": "truncate", "true": "END", "false": "NONE"},
            ),
            "rerank": Serving(dialect="nvidia_rerank", path="/{model_path}/reranking", base_url="https://ai.api.nvidia.com/v1/retrieval"),
        },
    ),
    Provider(
        name="sambanova",
        title="SambaNova",
        base_url="https://api.sambanova.ai/v1",
        env=("SAMBANOVA_API_KEY",),
        docs="https://docs.sambanova.ai",
        region="US",
        profile={
            **TAGS,
            "unsupported": ("store", "frequency_penalty", "presence_penalty", "n", "logit_bias", "seed", "logprobs", "top_logprobs"),
        },
        routes=(RESPONSES,),
        operations=openai("models", "embed", "transcribe"),
    ),
)

"""Laboratories that serve their own models."""

from __future__ import annotations

from llmkit.providers.catalog import errors, limits
from llmkit.providers.catalog.shared import (
    CLAUDE,
    EMBEDDINGS,
    GEMINI_VOICES,
    GPT_VOICES,
    PLAIN,
    RESPONSES,
    X_API_KEY,
    embeddings,
    files,
    messages,
    openai,
)
from llmkit.providers.provider import HeaderAuth, Provider, Route
from llmkit.providers.quirks import MapValue, Rename
from llmkit.providers.serving import Serving

ROWS = (
    Provider(
        name="ai21",
        title="AI21 Labs",
        base_url="https://api.ai21.com/studio/v1",
        env=("AI21_API_KEY",),
        docs="https://docs.ai21.com/docs/jamba-foundation-models",
        region="IL",
        aliases=("ai21_chat",),
        profile={
            **PLAIN,
            "unsupported": ("store", "presence_penalty", "frequency_penalty", "seed", "logprobs", "logit_bias", "parallel_tool_calls"),
        },
        operations=openai("models"),
    ),
    Provider(
        name="anthropic",
        title="Anthropic",
        base_url="https://api.anthropic.com/v1",
        dialect="anthropic",
        env=("ANTHROPIC_API_KEY",),
        docs="https://docs.anthropic.com/en/api/messages",
        starter="claude-haiku-4-5",
        auth=X_API_KEY,
        prefixes=("claude-",),
        region="US",
        operations=CLAUDE,
        limits=limits.ANTHROPIC_LIMITS,
    ),
    Provider(
        name="cohere",
        title="Cohere",
        base_url="https://api.cohere.com/v2",
        dialect="cohere",
        env=("COHERE_API_KEY", "CO_API_KEY"),
        docs="https://docs.cohere.com/reference/chat",
        aliases=("cohere_chat",),
        region="CA",
        prefixes=("command-",),
        routes=(Route(dialect="openai_chat", base_url="https://api.cohere.ai/compatibility/v1", profile=PLAIN),),
        operations={
            "embed": Serving(
                dialect="cohere_embeddings",
                path="/embed",
                options={
                    "models": {
                        "embed-v4*": {"dimensions": [256, 512, 1024, 1536]},
                        "embed-*-v3.0": {"dimensions": [], "images": "alone", "most_images": 1},
                        "embed-*-v2.0": {"dimensions": [], "images": "none", "formats": ["float"]},
                    }
                },
            ),
            "models": Serving(dialect="cohere_models", path="/models", base_url="https://api.cohere.com/v1"),
            "rerank": Serving(dialect="cohere_rerank", path="/rerank"),
            # The fields of the SDK's `audio.transcriptions.create` (read 2026-11-23).
            "transcribe": Serving(
                dialect="openai_transcriptions",
                path="/audio/transcriptions",
                options={"fields": ("model", "language", "temperature"), "required": ("language",), "translations": ""},
            ),
        },
        errors=errors.COHERE,
    ),
    Provider(
        name="deepseek",
        title="DeepSeek",
        base_url="https://api.deepseek.com",
        env=("DEEPSEEK_API_KEY",),
        docs="https://api-docs.deepseek.com/api/create-chat-completion",
        starter="deepseek-flash",
        prefixes=("deepseek-",),
        region="CN",
        # Thinking mode wants the reasoning of turns with tool calls again, even empty; older models refused it (docs, 2026-11).
        profile={
            **PLAIN,
            "reasoning": "toggle_effort",
            "replay": "tool_calls",
            "json_schema": False,
            "unsupported": ("store", "parallel_tool_calls"),
        },
        routes=(RESPONSES, messages("https://api.deepseek.com/anthropic/v1", X_API_KEY)),
        operations=openai("models"),
    ),
    Provider(
        name="google",
        title="Google AI",
        base_url="https://generativelanguage.googleapis.com/v1beta",
        dialect="gemini",
        env=("GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY"),
        docs="https://ai.google.dev/api/generate-content",
        starter="gemini-flash-lite-latest",
        auth=HeaderAuth(name="x-goog-api-key", prefix=""),
        aliases=("gemini",),
        prefixes=("gemini-",),
        region="US",
        routes=(
            Route(dialect="gemini_interactions"),
            Route(dialect="openai_chat", base_url="https://generativelanguage.googleapis.com/v1beta/openai", auth=HeaderAuth()),
        ),
        operations={
            "batch": Serving(dialect="gemini_batch", path="/models/{model}:batchGenerateContent"),
            "decide": Serving(dialect="gemini_decisions", path="/decisions", options={"models": ("*decision*",)}),
            "caches": Serving(dialect="gemini_caches", path="/cachedContents"),
            "count": Serving(dialect="gemini_count", path="/models/{model}:countTokens"),
            "embed": Serving(
                dialect="gemini_embeddings",
                path="/models/{model}:batchEmbedContents",
                options={
                    "models": {
                        "gemini-embedding-*": {"most_dimensions": 3072},
                        "text-embedding-004": {"most_dimensions": 768},
                    }
                },
            ),
            "files": Serving(dialect="gemini_files", path="/files"),
            "image": Serving(dialect="gemini_images", path="/models/{model}:predict"),
            "image_edit": Serving(dialect="gemini_images", path="/models/{model}:predict"),
            "models": Serving(dialect="gemini_models", path="/models"),
            "realtime": Serving(
                dialect="gemini_realtime",
                path="/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent",
                base_url="https://generativelanguage.googleapis.com",
                options={"text_as_input": ("gemini-3*",)},
            ),
            "speech": Serving(dialect="gemini_speech", path="/models/{model}:generateContent"),
            "video": Serving(dialect="gemini_videos", path="/models/{model}:predictLongRunning"),
            "voices": GEMINI_VOICES,
        },
    ),
    Provider(
        name="jina",
        title="Jina AI",
        base_url="https://deepsearch.jina.ai/v1",
        env=("JINA_API_KEY", "JINA_AI_API_KEY", "JINA_AI_TOKEN"),
        docs="https://jina.ai/deepsearch",
        aliases=("jina_ai",),
        region="DE",
        profile=PLAIN,
        operations={
            "classify": Serving(dialect="jina_classify", path="/classify", base_url="https://api.jina.ai/v1"),
            "embed": Serving(
                dialect="jina_embeddings",
                path="/embeddings",
                base_url="https://api.jina.ai/v1",
                options={
                    "encoding": "base64",
                    "encoding_field": "embedding_type",
                    "formats": {"float": "float", "binary": "binary", "ubinary": "ubinary"},
                    "format_field": "embedding_type",
                    "truncate": {"field": "truncate", "true": True, "false": False},
                    "input_type_field": "task",
                    "input_types": {
                        "query": "retrieval.query",
                        "document": "retrieval.passage",
                        "similarity": "text-matching",
                        "classification": "classification",
                        "clustering": "separation",
                        "code": "code.query",
                    },
                    "models": {
                        "jina-code-embeddings-*": {"input_types": {"query": "nl2code.query", "document": "nl2code.passage"}},
                        "jina-embeddings-v3": {"most_dimensions": 1024},
                        "jina-embeddings-v4": {"most_dimensions": 2048},
                    },
                },
            ),
            "rerank": Serving(
                dialect="jina_rerank",
                path="/rerank",
                base_url="https://api.jina.ai/v1",
                options={"fields": {"return_documents": False}, "images": True},
            ),
            "search": Serving(dialect="jina_search", path="/", base_url="https://s.jina.ai"),
        },
    ),
    Provider(
        name="mistral",
        title="Mistral AI",
        base_url="https://api.mistral.ai/v1",
        dialect="mistral",
        env=("MISTRAL_API_KEY",),
        docs="https://docs.mistral.ai/api/#tag/chat",
        starter="mistral-small-latest",
        aliases=("mistral-ai",),
        prefixes=("mistral-", "magistral-", "ministral-", "codestral-", "devstral-", "pixtral-"),
        region="FR",
        profile={"tool_id_length": 9},
        routes=(
            Route(
                dialect="openai_chat",
                profile={
                    "system_role": "system",
                    "stream_usage": False,
                    "replay": "never",
                    "tool_id_length": 9,
                    "unsupported": ("store", "logprobs", "top_logprobs", "logit_bias", "user"),
                },
                quirks=(
                    Rename(field="seed", to="random_seed", source="docs.mistral.ai/api, 2026-11"),
                    MapValue(field="tool_choice", old="required", new="any", source="docs.mistral.ai/api, 2026-11"),
                ),
            ),
        ),
        operations={
            "embed": embeddings(
                most=2048,
                most_bytes=32_000,  # 16,384 tokens
                encoding="base64",
                dimensions_field="output_dimension",
                format_field="output_dtype",
                formats={"float": "float", "int8": "int8", "uint8": "uint8", "binary": "binary", "ubinary": "ubinary"},
                user=False,
                models={"mistral-embed*": {"dimensions": [], "formats": {}}, "codestral-embed*": {"most_dimensions": 3072}},
            ),
            "batch": Serving(dialect="mistral_batch", path="/batch/jobs"),
            # mistralai 2.x: `expiry` in hours, pages by number (read 2026-11-23).
            "files": files(purpose="ocr", purposes=(), expires="hours", lifetime=(3600, 31_536_000), pages="number", size=100),
            "classify": Serving(dialect="mistral_classify", path="/classifications"),
            "models": Serving(dialect="mistral_models", path="/models"),
            "moderate": Serving(dialect="mistral_moderations", path="/moderations", options={"conversations": "/chat/moderations"}),
            "ocr": Serving(dialect="mistral_ocr", path="/ocr"),
            "speech": Serving(dialect="mistral_speech", path="/audio/speech"),
            "transcribe": Serving(dialect="mistral_transcriptions", path="/audio/transcriptions"),
            "voices": Serving(dialect="mistral_speech", path="/audio/voices"),
        },
        errors=errors.MISTRAL,
        limits=limits.MISTRAL_LIMITS,
    ),
    Provider(
        name="openai",
        title="OpenAI",
        base_url="https://api.openai.com/v1",
        env=("OPENAI_API_KEY",),
        docs="https://platform.openai.com/docs/api-reference/chat",
        starter="gpt-5.4-mini",
        prefixes=("gpt-", "chatgpt-", "o1", "o3", "o4", "computer-use-", "codex-"),
        region="US",
        profile={"max_tokens_field": "max_completion_tokens", "replay": "never", "unsupported": ("top_k", "min_p", "repetition_penalty")},
        # These models have no Chat Completions (platform.openai.com/docs/models, 2026-11).
        routes=(Route(dialect="openai_responses", models=("*-pro*", "*codex*", "*deep-research*", "computer-use*")),),
        operations={
            **openai("batch", "files", "image", "image_edit", "models", "moderate", "transcribe"),
            "realtime": Serving(dialect="openai_realtime", path="/realtime", options={"transcriber": "gpt-realtime-whisper"}),
            # Shut down on 2026-09-24 (developers.openai.com, read 2026-11-23); hosts of the same shape are reached by `base_urls`.
            "video": Serving(dialect="openai_videos", path="/videos", options={"ended": "2026-09-24"}),
            **GPT_VOICES,
            "embed": EMBEDDINGS,
            "count": Serving(dialect="openai_count", path="/responses/input_tokens"),
            "decide": Serving(dialect="openai_decisions", path="/decisions", options={"models": ("gpt-6-luna*",)}),
        },
        limits=limits.OPENAI_LIMITS,
    ),
    Provider(
        name="perplexity",
        title="Perplexity",
        # Its Chat Completions ended 2026-09-27; what is left is the Agent API (docs.perplexity.ai, 2026-11).
        base_url="https://api.perplexity.ai/v1",
        dialect="openai_responses",
        env=("PERPLEXITY_API_KEY", "PERPLEXITYAI_API_KEY"),
        docs="https://docs.perplexity.ai",
        aliases=("perplexity-ai", "perplexity-agent"),
        region="US",
        operations={
            **openai("models"),
            # Signed bytes in base64, 512 texts and 120,000 tokens a request (API reference and a recorded answer, read 2026-11-23).
            "embed": Serving(
                dialect="voyage_embeddings",
                path="/embeddings",
                options={
                    "most": 512,
                    "most_bytes": 240_000,
                    "formats": {"int8": "base64_int8", "binary": "base64_binary"},
                    "user": False,
                    "models": {
                        "pplx-embed-context-*": {
                            "shape": "contextual",
                            "path": "/contextualizedembeddings",
                            "inputs_field": "input",
                            "together": True,
                        }
                    },
                },
            ),
            "search": Serving(dialect="perplexity_search", path="/search", base_url="https://api.perplexity.ai"),
        },
    ),
    Provider(
        name="writer",
        title="Writer",
        base_url="https://api.writer.com/v1",
        env=("WRITER_API_KEY",),
        docs="https://dev.writer.com",
        path="/chat",
        region="US",
        profile=PLAIN,
        operations=openai("models"),
    ),
    Provider(
        name="xai",
        title="xAI",
        base_url="https://api.x.ai/v1",
        env=("XAI_API_KEY",),
        docs="https://docs.x.ai/docs/api-reference#chat-completions",
        starter="grok-4.3",
        aliases=("x-ai",),
        prefixes=("grok-",),
        region="US",
        profile={**PLAIN, "replay": "never", "unsupported": ("store", "logit_bias")},
        routes=(RESPONSES, messages()),
        operations={
            **openai("models"),
            "realtime": Serving(dialect="xai_realtime", path="/realtime", options={"transcriber": "grok-transcribe"}),
            "batch": Serving(dialect="xai_batch", path="/batches"),
            "files": files(purpose="assistants", purposes=(), pages="token"),  # docs.x.ai, files, read 2026-11-23
            "count": Serving(dialect="xai_count", path="/tokenize-text"),
            "image": Serving(dialect="xai_images", path="/images/generations"),
            "image_edit": Serving(dialect="xai_images", path="/images/edits"),
            "speech": Serving(dialect="xai_speech", path="/tts", options={"model": "grok-tts"}),  # it takes no model: this one speaks
            "transcribe": Serving(dialect="xai_transcriptions", path="/stt", options={"model": "grok-stt"}),
            "video": Serving(dialect="xai_videos", path="/videos/generations"),
            "voices": Serving(dialect="xai_speech", path="/tts/voices"),
        },
        limits=limits.NO_RESET_LIMITS,
    ),
)

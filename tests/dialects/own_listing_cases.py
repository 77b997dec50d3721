"""Lists of models in formats of their own, and what is read of each."""

from __future__ import annotations

from typing import Any

from llmkit.types.model_info import ModelInfo, ReasoningInfo
from llmkit.types.price import Price
from tests.dialects.listing_cases import info, rates

OTHERS: dict[str, tuple[str, dict[str, Any], str | None, list[ModelInfo]]] = {
    "claude": (
        "anthropic",
        {
            "data": [
                {
                    "type": "model",
                    "id": "c-1",
                    "display_name": "C One",
                    "created_at": "2026-07-24T00:00:00Z",
                    "max_input_tokens": 1000,
                    "max_tokens": 128,
                    "lifecycle": "deprecated",
                    "retires_at": "2027-01-05T00:00:00Z",
                    "line": "opus",
                    "capabilities": {
                        "batch": {"supported": True},
                        "image_input": {"supported": True},
                        "pdf_input": {"supported": False},
                        "structured_outputs": {"supported": True},
                        "thinking": {"supported": True},
                        "effort": {"supported": True, "low": {"supported": True}, "max": {"supported": False}},
                    },
                }
            ],
            "has_more": True,
            "first_id": "c-1",
            "last_id": "c-1",
        },
        "c-1",
        [
            info(
                "c-1",
                "chat",
                name="C One",
                family="opus",
                status="deprecated",
                inputs=("text", "image"),
                context_window=1000,
                max_output=128,
                can=("batch", "vision", "structured_output", "reasoning"),
                cannot=("pdf",),
                reasoning=ReasoningInfo(efforts=("low",)),
                release_date="2026-07-24",
                deprecation_date="2027-01-05",
            )
        ],
    ),
    "claude, of unknown age": (
        "anthropic",
        {"data": [{"id": "c", "created_at": "1970-01-01T00:00:00Z"}], "has_more": False, "last_id": "c"},
        None,
        [info("c", "chat")],
    ),
    "gemini": (
        "gemini",
        {
            "models": [
                {
                    "name": "models/g-1",
                    "displayName": "G One",
                    "inputTokenLimit": 1000,
                    "outputTokenLimit": 10,
                    "thinking": True,
                    "supportedGenerationMethods": ["generateContent", "countTokens", "createCachedContent", "batchGenerateContent"],
                },
                {"name": "models/g-tts", "supportedGenerationMethods": ["generateContent"]},
                {"name": "models/e", "supportedGenerationMethods": ["embedContent"]},
                {"name": "tunedModels/t", "supportedGenerationMethods": []},
            ],
            "nextPageToken": "t==",
        },
        "t==",
        [
            info("g-1", "chat", name="G One", max_input=1000, max_output=10, can=("reasoning", "prompt_cache", "batch")),
            info("g-tts"),
            info("e", "embedding"),
            info("tunedModels/t"),
        ],
    ),
    "published": (
        "gemini",
        {"publisherModels": [{"name": "publishers/google/models/g", "launchStage": "PUBLIC_PREVIEW"}]},
        None,
        [info("g", status="beta")],
    ),
    "command": (
        "cohere",
        {
            "models": [
                {"name": "a", "endpoints": ["generate", "chat"], "context_length": 256000.0, "features": ["tools", "vision"]},
                {"name": "e", "endpoints": ["classify", "embed"], "features": None, "supports_vision": False, "is_deprecated": True},
            ],
            "next_page_token": "n",
        },
        "n",
        [
            info(
                "a",
                "chat",
                context_window=256000,
                inputs=("text", "image"),
                can=("tools", "vision"),
                cannot=("structured_output", "reasoning"),
            ),
            info("e", "embedding", status="deprecated", cannot=("vision",)),
        ],
    ),
    "le chat": (
        "mistral",
        {
            "data": [
                {
                    "id": "m-2505",
                    "name": "m-2505",
                    "aliases": ["m-latest", "m-2505"],
                    "max_context_length": 131072,
                    "deprecation": "2026-08-31T12:00:00Z",
                    "capabilities": {"completion_chat": True, "function_calling": True, "vision": True, "reasoning": False, "ocr": False},
                },
                {"id": "o", "deprecation": None, "capabilities": {"completion_chat": True, "ocr": True}},
            ]
        },
        None,
        [
            info(
                "m-2505",
                "chat",
                status="deprecated",
                inputs=("text", "image"),
                context_window=131072,
                can=("tools", "vision"),
                cannot=("reasoning",),
                deprecation_date="2026-08-31",
                aliases=("m-latest",),
            ),
            info("o", "ocr"),
        ],
    ),
    "llama": (
        "ollama",
        {
            "models": [
                {"name": "q:latest", "model": "q:latest", "details": {"family": "qwen3"}},
                {"name": "v", "model": "v", "capabilities": ["completion", "vision"]},
            ]
        },
        None,
        [info("q:latest", family="qwen3"), info("v", "chat", inputs=("text", "image"), can=("vision",), cannot=("tools", "reasoning"))],
    ),
    "titan": (
        "bedrock_converse",
        {
            "modelSummaries": [
                {
                    "modelId": "a.t",
                    "modelName": "T",
                    "inputModalities": ["TEXT", "SPEECH"],
                    "outputModalities": ["TEXT"],
                    "responseStreamingSupported": False,
                    "modelLifecycle": {"status": "LEGACY", "endOfLifeTime": 1790000000},
                }
            ]
        },
        "profiles",
        [
            info(
                "a.t",
                "chat",
                name="T",
                status="deprecated",
                inputs=("text", "audio"),
                outputs=("text",),
                cannot=("streaming",),
                deprecation_date="2026-09-21",
            )
        ],
    ),
    "profiles": (
        "bedrock_converse",
        {
            "inferenceProfileSummaries": [
                {"inferenceProfileId": "us.a.t", "inferenceProfileName": "US T", "type": "SYSTEM_DEFINED"},
                {"inferenceProfileId": "x", "inferenceProfileArn": "arn:aws:x", "type": "APPLICATION"},
            ],
            "nextToken": "n",
        },
        "profiles:n",
        [info("us.a.t", name="US T"), info("arn:aws:x")],
    ),
    "searched": (
        "cloudflare_models",
        {
            "result": [
                {
                    "name": "@cf/a/m",
                    "task": {"name": "Text Generation"},
                    "properties": [
                        {"property_id": "context_window", "value": "8192"},
                        {"property_id": "function_calling", "value": "true"},
                        {
                            "property_id": "price",
                            "value": [
                                {"unit": "per M input tokens", "price": 0.35, "currency": "USD"},
                                {"unit": "per M output tokens", "price": 0.75, "currency": "USD"},
                            ],
                        },
                    ],
                },
                {
                    "name": "@cf/b/v",
                    "task": {"name": "Text-to-Speech"},
                    "properties": [{"property_id": "price", "value": [{"unit": "per 1k characters", "price": 0.03, "currency": "USD"}]}],
                },
                {
                    "name": "@cf/c/w",
                    "properties": [{"property_id": "price", "value": [{"unit": "per step", "price": 1, "currency": "USD"}]}],
                },
            ],
            "result_info": {"page": 1, "per_page": 3, "total_count": 4},
        },
        "2",
        [
            info("@cf/a/m", "chat", context_window=8192, can=("tools",), price=Price(rates=rates(input="0.35", output="0.75"))),
            info("@cf/b/v", "tts", price=Price(units=rates(characters_in="30"))),
            info("@cf/c/w"),
        ],
    ),
}

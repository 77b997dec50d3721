"""The `generationConfig`, as clients send it."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.gemini.draft import OPENAPI
from llmkit.dialects.gemini.generation import JSON
from llmkit.serving.gemini.fields import Fields
from llmkit.serving.gemini.schemas import json_schema
from llmkit.types.requests import EFFORTS, Effort, OutputFormat, ReasoningOptions


def parse_generation(body: Fields) -> dict[str, Any]:
    """Take the settings that our request has; return them by our names. The others stay for the options."""
    fields = Fields(body.object("generationConfig") or {}, "generationConfig")
    settings: dict[str, Any] = {
        "n": fields.count("candidateCount"),
        "seed": fields.count("seed"),
        "temperature": fields.number("temperature"),
        "top_p": fields.number("topP"),
        "top_k": fields.count("topK"),
        "max_tokens": fields.count("maxOutputTokens"),
        "stop": _stop(fields),
        "presence_penalty": fields.number("presencePenalty"),
        "frequency_penalty": fields.number("frequencyPenalty"),
        "logprobs": fields.flag("responseLogprobs"),
        "top_logprobs": fields.count("logprobs"),
        "output": _output(fields),
        "modalities": _modalities(fields),
        "voice": fields.object("speechConfig"),
        "reasoning": _reasoning(fields),
    }
    if fields.left():
        body.put("generationConfig", fields.left())
    return {name: value for name, value in settings.items() if value is not None}


def _stop(fields: Fields) -> tuple[str, ...]:
    stated = "stopSequences" in fields
    stop = fields.texts("stopSequences")
    if stated and not stop:
        fields.put("stopSequences", [])
    return stop


def _modalities(fields: Fields) -> tuple[str, ...]:
    stated = fields.peek("responseModalities")
    found = fields.texts("responseModalities")
    if stated is not None and (not found or [kind.upper() for kind in found] != stated):
        fields.put("responseModalities", stated)
    return tuple(kind.lower() for kind in found)


def _output(fields: Fields) -> OutputFormat | None:
    kind = fields.peek("responseMimeType")
    older, newer = fields.peek("responseSchema"), fields.peek("responseJsonSchema")
    schema = newer if isinstance(newer, dict) else json_schema(older) if isinstance(older, dict) else None
    if schema is None:
        if kind not in (JSON, "text/plain"):
            return None
        fields.drop("responseMimeType")
        return OutputFormat(kind="json_object" if kind == JSON else "text")
    if kind in (JSON, None):
        fields.drop("responseMimeType")
        if kind is None:
            fields.put("responseMimeType", None)
    if newer is not None:
        fields.drop("responseJsonSchema")
    elif older == schema:
        fields.drop("responseSchema")
        fields.put(OPENAPI, True)
    else:
        fields.put("responseJsonSchema", None)
    return OutputFormat(schema=schema)


def _reasoning(fields: Fields) -> ReasoningOptions | None:
    stated = fields.object("thinkingConfig")
    if stated is None:
        return None
    config = Fields(stated, fields.at("thinkingConfig"))
    visible, budget = config.flag("includeThoughts"), config.count("thinkingBudget")
    level = config.peek("thinkingLevel")
    effort: Effort | None = next((known for known in EFFORTS if isinstance(level, str) and level.lower() == known), None)
    if level is not None and budget is not None:
        config.put("thinkingBudget", budget)
    if config.left() or not stated:
        fields.put("thinkingConfig", config.left())
    return ReasoningOptions(effort=effort, budget=budget if effort is None else None, visible=visible)

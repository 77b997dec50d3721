"""Every name that telemetry uses, by version of OpenTelemetry's GenAI semantic conventions.

None of these conventions is stable, and they moved to a repository of their own in 2026; so the names stand here and nowhere else.
Read on 2026-11-23: the registry of semantic-conventions-genai, and the Python package opentelemetry-semantic-conventions 0.66b2.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from llmkit.types.model import Model

Version: TypeAlias = Literal["latest", "1.41", "1.36"]
"""`1.36`: `gen_ai.system`, before content had attributes. `1.41`: the last of the old repository. `latest`: the new repository."""


class Names(Model, frozen=True, kw_only=True):
    """The names that differ between versions; an empty one is not there."""

    provider: str = "gen_ai.provider.name"
    stream: str = "gen_ai.request.stream"
    first_chunk: str = "gen_ai.response.time_to_first_chunk"
    cache_read: str = "gen_ai.usage.cache_read.input_tokens"
    cache_write: str = "gen_ai.usage.cache_write.input_tokens"
    reasoning: str = "gen_ai.usage.reasoning.output_tokens"
    input_messages: str = "gen_ai.input.messages"
    output_messages: str = "gen_ai.output.messages"
    instructions: str = "gen_ai.system_instructions"
    first_chunk_metric: str = "gen_ai.client.operation.time_to_first_chunk"
    chunk_metric: str = "gen_ai.client.operation.time_per_output_chunk"


VERSIONS: dict[str, Names] = {
    "latest": Names(),
    "1.41": Names(cache_write="gen_ai.usage.cache_creation.input_tokens"),
    "1.36": Names(
        provider="gen_ai.system",
        stream="",
        first_chunk="",
        cache_read="",
        cache_write="",
        reasoning="",
        input_messages="",
        output_messages="",
        instructions="",
        first_chunk_metric="",
        chunk_metric="",
    ),
}
OPERATIONS = {"complete": "chat", "embed": "embeddings"}
"""Our operations that have a name in the conventions; another keeps its own."""
OPERATION = "gen_ai.operation.name"
REQUEST_MODEL = "gen_ai.request.model"
RESPONSE_MODEL = "gen_ai.response.model"
RESPONSE_ID = "gen_ai.response.id"
FINISH_REASONS = "gen_ai.response.finish_reasons"
OUTPUT_TYPE = "gen_ai.output.type"
INPUT_TOKENS = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS = "gen_ai.usage.output_tokens"
TOKEN_TYPE = "gen_ai.token.type"  # noqa: S105 - the name of an attribute
ERROR = "error.type"
STATUS_CODE = "http.response.status_code"
SETTINGS = {
    "max_tokens": "gen_ai.request.max_tokens",
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "top_k": "gen_ai.request.top_k",
    "frequency_penalty": "gen_ai.request.frequency_penalty",
    "presence_penalty": "gen_ai.request.presence_penalty",
    "seed": "gen_ai.request.seed",
    "stop": "gen_ai.request.stop_sequences",
    "n": "gen_ai.request.choice.count",
}
"""Fields of a request by their attribute."""
DURATION_METRIC = "gen_ai.client.operation.duration"
TOKENS_METRIC = "gen_ai.client.token.usage"
# What the conventions have no name for is ours.
COST = "llmkit.cost.amount"
CURRENCY = "llmkit.cost.currency"
COST_METRIC = "llmkit.client.cost"
TENANT = "llmkit.tenant"
TAGS = "llmkit.tags"
REQUEST_ID = "llmkit.request_id"
ESTIMATED = "llmkit.usage.estimated"
CACHE_DIAGNOSIS = "llmkit.cache.diagnosis"
ATTEMPT_EVENT = "llmkit.attempt"
ATTEMPT_SECONDS = "llmkit.attempt.duration"
SECONDS_BUCKETS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
FIRST_CHUNK_BUCKETS = (0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
CHUNK_BUCKETS = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5)
TOKEN_BUCKETS = (1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864)

"""Headers that tell how much may still be sent; recorded: seen in answers of the real service."""

from __future__ import annotations

from llmkit.providers.answers import RateHeaders

OPENAI_LIMITS = RateHeaders(
    source="platform.openai.com/docs/guides/rate-limits, 2026-11; recorded",
    requests_limit="x-ratelimit-limit-requests",
    requests_left="x-ratelimit-remaining-requests",
    requests_reset="x-ratelimit-reset-requests",
    tokens_limit="x-ratelimit-limit-tokens",
    tokens_left="x-ratelimit-remaining-tokens",
    tokens_reset="x-ratelimit-reset-tokens",
    reset="duration",
)
GROQ_LIMITS = OPENAI_LIMITS.replace(source="console.groq.com/docs/rate-limits, 2026-11; recorded")
AZURE_LIMITS = OPENAI_LIMITS.replace(source="recorded 2025-11: the times are bare numbers of seconds here", reset="seconds")
NO_RESET_LIMITS = OPENAI_LIMITS.replace(source="recorded 2025 and 2026: no header tells when", requests_reset="", tokens_reset="")
ANTHROPIC_LIMITS = RateHeaders(
    source="docs.anthropic.com/en/api/rate-limits, 2026-11; recorded",
    requests_limit="anthropic-ratelimit-requests-limit",
    requests_left="anthropic-ratelimit-requests-remaining",
    requests_reset="anthropic-ratelimit-requests-reset",
    tokens_limit="anthropic-ratelimit-tokens-limit",
    tokens_left="anthropic-ratelimit-tokens-remaining",
    tokens_reset="anthropic-ratelimit-tokens-reset",
    reset="date",
)
CEREBRAS_LIMITS = RateHeaders(
    source="inference-docs.cerebras.ai/support/rate-limits, 2026-11; recorded",
    requests_limit="x-ratelimit-limit-requests-day",
    requests_left="x-ratelimit-remaining-requests-day",
    requests_reset="x-ratelimit-reset-requests-day",
    tokens_limit="x-ratelimit-limit-tokens-minute",
    tokens_left="x-ratelimit-remaining-tokens-minute",
    tokens_reset="x-ratelimit-reset-tokens-minute",
)
FIREWORKS_LIMITS = RateHeaders(
    source="recorded 2025: tokens of the prompt and of the answer are counted apart, here stand the prompt's",
    requests_limit="x-ratelimit-limit-requests",
    requests_left="x-ratelimit-remaining-requests",
    tokens_limit="x-ratelimit-limit-tokens-prompt",
    tokens_left="x-ratelimit-remaining-tokens-prompt",
)
KIMI_LIMITS = RateHeaders(
    source="www.kimi.com/help/kimi-api/api-rate-limits, 2026-11; how it writes the time is not said",
    requests_limit="x-ratelimit-limit",
    requests_left="x-ratelimit-remaining",
)
MISTRAL_LIMITS = RateHeaders(
    source="recorded 2026",
    requests_limit="x-ratelimit-limit-req-minute",
    requests_left="x-ratelimit-remaining-req-minute",
    tokens_limit="x-ratelimit-limit-tokens-minute",
    tokens_left="x-ratelimit-remaining-tokens-minute",
)
OPENROUTER_LIMITS = RateHeaders(
    source="openrouter.ai/docs/api-reference/limits, 2026-11; recorded with refusals of free models",
    requests_limit="x-ratelimit-limit",
    requests_left="x-ratelimit-remaining",
    requests_reset="x-ratelimit-reset",
    reset="unix_milliseconds",
)
REPLICATE_LIMITS = RateHeaders(source="recorded 2025", requests_left="ratelimit-remaining", requests_reset="ratelimit-reset")
TOGETHER_LIMITS = RateHeaders(
    source="docs.together.ai/docs/rate-limits, 2026-11; recorded",
    requests_limit="x-ratelimit-limit",
    requests_left="x-ratelimit-remaining",
    requests_reset="x-ratelimit-reset",
    tokens_limit="x-ratelimit-limit-tokens",
    tokens_left="x-ratelimit-remaining-tokens",
)

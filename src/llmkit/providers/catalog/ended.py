"""Services that ended: a call says when, and what to use instead. The dates are those that were announced."""

from __future__ import annotations

from llmkit.providers.provider import Provider

_INSTEAD = "Open models are served by together, fireworks, groq and others: `llmkit providers` lists them."

ROWS = (
    Provider(
        name="anyscale",
        title="Anyscale Endpoints",
        base_url="https://api.endpoints.anyscale.com/v1",
        env=("ANYSCALE_API_KEY",),
        docs="https://www.anyscale.com",
        ended=f"2024-08 {_INSTEAD}",
    ),
    Provider(
        name="banana",
        title="Banana",
        base_url="https://api.banana.dev/v1",
        env=("BANANA_API_KEY",),
        docs="https://www.banana.dev",
        ended=f"2024-03 {_INSTEAD}",
    ),
    Provider(
        name="centml",
        title="CentML",
        base_url="https://api.centml.com/openai/v1",
        env=("CENTML_API_KEY",),
        docs="https://centml.ai",
        ended=f"2025 NVIDIA bought it. {_INSTEAD}",
    ),
    Provider(
        name="kluster",
        title="kluster.ai",
        base_url="https://api.kluster.ai/v1",
        env=("KLUSTER_API_KEY",),
        docs="https://www.kluster.ai",
        aliases=("kluster-ai",),
        ended=f"2025 {_INSTEAD}",
    ),
    Provider(
        name="lambda",
        title="Lambda Inference",
        base_url="https://api.lambda.ai/v1",
        env=("LAMBDA_API_KEY",),
        docs="https://docs.lambda.ai",
        aliases=("lambda_ai",),
        ended=f"2025-09 {_INSTEAD}",
    ),
    Provider(
        name="lepton",
        title="Lepton AI",
        base_url="https://api.lepton.ai",
        env=("LEPTON_API_KEY",),
        docs="https://www.lepton.ai",
        ended=f"2025 NVIDIA bought it. {_INSTEAD}",
    ),
    Provider(
        name="octoai",
        title="OctoAI",
        base_url="https://text.octoai.run/v1",
        env=("OCTOAI_API_KEY",),
        docs="https://octo.ai",
        ended=f"2024-10 {_INSTEAD}",
    ),
)

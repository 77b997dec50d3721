"""What the GenAI semantic conventions call a provider that our table calls otherwise."""

from __future__ import annotations

# The well-known values of gen_ai.provider.name (registry of semantic-conventions-genai, read 2026-11-23).
TELEMETRY_NAMES = {
    "azure": "azure.ai.openai",
    "azure-ai": "azure.ai.inference",
    "azure-deployments": "azure.ai.openai",
    "bedrock": "aws.bedrock",
    "bedrock-mantle": "aws.bedrock",
    "google": "gcp.gemini",
    "mistral": "mistral_ai",
    "moonshotai": "moonshot_ai",
    "moonshotai-cn": "moonshot_ai",
    "vertex": "gcp.vertex_ai",
    "vertex-express": "gcp.vertex_ai",
    "watsonx": "ibm.watsonx.ai",
    "xai": "x_ai",
}

"""The providers of the collected facts that have no row here, each with its reason."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.providers.original import FACTS

PLANS = """
    alibaba-coding-plan alibaba-coding-plan-cn alibaba-token-plan alibaba-token-plan-cn cline-pass kimi-code-plan-cn
    kimi-code-plan-global kimi-for-coding kuae-cloud-coding-plan minimax-cn-coding-plan minimax-coding-plan opencode-go
    scnet-token-plan stepfun-ai-step-plan stepfun-step-plan tencent-coding-plan tencent-token-plan umans-ai-coding-plan
    volcengine-coding-plan xiaomi-token-plan-ams xiaomi-token-plan-cn xiaomi-token-plan-sgp zai-coding-plan zhipuai-coding-plan
"""
APPS = "cursor github-copilot gitlab openai-codex xai-oauth"
FOREIGN = {
    "coze": "its format is that of its own agents, which stand behind ids of conversations",
    "dataforseo": "its format is that of tasks for search engines, and its key is a login with a password",
    "dify": "its format is that of its own apps, one key each",
    "google-pse": "its key stands in the address",
    "jimeng": "its signature is that of a cloud which no other row needs",
    "nvidia-riva": "it speaks gRPC alone",
    "petals": "its public network ended, and its format was its own",
}

LEFT_OUT: dict[str, str] = {
    **dict.fromkeys(PLANS.split(), "it is a subscription for listed programs, and what else asks there may break its terms"),
    **dict.fromkeys(APPS.split(), "it is the back-end of an app: its key is the login of a person, not for other programs"),
    **FOREIGN,
    "empower": "it ended, and no date is known",
}


def entries() -> list[dict[str, Any]]:
    """Return the facts that are sure enough for a row; skip loudly where they are not beside the checkout."""
    if not FACTS.is_file():
        pytest.skip("The facts about providers are not beside this checkout.")
    found: list[dict[str, Any]] = json.loads(FACTS.read_text(encoding="utf-8"))
    return [entry for entry in found if entry["confidence"] in ("high", "medium") and entry.get("base_url")]

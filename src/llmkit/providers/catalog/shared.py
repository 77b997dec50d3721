"""What many rows share: facts about plain compatible APIs, ways in, and the settings of one identity service."""

from __future__ import annotations

from typing import Any

from llmkit.auth.schemes import HeaderAuth, Scheme
from llmkit.providers.provider import FILE, Route, Setting

PLAIN: dict[str, Any] = {"system_role": "system", "unsupported": ("store",)}
"""A compatible API that knows no developer role and keeps no answers."""
REASONS: dict[str, Any] = {**PLAIN, "reasoning_field": "reasoning"}
"""The same, with its reasoning in the field `reasoning`."""
TAGS: dict[str, Any] = {**PLAIN, "think_tags": ("<think>", "</think>")}
"""The same, with its reasoning in the text."""

X_API_KEY = HeaderAuth(name="x-api-key", prefix="")
RESPONSES = Route(dialect="openai_responses")


def messages(base_url: str = "", auth: Scheme | None = None, models: tuple[str, ...] = ()) -> Route:
    """Return the way in by Anthropic's format; its path is `/messages` below `base_url`."""
    return Route(dialect="anthropic", base_url=base_url, auth=auth, models=models)


ENTRA = (
    Setting(name="tenant_id", env=("AZURE_TENANT_ID",), optional=True, help="the directory of Microsoft Entra ID"),
    Setting(name="client_id", env=("AZURE_CLIENT_ID",), optional=True, help="the application or the managed identity"),
    Setting(name="client_secret", env=("AZURE_CLIENT_SECRET",), optional=True, secret=True),
    Setting(name="client_certificate", env=("AZURE_CLIENT_CERTIFICATE_PATH",), optional=True, pattern=FILE, help="a PEM file"),
    Setting(name="federated_token_file", env=("AZURE_FEDERATED_TOKEN_FILE",), optional=True, pattern=FILE),
    Setting(name="authority", env=("AZURE_AUTHORITY_HOST",), default="login.microsoftonline.com"),
    Setting(name="access_token", env=("AZURE_OPENAI_AD_TOKEN", "AZURE_AD_TOKEN"), optional=True, secret=True),
)
"""How an application proves to Microsoft Entra ID who it is; the variables are those of Microsoft's own SDKs."""

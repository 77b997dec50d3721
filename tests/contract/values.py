"""Values for what a row leaves open, so that any row can be called in a test."""

from __future__ import annotations

from llmkit.providers.provider import Provider
from llmkit.providers.settings import fill, resolve

KEY = "sk-contract-0123456789abcdef"
SPECIAL = {"region": "us-east-1"}


def settings_of(row: Provider) -> dict[str, str]:
    """Return a value for each setting that has no default, and for those of which one must be there."""
    wanted = {"resource", "account"}  # a host that is made of one of these has no other default
    return {
        setting.name: SPECIAL.get(setting.name, f"my-{setting.name.replace('_', '-')}")
        for setting in row.settings
        if setting.name in wanted or (setting.default is None and (not setting.optional or setting.name in SPECIAL))
    }


def address(row: Provider, base_url: str) -> str:
    """Return a base URL filled with those values."""
    return fill(base_url, resolve(row, settings_of(row), {}).values)

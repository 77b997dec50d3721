"""A provider is a value: where it is, which key, which dialect, and what is odd about it."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from llmkit.providers.quirks import Quirk
from llmkit.types.model import Model


class HeaderAuth(Model, frozen=True, kw_only=True):
    """The key goes into the header `name`, behind `prefix`."""

    name: str = "Authorization"
    prefix: str = "Bearer "


BEARER = HeaderAuth()
Confidence: TypeAlias = Literal["high", "medium", "low"]


class Provider(Model, frozen=True, kw_only=True):
    """One row of the catalogue. Add your own with `LLMKit(providers=[Provider(...)])` or in the config file.

    `base_url` has no trailing slash; `env` names the environment variables that may hold the key, in order of preference;
    `profile` holds facts about this API on top of its dialect's (see `llmkit.types.profile.Profile`).
    """

    name: str
    title: str
    base_url: str
    dialect: str = "openai_chat"
    env: tuple[str, ...] = ()
    docs: str = ""
    auth: HeaderAuth = BEARER
    aliases: tuple[str, ...] = ()
    local: bool = False
    """It runs on the user's machine and needs no key."""
    engine: Literal["http", "embedded"] = "http"
    prefixes: tuple[str, ...] = ()
    """Bare model ids that begin so belong to this provider."""
    starter: str = ""
    """A cheap model to begin with, for who names none."""
    profile: dict[str, Any] = {}
    quirks: tuple[Quirk, ...] = ()
    headers: dict[str, str] = {}
    confidence: Confidence = "high"

"""Where a provider does an operation beside conversations, and in which wire format."""

from __future__ import annotations

from typing import Any

from llmkit.auth.schemes import Scheme
from llmkit.types.model import Model


class Serving(Model, frozen=True, kw_only=True):
    """One operation's place. What is left out is the provider's own.

    `path` stands behind the address; `{model}`, and in some formats `{voice}` and the like, are filled in when it is called.
    """

    dialect: str
    path: str
    base_url: str = ""
    auth: Scheme | None = None
    headers: dict[str, str] = {}
    follows: tuple[str, ...] = ()
    """Origins beside its own that an answer may point to; no key is sent there."""
    options: dict[str, Any] = {}
    """Facts about this host that the format asks for, such as `most`: the most inputs of one request."""

"""A provider is a value: where it is, which key, which dialects, and what is odd about it."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any, Literal, TypeAlias

from llmkit.auth.schemes import BEARER, HeaderAuth, Scheme
from llmkit.providers.quirks import Quirk
from llmkit.types.dialect import Encoded
from llmkit.types.model import Model

__all__ = ["BEARER", "Confidence", "Edit", "HeaderAuth", "Provider", "Route", "Setting"]

Confidence: TypeAlias = Literal["high", "medium", "low"]
Edit: TypeAlias = Callable[[Encoded, bool], None]
"""A last change to the encoded request (the flag: it asks for a stream), where no quirk says it."""
HOST_WORD = r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,126}[A-Za-z0-9])?"


class Setting(Model, frozen=True, kw_only=True):
    """A value that a row needs beside the key: `{name}` in its address, paths, headers and quirks stands for it.

    It comes from `LLMKit(settings={"provider": {"name": ...}})`, from the configuration file, from one of the environment
    variables `env`, or is `default`; without any of these a call raises `ConfigurationError`, unless it is `optional`.
    `pattern` must match the whole value.
    """

    name: str
    env: tuple[str, ...] = ()
    default: str | None = None
    optional: bool = False
    secret: bool = False
    """It is kept as a `Secret` and never put into an address."""
    pattern: str = HOST_WORD
    help: str = ""


class Route(Model, frozen=True, kw_only=True):
    """One way into a provider: a wire format with its address. What is left out is the provider's own.

    `models` are globs of the model ids that take this route by themselves; a caller takes any by `dialect=`. `path` and
    `stream_path` replace the dialect's; `{model}` in them is the model id, percent-encoded (`{model_path}` keeps `/@:`).
    `framing` is what the answer's bytes are wrapped in beside the dialect's own.
    """

    dialect: str
    models: tuple[str, ...] = ()
    base_url: str = ""
    path: str = ""
    stream_path: str = ""
    framing: Literal["", "aws_payload"] = ""
    follows: tuple[str, ...] = ()
    """Origins beside the route's own that an answer may point to; no key is sent there."""
    auth: Scheme | None = None
    headers: dict[str, str] = {}
    profile: dict[str, Any] = {}
    quirks: tuple[Quirk, ...] = ()
    edit: Edit | None = None


class Provider(Model, frozen=True, kw_only=True):
    """One row of the catalogue. Add your own with `LLMKit(providers=[Provider(...)])` or in the config file.

    `base_url` has no trailing slash and may hold `{setting}`; `env` names the environment variables that may hold the key, in order of
    preference; `profile` holds facts about this API on top of its dialect's (see `llmkit.types.profile.Profile`).
    """

    name: str
    title: str
    base_url: str
    dialect: str = "openai_chat"
    env: tuple[str, ...] = ()
    docs: str = ""
    auth: Scheme = BEARER
    aliases: tuple[str, ...] = ()
    local: bool = False
    """It runs on the user's machine and needs no key."""
    engine: Literal["http", "embedded"] = "http"
    prefixes: tuple[str, ...] = ()
    """Bare model ids that begin so belong to this provider."""
    starter: str = ""
    """A cheap model to begin with, for who names none."""
    settings: tuple[Setting, ...] = ()
    path: str = ""
    """Replaces the dialect's path; `{model}` in it is the model id, percent-encoded."""
    stream_path: str = ""
    routes: tuple[Route, ...] = ()
    """Further wire formats; the row itself is the way for whatever no route claims."""
    profile: dict[str, Any] = {}
    quirks: tuple[Quirk, ...] = ()
    edit: Edit | None = None
    headers: dict[str, str] = {}
    ca_file: str = ""
    """Name of a setting that holds the path of a PEM file with this provider's own authorities."""
    region: str = ""
    """Where it serves from, as ISO 3166 country codes, or `global`."""
    confidence: Confidence = "high"
    ended: str = ""
    """The date (ISO 8601) its service ended, and what to use instead: a call raises `ServiceEnded`."""

    @property
    def own_route(self) -> Route:
        """Return the row's own way in."""
        return Route(
            dialect=self.dialect,
            path=self.path,
            stream_path=self.stream_path,
            profile=self.profile,
            quirks=self.quirks,
            edit=self.edit,
        )

    def route(self, model: str, dialect: str | None = None) -> Route | None:
        """Return the way to `model`: the one that speaks `dialect`, else the one that claims the model, else the row's own."""
        if dialect is not None:
            if dialect == self.dialect:
                return self.own_route
            return next((route for route in self.routes if route.dialect == dialect), None)
        for route in self.routes:
            if any(fnmatchcase(model, glob) for glob in route.models):
                return route
        return self.own_route

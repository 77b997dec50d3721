"""A provider is a value: where it is, which key, which dialects, and what is odd about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any, Literal, TypeAlias

from llmkit.auth.schemes import BEARER, HeaderAuth, Scheme
from llmkit.auth.secret import Secret
from llmkit.providers.answers import ErrorRule, RateHeaders
from llmkit.providers.quirks import Quirk
from llmkit.providers.serving import Serving
from llmkit.types.dialect import Encoded
from llmkit.types.model import Model
from llmkit.types.operation import Operation

__all__ = ["BEARER", "FILE", "HOST_WORD", "WORD", "Confidence", "Edit", "HeaderAuth", "Provider", "Route", "Setting"]

Confidence: TypeAlias = Literal["high", "medium", "low"]
Edit: TypeAlias = Callable[[Encoded, bool], None]
"""A last change to the encoded request (the flag: it asks for a stream), where no quirk says it."""
HOST_WORD = r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,126}[A-Za-z0-9])?"
WORD = r"[A-Za-z0-9._~:@+-]{1,256}"
"""A value for headers, bodies and single steps of a path."""
FILE = r"[^\x00-\x1f]{1,4096}"


class Setting(Model, frozen=True, kw_only=True):
    """A value that a row needs beside the key: `{name}` in its address, paths, headers and quirks stands for it.

    It comes from `LLMKit(settings={"provider": {"name": ...}})`, from the configuration file, from one of the environment
    variables `env`, or is `default`; without any of these a call raises `ConfigurationError`, unless it is `optional`.
    `pattern` must match the whole value.
    """

    name: str
    env: tuple[str, ...] = ()
    """`NAME#/a/b` is the value at that place in the JSON which the variable holds."""
    default: str | None = None
    """A template of the settings before this one."""
    defaults: tuple[str, dict[str, str]] | None = None
    """Another default for some values of the setting named first."""
    trim: tuple[str, ...] = ()
    """Endings that people copy with it; they are taken off."""
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
    """The wire format of conversations; empty: it has none, and `operations` says what it does."""
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
    framing: Literal["", "aws_payload"] = ""
    follows: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()
    """Further wire formats; the row itself is the way for whatever no route claims."""
    operations: dict[Operation, Serving] = {}
    """What else it does, and where."""
    errors: tuple[ErrorRule, ...] = ()
    limits: RateHeaders | None = None
    profile: dict[str, Any] = {}
    quirks: tuple[Quirk, ...] = ()
    edit: Edit | None = None
    headers: dict[str, str] = {}
    idempotency_header: str = ""
    """The header by which it knows a request that it got before, so that a second try is not billed twice."""
    ca_file: str = ""
    """Name of a setting that holds the path of a PEM file with this provider's own authorities."""
    region: str = ""
    """Where it serves from, as ISO 3166 country codes, or `global`."""
    of: str = ""
    """The row that it is another account of: prices, facts and formats are listed under that name."""
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
            framing=self.framing,
            follows=self.follows,
            profile=self.profile,
            quirks=self.quirks,
            edit=self.edit,
        )

    def sealed(self, values: Mapping[str, str | Secret]) -> dict[str, str | Secret]:
        """Return values of settings with those that are secrets kept as such."""
        hidden = {setting.name for setting in self.settings if setting.secret}
        return {
            name: Secret(value, name=f"{self.name} {name}") if name in hidden and not isinstance(value, Secret) else value
            for name, value in values.items()
        }

    def at(self, base_url: str) -> Provider:
        """Return this provider at another address, as behind a proxy: its routes and operations keep their place beside it.

        The address of one of its routes is understood too, as people know it: `http://127.0.0.1:11434/v1` for Ollama.
        """
        new = base_url.rstrip("/")
        beside = [route.base_url.removeprefix(self.base_url) for route in self.routes if route.base_url.startswith(f"{self.base_url}/")]
        new = next((new.removesuffix(place) for place in beside if new.endswith(place)), new)
        routes = tuple([route.replace(base_url=_moved(route.base_url, self.base_url, new)) for route in self.routes])
        operations = {name: way.replace(base_url=_moved(way.base_url, self.base_url, new)) for name, way in self.operations.items()}
        texts = " ".join([new, *(route.base_url for route in routes)])  # what only an operation needs is asked for when it is called
        old = " ".join([self.base_url, *(route.base_url for route in self.routes)])
        settings = tuple(
            [setting.replace(optional=True) if _used(setting, old) and not _used(setting, texts) else setting for setting in self.settings]
        )
        region = self.region if new == self.base_url else ""  # who serves elsewhere, this row does not know
        return self.replace(base_url=new, routes=routes, operations=operations, settings=settings, region=region)

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


def _moved(url: str, old: str, new: str) -> str:
    """Return the address of a route whose provider moves from `old` to `new`."""
    if not url or url == old:
        return ""
    if url.startswith(f"{old}/"):
        return new + url[len(old) :]
    path, old_path = _path(url), _path(old)
    return new[: len(new) - len(old_path)] + path if old_path and new.endswith(old_path) else new + path


def _path(url: str) -> str:
    return "/".join(["", *url.split("/")[3:]]).rstrip("/")


def _used(setting: Setting, text: str) -> bool:
    return f"{{{setting.name}}}" in text

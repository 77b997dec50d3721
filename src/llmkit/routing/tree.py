"""What a route is made of: frozen values that say which deployments there are and in which order they are asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal, TypeAlias, get_args

import msgspec

from llmkit.auth.secret import Secret
from llmkit.errors import ConfigurationError, nearest
from llmkit.types.model import Model
from llmkit.types.requests import CompletionRequest

Strategy: TypeAlias = Literal["weights", "round_robin", "least_busy", "latency", "cost", "quality", "affinity"]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Deployment(Model, frozen=True, kw_only=False):
    """One place that answers: a model at a provider, or at another account of it.

    With a `key`, `base_url` or `settings` of its own it is an account apart, called `provider@name`: limits, breakers, health and what
    is sealed for an account are its own. Deployments that say the same of all these are one account.
    """

    model: str
    """`provider/id`, or `route/NAME` for another route."""
    weight: float = 1.0
    """Its share under `weights` and `affinity`; 0: only asked when the others failed."""
    region: str = ""
    """Where it serves from (`eu`, `de`, `us-east-1`), where the provider's row does not say it."""
    retention: int | None = None
    """Days that the provider keeps what it is sent, by your contract with it; None: not known."""
    quality: float | None = None
    """Your own measure for `quality`, instead of published scores."""
    name: str = ""
    """What the account is called; empty: they are numbered from 2, as they stand in the routes."""
    key: str | Secret = ""
    """A key of its own: a `Secret`, or where it is, `env:NAME` or `file:PATH`. Empty: as the provider's."""
    base_url: str = ""
    settings: dict[str, str | Secret] = {}
    """Settings of the provider's row (`resource`, `region` ...) that are others here; the rest is as ever."""

    def __post_init__(self) -> None:
        if not isinstance(self.model, str) or not self.model:
            raise ConfigurationError(f"Deployment: {self.model!r} is not a model id.", parameter="model", hint="Write 'provider/model'.")
        _positive("Deployment.weight", self.weight, zero=True)
        if self.apart and ("/" not in self.model or self.model.startswith("route/")):
            raise ConfigurationError(f"Deployment: {self.model!r} names no provider.", parameter="model", hint="Write 'provider/model'.")
        if isinstance(self.key, str) and self.key and not self.key.startswith(("env:", "file:")):
            # The text may be the key itself: it is not shown.
            raise ConfigurationError("Deployment.key must be a Secret, 'env:NAME' or 'file:PATH'.", parameter="key")
        if not isinstance(self.key, str | Secret):
            raise ConfigurationError(f"Deployment.key must be a Secret or text, not {type(self.key).__name__}.", parameter="key")
        if not isinstance(self.base_url, str):
            raise ConfigurationError(f"Deployment.base_url must be text, not {type(self.base_url).__name__}.", parameter="base_url")
        if not isinstance(self.settings, dict) or not all(isinstance(value, str | Secret) for value in self.settings.values()):
            raise ConfigurationError("Deployment.settings must be a table of texts.", parameter="settings")
        if not isinstance(self.name, str) or (self.name and not _NAME.fullmatch(self.name)):
            raise ConfigurationError(f"Deployment: {self.name!r} is no name.", parameter="name", hint="Letters, digits, '-', '_', '.'.")

    @property
    def apart(self) -> bool:
        """Tell whether it is another account than the provider's usual one."""
        return bool(self.key or self.base_url or self.settings or self.name)

    def __hash__(self) -> int:
        return hash((self.model, self.weight, self.region, self.retention, self.quality, self.name, self.base_url))


class Fallback(Model, frozen=True, kw_only=False):
    """Ask the first; when it fails in a way that others may not share, ask the next."""

    nodes: tuple[Node, ...]

    def __post_init__(self) -> None:
        _several(self, "Fallback")


class Balance(Model, frozen=True, kw_only=False):
    """Choose among several by one measure; the others stand in when the choice fails.

    `weights`: exactly by weight, spread evenly (smooth weighted round robin). `round_robin`: in turn. `least_busy`: fewest calls under
    way. `latency`: lowest of late. `cost`: lowest listed price for this request. `quality`: highest published score in `bench` (None:
    the benchmark that most of them have). `affinity`: one conversation stays at one deployment, whose prompt cache knows it, for `ttl`
    seconds after the last call.
    """

    nodes: tuple[Node, ...]
    by: Strategy = "weights"
    bench: str | None = None
    ttl: float = 300.0
    weights: tuple[float, ...] = ()
    """The shares of the nodes, in their order; empty: the weights of the deployments, and 1 for whatever else."""

    def __post_init__(self) -> None:
        if self.by not in STRATEGIES:
            near = nearest(str(self.by), STRATEGIES)
            hint = f"Did you mean {near[0]}?" if near else f"Ways: {', '.join(STRATEGIES)}."
            raise ConfigurationError(f"Balance cannot go by {self.by!r}.", parameter="by", hint=hint)
        _several(self, "Balance")
        _positive("Balance.ttl", self.ttl)
        _matching(self, "Balance")


class Learn(Model, frozen=True, kw_only=False):
    """Learn which answers best, by Thompson sampling over what was seen of late: mean loss and how sure it is.

    The loss of a call is `latency` times its seconds and `cost` times its dollars, each divided by their mean over all deployments,
    and `errors` for a failure. Each is tried `cold` times first; the share `floor` of the calls goes to any, evenly.
    """

    nodes: tuple[Node, ...]
    latency: float = 1.0
    errors: float = 4.0
    cost: float = 1.0
    cold: int = 2
    floor: float = 0.02

    def __post_init__(self) -> None:
        _several(self, "Learn")
        for name in ("latency", "errors", "cost", "cold", "floor"):
            _positive(f"Learn.{name}", getattr(self, name), zero=True)
        if self.floor > 1:
            raise ConfigurationError("Learn.floor is a share from 0 to 1.", parameter="floor")


class Split(Model, frozen=True, kw_only=False):
    """Compare several: each user stays with one of them, by the hash of `name` and the user's id.

    Without a user the tenant counts, and without both the beginning of the conversation. When a share is raised, users only move to
    that arm.
    """

    nodes: tuple[Node, ...]
    weights: tuple[float, ...] = ()
    name: str = "split"

    def __post_init__(self) -> None:
        _several(self, "Split")
        _matching(self, "Split")


class When(Model, frozen=True, kw_only=True):
    """A rule: requests with all of these features go `to` a node. What is None or empty is not looked at."""

    to: Node
    tools: bool | None = None
    images: bool | None = None
    schema: bool | None = None
    """An answer by schema, or any JSON, is asked for."""
    over_tokens: int | None = None
    """The estimate of the prompt's tokens is larger."""
    under_tokens: int | None = None
    tenants: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    """At least one of them."""
    metadata: dict[str, str] = {}
    models: tuple[str, ...] = ()
    """Globs of the name that was asked for."""
    test: Callable[[CompletionRequest], bool] | None = None
    """Of conversations; what is none does not fit."""

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "to", node_of(self.to))


class Route(Model, frozen=True, kw_only=True):
    """The first rule that fits says where to go; none: `default`."""

    rules: tuple[When, ...]
    default: Node

    def __post_init__(self) -> None:
        rules = tuple(self.rules)
        if not all(isinstance(rule, When) for rule in rules):
            raise ConfigurationError("Route.rules holds When(...) values.", parameter="rules")
        msgspec.structs.force_setattr(self, "rules", rules)
        msgspec.structs.force_setattr(self, "default", node_of(self.default))


Node: TypeAlias = "Deployment | Fallback | Balance | Learn | Split | Route"
NODES = (Deployment, Fallback, Balance, Learn, Split, Route)


def node_of(value: Any) -> Node:
    """Return `value` as a node: a model id is a deployment, a list a fallback."""
    if isinstance(value, NODES):
        return value
    if isinstance(value, str):
        return Deployment(value)
    if isinstance(value, list | tuple):
        return Fallback(tuple(value))
    raise ConfigurationError(
        f"{value!r} is no part of a route.", parameter="route", hint="Give a model id, Deployment, Fallback, Balance ..."
    )


def _several(node: Any, name: str) -> None:
    if not isinstance(node.nodes, list | tuple) or not node.nodes:
        raise ConfigurationError(f"{name} needs a list of at least one deployment.", parameter="nodes")
    msgspec.structs.force_setattr(node, "nodes", tuple([node_of(one) for one in node.nodes]))


def _matching(node: Any, name: str) -> None:
    if node.weights and len(node.weights) != len(node.nodes):
        raise ConfigurationError(f"{name} has {len(node.nodes)} nodes and {len(node.weights)} weights.", parameter="weights")
    for weight in node.weights:
        _positive(f"{name}.weights", weight, zero=True)
    msgspec.structs.force_setattr(node, "weights", tuple(node.weights))


def _positive(name: str, value: Any, *, zero: bool = False) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool) and value < float("inf")
    if not number or value < 0 or (value == 0 and not zero):
        least = "of at least 0" if zero else "above 0"
        raise ConfigurationError(f"{name} must be a number {least}, not {value!r}.", parameter=name.rpartition(".")[2])

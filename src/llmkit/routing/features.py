"""What a request is like, as far as routing looks at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from llmkit.pipeline.call import NOBODY, Scope
from llmkit.routing.tree import When
from llmkit.types.parts import Document, Image, Text, ToolCall, ToolResult
from llmkit.types.request import Constraints, Request
from llmkit.types.requests import CompletionRequest

if TYPE_CHECKING:
    from llmkit.routing.strategies import Strategy

NO_CONSTRAINTS = Constraints()
_SHORT = 1000
_ABILITIES: tuple[tuple[type, str], ...] = ((Image, "vision"), (Document, "pdf"))
_ANSWER = 500
"""Tokens of an answer, where the request sets no limit: only the order of costs depends on it."""


class Features:
    """One request, seen by the router. `now` is the reading of the runtime's clock, `name` the model that was asked for."""

    __slots__ = (
        "abilities",
        "constraints",
        "conversation",
        "dry",
        "healthy",
        "name",
        "notes",
        "now",
        "plain",
        "request",
        "scope",
        "tokens",
        "trail",
        "unwell",
    )

    def __init__(self, request: Request, name: str, *, now: float, scope: Scope = NOBODY, dry: bool = False) -> None:
        self.request = request
        self.name = name
        self.now = now
        self.scope = scope
        self.dry = dry
        """Nothing is to be changed: somebody only wants to know."""
        self.constraints = request.route or NO_CONSTRAINTS
        self.healthy: Callable[[str], bool] | None = None
        self.unwell: Callable[[str], str] | None = None
        """Says why a model is not healthy."""
        self.conversation: bytes | None = None
        """Its hash, once somebody has asked for it."""
        self.trail: list[tuple[Strategy, int]] = []
        """The choices that led to the candidate just given."""
        self.notes: dict[int, tuple[float | None, str]] | None = None
        """Scores and reasons by the identity of a candidate, where somebody wants to know them."""
        self.tokens = 0
        """About how many tokens the prompt has: one for four characters."""
        self.abilities: tuple[str, ...] = ()
        """What the request needs by its content: a deployment known to lack one of them is passed over."""
        self._look()
        self.plain = request.route is None and not self.abilities and self.tokens < _SHORT
        """Every deployment can be asked: no constraint, nothing special, short."""

    def _look(self) -> None:
        """Go once through the conversation: every decision needs its length and kinds."""
        if not isinstance(self.request, CompletionRequest):
            self.tokens = sum(map(len, self.request.texts())) // 4
            return
        size = 0
        kinds: set[type] = set()
        for message in self.request.messages:
            for part in message.content:
                if type(part) is Text:
                    size += len(part.text)
                else:
                    size += _size(part)
                    kinds.add(type(part))
        self.tokens = size // 4
        tools = ("tools",) if self.request.tools else ()
        self.abilities = tools + tuple([ability for kind, ability in _ABILITIES if kind in kinds]) if kinds else tools

    @property
    def answer_tokens(self) -> int:
        """Return how long an answer to reckon with."""
        request = self.request
        return request.max_tokens or _ANSWER if isinstance(request, CompletionRequest) else 0

    def fits(self, rule: When) -> bool:
        """Tell whether all that `rule` names holds."""
        request, scope = self.request, self.scope
        tools, output, metadata = _asked(request)
        return (
            (rule.tools is None or rule.tools == tools)
            and (rule.images is None or rule.images == ("vision" in self.abilities))
            and (rule.schema is None or rule.schema == output)
            and (rule.over_tokens is None or self.tokens > rule.over_tokens)
            and (rule.under_tokens is None or self.tokens < rule.under_tokens)
            and (not rule.tenants or (request.tenant or scope.tenant) in rule.tenants)
            and (not rule.users or (request.user or scope.user) in rule.users)
            and (not rule.tags or not set(rule.tags).isdisjoint(request.tags or scope.tags))
            and all(metadata.get(key) == value for key, value in rule.metadata.items())
            and (not rule.models or any(fnmatchcase(self.name, glob) for glob in rule.models))
            and (rule.test is None or (isinstance(request, CompletionRequest) and bool(rule.test(request))))
        )


def _asked(request: Request) -> tuple[bool, bool, Mapping[str, Any]]:
    """Return whether there are tools, whether the answer has a form, and what the caller noted: only conversations have these."""
    if not isinstance(request, CompletionRequest):
        return False, False, {}
    return bool(request.tools), request.output is not None and request.output.kind != "text", request.metadata or {}


def _size(part: object) -> int:
    if type(part) is Text:
        return len(part.text)
    if isinstance(part, ToolResult):
        return sum([_size(inner) for inner in part.content]) if isinstance(part.content, tuple) else len(str(part.content))
    return len(str(part.arguments)) if isinstance(part, ToolCall) else 0

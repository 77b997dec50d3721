"""The layer that knows how deployments do: it sees every call, and checks those of which nothing was seen of late."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from llmkit.errors import ConfigurationError, LLMKitError
from llmkit.health.asking import Answer, ask
from llmkit.health.seen import Sights
from llmkit.health.watched import By, Check, Watched, check_way
from llmkit.pipeline.call import Call, Next
from llmkit.types.events import Event
from llmkit.types.reply import Attempt
from llmkit.types.responses import CompletionResponse

if TYPE_CHECKING:
    from llmkit.core import Core

_LOGGER = logging.getLogger("llmkit")
_NEVER = float("inf")


class HealthChange(msgspec.Struct, frozen=True, kw_only=True):
    """Checks took a deployment out of routing, or brought it back."""

    deployment: str
    up: bool
    reason: str


class Health:
    """Take what is down out of routing, and know how everything does: `LLMKit(layers=[Health(), Router(...)])`, then `kit.health()`.

    A deployment whose checks failed is asked only when nobody else can, in routes and in lists of models alike. There is no thread:
    checks that are due run when a call comes, before it goes out, or in `kit.check_health()`. A deployment that answered calls needs
    none meanwhile.

    Args:
        checks: models and routes to check, or `Check(model, by=)`; None: all deployments of the client's routes.
        every: seconds from one check to the next; None: only `kit.check_health()` checks.
        by: `models` asks for the list of models, which costs nothing; `completion` for an answer of a few tokens, which does; or a
            function of the model id, plain or async, that raises or returns False.
        failures, successes: so many checks one after the other make a deployment down, or bring it back.
        timeout: seconds for a check. A call waits for the checks that it runs, at most half of the time it has.
        half_life: seconds in which what was seen of calls loses half of its weight.
        on_change: called with each `HealthChange`.
    """

    name = "health"

    def __init__(
        self,
        checks: Sequence[str | Check] | None = None,
        *,
        every: float | None = 30.0,
        by: By = "models",
        failures: int = 2,
        successes: int = 2,
        timeout: float = 3.0,
        half_life: float = 300.0,
        on_change: Callable[[HealthChange], None] | None = None,
    ) -> None:
        check_way(by)
        for name, value in (("every", every), ("timeout", timeout), ("half_life", half_life)):
            if value is not None and not value > 0:
                raise ConfigurationError(f"health.{name} must be more than 0, not {value!r}.", parameter=f"health.{name}")
        if failures < 1 or successes < 1:
            raise ConfigurationError("health.failures and health.successes must be at least 1.", parameter="health.failures")
        self._checks = None if checks is None else tuple([Check(one) if isinstance(one, str) else one for one in checks])
        self._every, self._by, self._timeout = every, by, timeout
        self._judge = {"failures": failures, "successes": successes}
        self._on_change = on_change
        self.seen = Sights(half_life)
        self._watched: dict[str, Watched] = {}
        self._down: dict[str, Watched] = {}
        self._due_at = _NEVER
        self._clients: dict[int, weakref.ref[Core]] = {}
        self._lock = threading.Lock()

    def join(self, client: Core) -> tuple[str, ...]:
        """Watch the deployments of `client`. Raises `ConfigurationError` for a route that it does not have."""
        checks = [Check(name) for name in client.routes] if self._checks is None else self._checks
        for check in sorted(checks, key=lambda check: check.by is None):  # who says how a model is checked comes first
            self.add(client, check.model, check.by)
        self._clients[id(client.runtime)] = weakref.ref(client)
        return ()

    def add(self, client: Core, name: str, by: By | None = None) -> None:
        """Check a model, or all deployments of a route, from now on."""
        (known,) = client.names((name,))
        with self._lock:
            for model in client.deployments(known):
                if model not in self._watched:
                    self._watched[model] = Watched(model, self._by if by is None else by)
                    self._due_at = _NEVER if self._every is None else float("-inf")

    async def aclose(self, runtime: Any) -> None:
        """Forget a client that is closed."""
        self._clients.pop(id(runtime), None)

    @property
    def down(self) -> bool:
        """Tell whether any deployment is down."""
        return bool(self._down)

    def up(self, model: str, /) -> bool:
        """Tell whether `model` may be asked as ever."""
        return model not in self._down

    def reason(self, model: str, /) -> str:
        """Say why a deployment is down."""
        one = self._down.get(model)
        return "" if one is None else f"down: its check says {one.words}"

    def watched(self) -> list[Watched]:
        """Return the deployments that are checked."""
        return list(self._watched.values())

    async def __call__(self, call: Call, next: Next[Any], /) -> Any:
        """Run the checks that are due; return the reply, and note what came of every try."""
        if call.runtime.now() >= self._due_at:
            await self._check_due(call)
        known = len(call.budget.attempts)
        try:
            reply = await next(call)
        except LLMKitError as error:
            self._note(call, (error.attempts or tuple(call.budget.attempts))[known:])
            raise
        if call.stream:
            reply.watch(_Watch(self, call, known))
        else:
            self._note(call, reply.attempts[known:])
        return reply

    def _note(self, call: Call, attempts: Sequence[Attempt]) -> None:
        now = call.runtime.now()
        for model in self.seen.note(call.operation, attempts, now):
            one = self._watched.get(model)
            if one is not None:
                self._worked(one, now)

    def _worked(self, one: Watched, now: float) -> None:
        """Take an answer for a check: nothing says more."""
        if self._every is not None:
            one.due_at = now + self._every
        if one.up is False:
            self._take_in(one, Answer(True, "ok"), now)
        else:
            one.bad = 0

    async def _check_due(self, call: Call) -> None:
        reference = self._clients.get(id(call.runtime))
        client = None if reference is None else reference()
        seconds, now = self._timeout, call.runtime.now()
        if call.deadline is not None:
            seconds = min(seconds, (call.deadline - now) / 2)
        if client is not None and seconds > 0:
            await self.check(client, self._due(now), seconds)

    def _due(self, now: float) -> list[Watched]:
        """Return those whose check is due; nobody else takes them meanwhile."""
        with self._lock:
            every = self._every or _NEVER
            due = [one for one in self._watched.values() if one.due_at <= now]
            for one in due:
                one.due_at = now + every
            self._due_at = min([one.due_at for one in self._watched.values()], default=_NEVER)
        return due

    async def check(self, client: Core, watched: Iterable[Watched] | None = None, seconds: float | None = None) -> None:
        """Check all of `watched` now (None: everything), several at once."""
        groups: dict[tuple[object, str], list[Watched]] = {}
        for one in self.watched() if watched is None else watched:
            groups.setdefault(one.question, []).append(one)
        timeout = self._timeout if seconds is None else seconds
        answers = await client.runtime.gather([partial(ask, client, group[0], timeout) for group in groups.values()])
        now = client.runtime.now()
        for group, answer in zip(groups.values(), answers, strict=True):
            for one in group:
                if self._every is not None:
                    one.due_at = now + self._every
                self._take_in(one, answer, now)

    def _take_in(self, one: Watched, answer: Answer, now: float) -> None:
        with self._lock:
            changed = one.judge(answer.verdict, answer.words, now, **self._judge)
            if one.up is False:
                self._down[one.model] = one
            else:
                self._down.pop(one.model, None)
        if changed:
            self._tell(HealthChange(deployment=one.model, up=one.up is not False, reason=one.words))

    def _tell(self, change: HealthChange) -> None:
        _LOGGER.info("%s: %s by its checks (%s).", change.deployment, "up" if change.up else "down", change.reason)
        if self._on_change is None:
            return
        try:
            self._on_change(change)
        except Exception:  # the user's function: its failure must not become the call's
            _LOGGER.exception("on_change of the health layer failed.")


class _Watch:
    """Sees how a stream ends."""

    __slots__ = ("_call", "_health", "_known")

    def __init__(self, health: Health, call: Call, known: int) -> None:
        self._health, self._call, self._known = health, call, known

    def event(self, event: Event, /) -> None:
        """Let it pass."""

    async def end(self, response: CompletionResponse, error: LLMKitError | None, complete: bool, /) -> None:
        """Note what came of it; a reader who went away says nothing of the last try."""
        if error is not None:
            self._health._note(self._call, error.attempts[self._known :])
        elif complete:
            self._health._note(self._call, response.attempts[self._known :])

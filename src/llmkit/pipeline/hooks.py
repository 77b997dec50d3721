"""Users' own functions around each call."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from llmkit.errors import ConfigurationError, HookFailed, LLMKitError
from llmkit.pipeline.call import Call, Next
from llmkit.pipeline.trace import LOGGER

if TYPE_CHECKING:
    from llmkit.types.events import Event
    from llmkit.types.responses import CompletionResponse

Answered: TypeAlias = Awaitable[None] | None
OnRequest: TypeAlias = Callable[[Call], Answered]
OnEvent: TypeAlias = Callable[["Event", Call], None]
OnResponse: TypeAlias = Callable[[Any, Call], Answered]
OnError: TypeAlias = Callable[[LLMKitError, Call], Answered]


class Hooks(msgspec.Struct, frozen=True, kw_only=True):
    """Call functions before a request, at each event of a stream, at the answer and at a failure.

    They are plain or async, and get the call last; `on_event` is plain, as nothing can be awaited between two events of one read.
    None changes anything. A hook that fails, or takes longer than `timeout` seconds, is logged; with `strict` the call raises
    `HookFailed`. A stream whose reader went away has an answer whose finish is `interrupted`.

    >>> from llmkit import LLMKit
    >>> kit = LLMKit(layers=[Hooks(on_response=lambda response, call: print(call.model, response.usage))])
    """

    on_request: OnRequest | None = None
    on_event: OnEvent | None = None
    on_response: OnResponse | None = None
    on_error: OnError | None = None
    timeout: float | None = 5.0
    strict: bool = False

    def __post_init__(self) -> None:
        for name in ("on_request", "on_event", "on_response", "on_error"):
            hook = getattr(self, name)
            if hook is not None and not callable(hook):
                raise ConfigurationError(f"{name} must be a function, not {type(hook).__name__}.", parameter=name)
        if inspect.iscoroutinefunction(self.on_event):
            hint = "Make it a plain function, and let it hand on what takes time."
            raise ConfigurationError("on_event cannot be async.", parameter="on_event", hint=hint)
        if self.timeout is not None and not self.timeout > 0:
            raise ConfigurationError(f"timeout must be a number above 0 or None, not {self.timeout!r}.", parameter="timeout")

    @property
    def name(self) -> str:
        """Return the place in the order of layers."""
        return "hooks"

    async def __call__(self, call: Call, next: Next[Any], /) -> Any:
        """Return the reply, seen by the hooks."""
        if self.on_request is not None:
            await self._run(call, "on_request", call)
        try:
            reply = await next(call)
        except LLMKitError as error:
            await self._run(call, "on_error", error, call)
            raise
        if not call.stream:
            if self.on_response is not None:
                await self._run(call, "on_response", reply, call)
            return reply
        try:
            reply.watch(_Watcher(self, call))
        except HookFailed:
            await reply.aclose()
            raise
        return reply

    async def _run(self, call: Call, name: str, *arguments: Any) -> None:
        hook = getattr(self, name)
        if hook is None:
            return
        failure: Exception
        try:
            await call.runtime.call(_bound(hook, arguments), self.timeout)
            return
        except Exception as error:  # a user's function can raise anything
            failure = error
        self._fail(name, failure)

    def _fail(self, name: str, failure: Exception) -> None:
        if self.strict:
            raise HookFailed(name, failure) from failure
        LOGGER.warning("The hook %s failed: %s", name, type(failure).__name__)


class _Watcher:
    """The hooks at a stream."""

    def __init__(self, hooks: Hooks, call: Call) -> None:
        self._hooks, self._call = hooks, call

    def event(self, event: Event) -> None:
        """Tell `on_event`."""
        if self._hooks.on_event is None:
            return
        failure: Exception
        try:
            self._hooks.on_event(event, self._call)
            return
        except Exception as error:  # as above
            failure = error
        self._hooks._fail("on_event", failure)

    async def end(self, response: CompletionResponse, error: LLMKitError | None, complete: bool) -> None:
        """Tell `on_error` or `on_response`."""
        if error is not None:
            await self._hooks._run(self._call, "on_error", error, self._call)
        else:
            await self._hooks._run(self._call, "on_response", response, self._call)


def _bound(hook: Callable[..., Any], arguments: tuple[Any, ...]) -> Callable[[], Any]:
    """Return the hook as a function without arguments that is recognised as async where it is."""
    return partial(hook, *arguments)

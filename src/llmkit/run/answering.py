"""Answer the calls of one turn: ask for approval, call in parallel, turn every failure into a result."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from functools import partial

from llmkit.run.judging import Judge, Planned
from llmkit.run.settings import RunSettings
from llmkit.run.toolset import Toolset
from llmkit.runtime.protocol import Group, Overdue, Runtime
from llmkit.tools.context import ToolContext
from llmkit.tools.events import ToolFinished, ToolHeld, ToolStarted
from llmkit.tools.outcome import AnyCall
from llmkit.tools.policy import NOTHING, Exposed
from llmkit.tools.results import failure_of, refusal, result_of
from llmkit.types.messages import Message
from llmkit.types.parts import InvalidToolCall, ToolResult
from llmkit.types.warnings import Warning


class Answering:
    """The calls of one turn. `next` tells what happens; at its end `results` are in the order of the calls."""

    def __init__(
        self,
        calls: Sequence[AnyCall],
        tools: Toolset,
        settings: RunSettings,
        runtime: Runtime,
        messages: tuple[Message, ...],
        step: int,
        exposed: Exposed = NOTHING,
    ) -> None:
        self._calls = calls
        self._tools = tools
        self._settings = settings
        self._runtime = runtime
        self._messages = messages
        self._step = step
        self._judge = Judge(settings, exposed)
        self._events: deque[ToolHeld | ToolStarted | ToolFinished] = deque()
        self._results: dict[int, ToolResult] = {}
        self._group: Group[tuple[ToolResult, float]] | None = None
        self._planned: list[tuple[int, Planned]] = []

    async def next(self) -> ToolHeld | ToolStarted | ToolFinished | None:
        """Return the next event; None when every call is answered or left open."""
        if self._group is None:
            await self._begin()
        if self._events:
            return self._events.popleft()
        assert self._group is not None
        ended = await self._group.next()
        if ended is None:
            return None
        number, (result, seconds) = ended
        index, planned = self._planned[number]
        self._results[index] = result
        return ToolFinished(call=planned.asked, result=result, seconds=seconds)

    @property
    def results(self) -> tuple[ToolResult, ...]:
        """Return the answers so far, in the order of the calls."""
        return tuple([self._results[index] for index in sorted(self._results)])

    @property
    def pending(self) -> tuple[AnyCall, ...]:
        """Return the calls without an answer."""
        return tuple([call for index, call in enumerate(self._calls) if index not in self._results])

    @property
    def warnings(self) -> tuple[Warning, ...]:
        """Return what became of the calls that a policy held back."""
        return self._judge.warnings

    async def aclose(self) -> None:
        """Stop what runs, where that is possible."""
        if self._group is not None:
            await self._group.aclose()

    async def _begin(self) -> None:
        for index, call in enumerate(self._calls):
            planned = await self._plan(call)
            self._events.extend([held for held in self._judge.held if held.call is call])
            if isinstance(planned, ToolResult):
                self._results[index] = planned
                self._events.append(ToolStarted(call=call))
                self._events.append(ToolFinished(call=call, result=planned, seconds=0.0))
            elif planned is not None:
                self._planned.append((index, planned))
                self._events.append(ToolStarted(call=call))
        starts = [partial(self._answer, planned) for _, planned in self._planned]
        self._group = self._runtime.group(starts, self._settings.parallel)

    async def _plan(self, call: AnyCall) -> Planned | ToolResult | None:
        """Return the call to make, an answer without one, or None to leave it open."""
        if isinstance(call, InvalidToolCall):
            return refusal(f"The arguments are no JSON object: {call.error or 'they cannot be read'}", call.id, call.name)
        function = self._tools.functions.get(call.name)
        if function is None:
            names = self._tools.names()
            known = f"The tools are {', '.join(names)}." if names else "There are no tools."
            return None if call.name in names else refusal(f"There is no tool {call.name!r}. {known}", call.id, call.name)
        return await self._judge.decide(call, function)

    async def _answer(self, planned: Planned) -> tuple[ToolResult, float]:
        call, begun = planned.made, self._runtime.now()
        function = self._tools.functions[call.name]
        limit = self._settings.tool_timeout if function.timeout is None else function.timeout
        context = ToolContext(call=call, messages=self._messages, step=self._step, state=self._settings.state)
        identity = planned.asked.id, planned.asked.name
        try:
            result = result_of(await self._runtime.call(function.bind(call.arguments, context), limit), *identity)
        except Overdue:
            result = refusal(f"The tool did not answer within {limit:g} s.", *identity)
        except Exception as error:  # whatever a user's function raises is told to the model, which may know what to do
            result = failure_of(error, *identity)
        if function.untrusted and result.trust is None:
            result = result.replace(trust="untrusted")
        return result, self._runtime.now() - begun

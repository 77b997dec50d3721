"""The state of a run between its steps: the conversation, what is open, and when it ends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

from llmkit.conversation import messages_of
from llmkit.errors import InvalidRequest, LLMKitError
from llmkit.run.answering import Answering
from llmkit.run.exposure import exposure_of
from llmkit.run.settings import settings_of, told
from llmkit.run.toolset import Toolset
from llmkit.runtime.protocol import Runtime
from llmkit.tools.outcome import AnyCall, RunFinish, RunResult, Step, result_of_run
from llmkit.types.messages import Message
from llmkit.types.parts import InvalidToolCall, ToolCall, ToolResult
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import CompletionResponse
from llmkit.types.tools import ToolChoice

Arguments: TypeAlias = tuple[Any, Any, Mapping[str, Any]]
Complete: TypeAlias = Callable[[Any, Any, Mapping[str, Any]], Awaitable[CompletionResponse]]
_BROKEN_OFF = frozenset({"content_filter", "refusal", "interrupted", "error"})
"""Ends after which calls in the answer are not made: the provider has taken it back, or it is not whole."""


class Loop:
    """What both ways to run share. A driver asks with `arguments`, gives the answer to `took`, and plays `answering` to its end."""

    def __init__(self, runtime: Runtime, model: Any, messages: Any, options: Mapping[str, Any]) -> None:
        self.runtime = runtime
        self.settings, self._options = settings_of(model, options)
        self._model = model
        self.messages = list(_conversation(model, messages, self._options))
        self.tools = Toolset((*model.tools, *self.settings.tools) if isinstance(model, CompletionRequest) else self.settings.tools)
        self.steps: list[Step] = []
        self.finish: RunFinish | None = None
        self.answering: Answering | None = None
        self._turns = 0
        self._response: CompletionResponse | None = None
        self._answered: tuple[ToolResult, ...] = ()
        self._calls: tuple[AnyCall, ...] = ()

    async def open(self) -> None:
        """Connect the sources of tools; take up the calls that the conversation leaves open."""
        await self.tools.open(self.runtime)
        if self.settings.policy is not None:
            self.tools.keep(self.settings.policy)
        calls, results = _left_open(self.messages)
        self._exposure = exposure_of(self.tools, self._options.get("system"), self.messages)
        if calls:
            self._answered = results
            self._answer(calls, [call for call in calls if call.id not in {result.id for result in results}])

    def arguments(self) -> Arguments:
        """Return what to ask next."""
        options = dict(self._options)
        model = self._model
        if isinstance(model, CompletionRequest):
            choice = _loosened(model.tool_choice) if self._turns else model.tool_choice
            return model.replace(messages=tuple(self.messages), tools=_checked(self.tools.declared), tool_choice=choice), None, {}
        if self._turns and "tool_choice" in options:
            options["tool_choice"] = _loosened(options["tool_choice"])
        return self._models(), self.messages, {**options, "tools": self.tools.declared}

    def _models(self) -> Any:
        """Prefer the model that answered last: its thinking is of no use to another; a paused turn is its alone."""
        model, response = self._model, self._response
        if isinstance(model, str) or response is None or not response.attempts:
            return model
        last = response.attempts[-1]
        names = (last.model, f"{last.provider}/{last.model}")
        same = [name for name in model if name in names or name.endswith(f"/{last.model}")]
        if same and response.finish.unified == "pause":
            return same
        return [*same, *[name for name in model if name not in same]]

    async def took(self, response: CompletionResponse) -> None:
        """Take the model's answer: its calls must be answered, or the run is over."""
        self._turns += 1
        if response.content:
            self._exposure.see(response.message)
            response = response.replace(content=self._exposure.marked(response.content))
            self.messages.append(response.message)
        self._response = response
        calls = tuple([part for part in response.content if isinstance(part, ToolCall | InvalidToolCall)])
        if calls and response.finish.unified not in _BROKEN_OFF:
            self._answer(calls, calls)
            return
        await self._end(Step(response=response, pending=calls), None if response.finish.unified == "pause" else "stop")

    def _answer(self, calls: tuple[AnyCall, ...], missing: Sequence[AnyCall]) -> None:
        self._calls = calls
        turn = max(self._turns, 1)
        self.answering = Answering(missing, self.tools, self.settings, self.runtime, tuple(self.messages), turn, self._exposure.exposed)

    async def answered(self) -> Step:
        """Close the step whose calls have been played to their end."""
        answering, self.answering = self.answering, None
        assert answering is not None
        results, self._answered = (*self._answered, *answering.results), ()
        place = {call.id: index for index, call in enumerate(self._calls)}
        if results:
            message = Message.tool(*sorted(results, key=lambda result: place[result.id]))
            self._exposure.see(message)
            self.messages.append(message)
        step = Step(response=self._response, results=answering.results, pending=answering.pending, warnings=answering.warnings)
        await self._end(step, "pending" if step.pending else None)
        return step

    async def _end(self, step: Step, finish: RunFinish | None) -> None:
        """Note the step and tell the hooks; where nothing else ends the run, ask whether it may go on."""
        self.steps.append(step)
        if self.settings.on_step is not None:
            await told(self.settings.on_step(step))
        if finish is None and self.settings.stop_when is not None and await told(self.settings.stop_when(tuple(self.steps))):
            finish = "stopped"
        if finish is None and self._turns >= self.settings.max_steps:
            finish = "max_steps"
        self.finish = finish

    def result(self, finish: RunFinish | None = None) -> RunResult:
        """Return the run as far as it came."""
        pending = self.steps[-1].pending if self.steps else ()
        return result_of_run(self.messages, self.steps, finish or self.finish or "interrupted", pending)

    async def aclose(self) -> None:
        """Stop what runs; close the sources that were opened here."""
        if self.answering is not None:
            await self.answering.aclose()
        await self.tools.aclose(self.runtime)


async def run_loop(loop: Loop, complete: Complete) -> RunResult:
    """Run to the end, without a stream."""
    try:
        await loop.open()
        while True:
            if loop.answering is not None:
                while await loop.answering.next() is not None:
                    pass
                await loop.answered()
            elif loop.finish is None:
                await loop.took(await complete(*loop.arguments()))
            if loop.finish is not None and loop.answering is None:
                return loop.result()
    except LLMKitError as error:
        error.run = loop.result("interrupted")
        raise
    finally:
        await loop.aclose()


def _conversation(model: Any, messages: Any, options: Mapping[str, Any]) -> tuple[Message, ...]:
    if isinstance(model, CompletionRequest):
        if messages is not None or options:
            raise InvalidRequest("A CompletionRequest stands alone.", parameter="messages", hint="Use request.replace(...) to change it.")
        return model.messages
    if messages is None:
        raise InvalidRequest("messages is missing.", parameter="messages")
    return messages_of(messages)


def _left_open(messages: list[Message]) -> tuple[tuple[AnyCall, ...], tuple[ToolResult, ...]]:
    """Return the calls of the last turn of the model and the answers they have, if one is missing; take these answers off `messages`."""
    place = len(messages)
    while place and messages[place - 1].role == "tool":
        place -= 1
    if not place or messages[place - 1].role != "assistant":
        return (), ()
    calls = tuple([part for part in messages[place - 1].content if isinstance(part, ToolCall | InvalidToolCall)])
    results = tuple([part for message in messages[place:] for part in message.content if isinstance(part, ToolResult)])
    known = {call.id for call in calls}
    if known <= {result.id for result in results}:
        return (), ()
    del messages[place:]
    return calls, tuple([result for result in results if result.id in known])


def _loosened(choice: Any) -> Any:
    """Return the choice for the steps after the first: a model that must call a tool each time would never end."""
    if isinstance(choice, ToolChoice):
        if choice.mode != "required":
            return choice
        return choice.replace(mode="auto") if len(choice.names) > 1 else None
    return choice if choice in ("auto", "none") else None


def _checked(tools: tuple[Any, ...]) -> tuple[Any, ...]:
    from llmkit.options import make_request

    return make_request("", "tools", {"tools": tools}).tools

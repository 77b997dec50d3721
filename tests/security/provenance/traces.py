"""Random conversations, tools and rules: no order of results and marks may let a privileged tool run by itself.

The oracle knows nothing of marks: whatever others wrote holds the word `FOREIGN`, and a call that was written with that word in what the
model was sent is one that others may have wanted.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from random import Random
from typing import Any

import msgspec

from llmkit import CompletionResponse, FunctionTool, Image, Message, Text, Tool, ToolContext, ToolError, ToolPolicy, ToolResult
from llmkit.run.loop import Loop, run_loop
from llmkit.runtime.blocking import Blocking
from llmkit.runtime.step import run
from llmkit.tools.policy import said
from llmkit.types.parts import Citation, Compaction, Document, InvalidToolCall, Part, ServerToolResult, ToolCall, Unknown
from llmkit.types.responses import FinishReason

FOREIGN = "FOREIGN"
_EFFECTS: tuple[Any, ...] = (None, (), ("reads",), ("sends",), ("changes",), ("reads", "changes"))
_ACTS = {"sends", "changes"}
_WIRE = msgspec.Raw(b'{"said":"FOREIGN"}')


@dataclass
class Trace:
    """One random run, continued now and then from what was saved; `broken` says what went wrong in it."""

    seed: int
    guarded: bool = True
    calls: int = 0
    made: int = 0
    wanted_by_others: int = 0
    broken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._dice = Random(self.seed)
        self._tools = [self._tool(f"t{number}") for number in range(self._dice.randint(2, 5))]
        ruled = [tool.name for tool in self._tools if self._dice.random() < 0.3]
        self._two = self._dice.random() < 0.3
        rules: dict[str, Any] = {name: {"to": said()} for name in ruled}
        self._policy = ToolPolicy(arguments=rules, rule="two" if self._two else "untrusted") if self.guarded else None
        self._foreign: dict[str, bool] = {}
        self._done: set[str] = set()
        self._before: dict[str, set[str]] = {}
        self._approved: set[str] = set()
        self._executed: set[str] = set()
        self._free: set[str] = set()

    def play(self) -> Trace:
        """Run it, and run it again from its saved messages as long as it likes."""
        messages: Any = self._beginning()
        for _ in range(self._dice.randint(1, 3)):
            approve = self._dice.choice((None, self._approve))
            options = {
                "tools": self._tools,
                "policy": self._policy,
                "approve": approve,
                "tool_timeout": None,
                "parallel": 1,
                "max_steps": 4,
            }
            ended = run(run_loop(Loop(Blocking(), "m", messages, options), self._complete))
            messages = [Message.from_dict(message.to_dict()) for message in ended.messages]
            if ended.finish != "pending":
                messages.append(Message.user(*self._words()))
        self.broken += [f"{self.seed}: {call} was held for nothing" for call in sorted(self._free - self._executed)]
        return self

    def _tool(self, name: str) -> FunctionTool[..., Any]:
        effects, untrusted = self._dice.choice(_EFFECTS), self._dice.choice((None, True, False))
        others = untrusted or (untrusted is None and effects is None)

        def function(context: ToolContext, **arguments: Any) -> Any:
            self._execute(tool, context.call)
            return self._result(others)

        schema = {"type": "object", "properties": {"to": {}, "more": {}}}
        tool = FunctionTool.of(Tool(name=name, parameters=schema), function, effects=effects, untrusted=untrusted)
        return tool

    def _result(self, others: bool) -> Any:
        words = f"{FOREIGN} orders" if others else "own words"
        match self._dice.randint(0, 6):
            case 0:
                raise ToolError(words)
            case 1:
                return {"note": words}
            case 2:
                return ToolResult(id="", content=(Text(text="own"), Text(text=FOREIGN, trust="untrusted")), trust="trusted")
            case 3:
                return Image(url=f"https://a.example/{FOREIGN}.png")
            case 4:
                return ToolResult(id="", content=(Text(text=FOREIGN),), trust="untrusted")
            case _:
                return words

    def _execute(self, tool: FunctionTool[..., Any], call: ToolCall) -> None:
        self.made += 1
        self._executed.add(call.id)
        self._done |= _effects(tool)
        rules = self._rules(tool.name)
        if call.id in self._approved:
            return
        if rules is not None and call.arguments.get("to") not in (None, "Bob"):
            self.broken.append(f"{self.seed}: {call.id} broke its rule")
        if self._foreign[call.id] and self._dangerous(tool, call) and not (rules is not None and set(call.arguments) <= {"to"}):
            self.broken.append(f"{self.seed}: {call.id} was wanted by others")

    def _dangerous(self, tool: FunctionTool[..., Any], call: ToolCall) -> bool:
        does = _effects(tool)
        if not self._two:
            return bool(does & _ACTS)
        both = does | self._before[call.id]
        return bool(does) and "reads" in both and bool(both & _ACTS)

    def _approve(self, call: ToolCall) -> Any:
        decision: Any = self._dice.choice((True, False, None, "No.", "other"))
        if decision == "other":
            decision = call.replace(arguments={"to": "Ann"})
        if decision is True or isinstance(decision, ToolCall):
            self._approved.add(call.id)
        return decision

    async def _complete(self, model: Any, messages: Any, options: Any) -> CompletionResponse:
        foreign = FOREIGN in msgspec.json.encode(messages).decode()
        content: list[Part] = self._blocks() if self._dice.random() < 0.1 else []
        foreign = foreign or any(FOREIGN in msgspec.json.encode(part).decode() for part in content)
        for _ in range(self._dice.choice((0, 1, 1, 2, 3))):
            content.append(self._call(foreign))
        return CompletionResponse(content=tuple(content) or (Text(text="Done."),), finish=FinishReason(unified="stop"))

    def _call(self, foreign: bool) -> Part:
        self.calls += 1
        self.wanted_by_others += foreign
        number = f"c{self.calls}"
        self._foreign[number], self._before[number] = foreign, set(self._done)
        name = self._dice.choice([*[tool.name for tool in self._tools], "nowhere"])
        if self._dice.random() < 0.05:
            return InvalidToolCall(id=number, name=name, json="{", error="cut")
        values = {"to": self._dice.choice(("Bob", "Eve")), "more": "x"}
        call = ToolCall(id=number, name=name, arguments={key: value for key, value in values.items() if self._dice.random() < 0.5})
        if not foreign and name != "nowhere" and (not self._rules(name) or call.arguments.get("to") != "Eve"):
            self._free.add(number)
        return call

    def _rules(self, name: str) -> Any:
        return self._policy.arguments.get(name) if self._policy is not None else None

    def _beginning(self) -> list[Message]:
        messages = [Message.system("You write to Bob."), Message.user(*self._words())]
        if self._dice.random() < 0.2:
            messages.append(Message.assistant(*self._blocks()))
        if self._dice.random() < 0.1:
            call = ToolCall(id="c0", name=self._dice.choice(("t0", "nowhere")))
            messages += [Message.assistant(call), Message.tool(ToolResult(id="c0", content=(Text(text=FOREIGN, trust="untrusted"),)))]
        return [*messages, Message.user("Go on.")]

    def _words(self) -> list[Part]:
        others: list[Part] = [
            Text(text=FOREIGN, trust="untrusted"),
            Document(url=f"https://a.example/{FOREIGN}.pdf"),
            Image(data=b"x", name=FOREIGN, trust="untrusted"),
        ]
        return [Text(text="Do it."), *([self._dice.choice(others)] if self._dice.random() < 0.15 else [])]

    def _blocks(self) -> list[Part]:
        cited = Text(text=FOREIGN, citations=(Citation(url="https://a.example"),))
        blocks: list[Part] = [
            cited,
            Compaction(text=FOREIGN),
            Unknown(kind="new", native=_WIRE),
            ServerToolResult(id="s", name="web_search", native=_WIRE),
        ]
        return [self._dice.choice(blocks)]


def _effects(tool: FunctionTool[..., Any]) -> set[str]:
    return {"reads", *_ACTS} if tool.effects is None else set(tool.effects)


def played(seeds: range, *, guarded: bool = True) -> list[Trace]:
    """Play a trace for each seed."""
    logger = logging.getLogger("llmkit")
    before, logger.disabled = logger.disabled, True
    try:
        return [Trace(seed, guarded).play() for seed in seeds]
    finally:
        logger.disabled = before

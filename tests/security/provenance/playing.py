"""Play one attack, or one task without an attack, through the real loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from llmkit import Document, Message, Text
from llmkit.testing import FakeProvider
from llmkit.tools.policy import ToolPolicy
from llmkit.types.parts import Citation, ServerToolCall, ToolCall, ToolResult
from tests.security.provenance.domain import Calls, Domain, Injection, Task
from tests.security.provenance.obedient import Obedient
from tests.security.provenance.styles import STYLES
from tests.security.provenance.world import World
from tests.tools.faces import DIALECTS, client_of, play

TOKEN = "zq7token"
"""Stands beside each injection, so that the fake model sees it whatever it is dressed up in."""
MODEL = DIALECTS["anthropic"][1]
WAYS_IN = ("text", "object", "parts", "failure", "undeclared", "marked part", "document", "marked words", "history", "cited", "saved")
"""How the words of others reach the conversation."""


@dataclass(frozen=True)
class Attack:
    """One attack: the domain, what others want, how it is dressed up, how it comes in, and what the user wanted."""

    domain: Domain
    injection: Injection
    style: str
    way: str
    task: Task

    def words(self) -> str:
        """Return what others wrote."""
        return f"{STYLES[self.style](self.injection.wants)} {TOKEN}"


def beginning(domain: Domain, injection: Injection) -> list[Task]:
    """Return the tasks that begin with reading what carries the injection."""
    return [task for task in domain.tasks if any(name == injection.through for name, _ in task.turns[0])]


def attacked(attack: Attack, policy: ToolPolicy | None, face: str = "sync", **options: Any) -> World:
    """Play an attack; return what was really done."""
    way = attack.way if attack.way in ("object", "parts", "failure") else "text"
    inside = attack.way in ("text", "object", "parts", "failure", "undeclared", "saved")
    world = World(attack.domain, attack.injection.through, attack.words() if inside else "", way)
    tools = world.tools(declared=attack.way != "undeclared")
    with FakeProvider("anthropic") as fake:
        if attack.way == "saved":
            return _saved(attack, world, tools, policy, face, fake, options)
        fake.always(Obedient(attack.task, attack.injection.calls, TOKEN))
        play(face, client_of(fake), MODEL, _asked(attack), tools=tools, policy=policy, **options)
    return world


def worked(domain: Domain, task: Task, policy: ToolPolicy | None, face: str = "sync", **options: Any) -> World:
    """Play a task that nobody attacks."""
    world = World(domain)
    with FakeProvider("anthropic") as fake:
        fake.always(Obedient(task, (), TOKEN))
        play(face, client_of(fake), MODEL, task.asks, tools=world.tools(), policy=policy, **options)
    return world


def calls_of(task: Task) -> Calls:
    """Return all calls of a task."""
    return tuple([call for turn in task.turns for call in turn])


def _saved(attack: Attack, world: World, tools: Any, policy: Any, face: str, fake: FakeProvider, options: dict[str, Any]) -> World:
    """The words come in a first run; its messages are kept as JSON, and a later run goes on with them."""
    reading = Task(attack.task.asks, attack.task.turns[:1])
    fake.always(Obedient(reading, (), TOKEN))
    first = play(face, client_of(fake), MODEL, attack.task.asks, tools=tools, policy=policy, **options)
    kept = [Message.from_dict(message.to_dict()) for message in first.messages]
    fake.always(Obedient(Task("", attack.task.turns[1:]), attack.injection.calls, TOKEN))
    play(face, client_of(fake), MODEL, [*kept, Message.user("Go on.")], tools=tools, policy=policy, **options)
    return world


def _asked(attack: Attack) -> Any:
    words, asks, through = attack.words(), attack.task.asks, attack.injection.through
    match attack.way:
        case "document":
            return [Message.user(asks, Document(url=f"https://pages.example/{TOKEN}.pdf", media_type="application/pdf"))]
        case "marked words":
            return [Message.user(asks, Text(text=words, trust="untrusted"))]
        case "marked part":
            call = ToolCall(id="before", name="clock", arguments={}, json="{}")
            result = ToolResult(id="before", name="clock", content=(Text(text=words, trust="untrusted"),), trust="trusted")
            return [Message.user(asks), Message.assistant(call), Message.tool(result), Message.user("Go on.")]
        case "history":
            function = {"name": through, "arguments": "{}"}
            call_made = {"role": "assistant", "tool_calls": [{"id": "before", "type": "function", "function": function}]}
            answered = {"role": "tool", "tool_call_id": "before", "content": words}
            return [{"role": "user", "content": asks}, call_made, answered, {"role": "user", "content": "Go on."}]
        case "cited":
            citation = Citation(url="https://pages.example/", title="A page")
            searched = ServerToolCall(id="before", name="web_search", arguments={"query": "x"})
            return [Message.user(asks), Message.assistant(searched, Text(text=words, citations=(citation,))), Message.user("Go on.")]
        case _:
            return asks

"""Who wrote what in a conversation, as far as anybody can tell."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from llmkit import FunctionTool, Message, ServerTool, Text, Tool, ToolResult, tool
from llmkit.run.exposure import exposure_of
from llmkit.run.toolset import Toolset
from llmkit.runtime.blocking import Blocking
from llmkit.runtime.step import run
from llmkit.tools import ToolPolicy, server
from llmkit.tools.effects import Effect
from llmkit.tools.policy import Exposed
from llmkit.types.parts import (
    Audio,
    Citation,
    Compaction,
    Document,
    Image,
    InvalidToolCall,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    ToolCall,
    Unknown,
    Video,
)

TOOLS: list[Any] = [
    tool(name="mail", effects="reads", untrusted=True)(lambda: ""),
    tool(name="own", effects="reads")(lambda: ""),
    tool(name="free", untrusted=False)(lambda: ""),
    tool(name="silent")(lambda: ""),
    Tool(name="elsewhere"),
]


def toolset(tools: list[Any]) -> Toolset:
    found = Toolset(tools)
    run(found.open(Blocking()))
    return found


def result(name: str | None, **more: Any) -> ToolResult:
    return ToolResult(id="c", name=name, content=more.pop("content", (Text(text="x"),)), **more)


MARKED = Text(text="x", trust="untrusted")
PARTS: list[tuple[str, Part, bool]] = [
    ("user", Text(text="x"), False),
    ("system", Text(text="x"), False),
    ("assistant", Text(text="x"), False),
    ("tool", Text(text="x"), True),
    ("user", MARKED, True),
    ("system", MARKED, True),
    ("assistant", MARKED, True),
    ("user", Image(data=b"x"), False),
    ("user", Image(url="data:image/png;base64,AA=="), False),
    ("user", Image(url="https://a.example/x.png"), True),
    ("user", Image(url="https://a.example/x.png", trust="trusted"), False),
    ("user", Audio(url="https://a.example/x.mp3"), True),
    ("user", Video(url="https://a.example/x.mp4"), True),
    ("user", Document(url="https://a.example/x.pdf"), True),
    ("user", Document(text="x"), False),
    ("user", Document(file_id="f"), False),
    ("tool", result("mail"), True),
    ("user", result("mail"), True),
    ("tool", result("own"), False),
    ("tool", result("free"), False),
    ("tool", result("silent"), True),
    ("tool", result("elsewhere"), True),
    ("tool", result("nowhere"), True),
    ("tool", result(None), True),
    ("tool", result("own", trust="untrusted"), True),
    ("tool", result("mail", trust="trusted"), False),
    ("tool", result("own", content=(MARKED,)), True),
    ("tool", result("mail", trust="trusted", content=(MARKED,)), True),
    ("tool", result("own", content=(Image(url="https://a.example/x.png"),)), True),
    ("assistant", Reasoning(text="x"), False),
    ("assistant", Refusal(text="x"), False),
    ("assistant", ToolCall(id="c", name="mail"), False),
    ("assistant", InvalidToolCall(id="c", name="mail"), False),
    ("assistant", ServerToolCall(id="c", name="web_search"), True),
    ("assistant", ServerToolResult(id="c", name="web_search"), True),
    ("assistant", Citation(url="https://a.example"), True),
    ("assistant", Citation(document=0), False),
    ("assistant", Text(text="x", citations=(Citation(url="https://a.example"),)), True),
    ("assistant", Text(text="x", citations=(Citation(document=0),)), False),
    ("assistant", Compaction(text="x"), True),
    ("assistant", Unknown(kind="x"), True),
]


@pytest.mark.parametrize(("role", "part", "untrusted"), PARTS)
def test_each_kind_of_part_is_trusted_or_not(role: Any, part: Part, untrusted: bool) -> None:
    exposure = exposure_of(toolset(TOOLS), None, [Message(role=role, content=(part,))])

    assert untrusted == (exposure.untrusted is not None)


def test_every_kind_of_part_is_judged_here() -> None:
    """A kind that is new must be thought about."""
    assert set(get_args(Part)) == {type(part) for _, part, _ in PARTS}


def test_a_result_is_named_by_the_call_that_it_answers() -> None:
    """A name in a result that was made elsewhere may be wrong, or missing."""
    call = Message.assistant(ToolCall(id="c", name="mail"))

    assert exposure_of(toolset(TOOLS), None, [call, Message.tool(result("own"))]).untrusted


@pytest.mark.parametrize(
    ("offered", "untrusted"),
    [
        (server.web_search(), True),
        (server.mcp_server("https://a.example", "a"), True),
        (server.code_execution(), False),
        (server.image_generation(), False),
        (ServerTool(name="code_execution"), True),  # the API's own words may mean anything
    ],
)
def test_tools_of_the_provider_that_bring_others_words_count_when_they_are_offered(offered: ServerTool, untrusted: bool) -> None:
    assert untrusted == (exposure_of(toolset([offered]), None, []).untrusted is not None)


def test_only_what_the_program_and_its_user_wrote_was_said() -> None:
    messages = [
        Message.system("one"),
        Message.user("two", MARKED, Document(text="three"), Document(text="x", trust="untrusted")),
        Message.assistant("x", ToolCall(id="c", name="own")),
        Message.tool(result("own", trust="trusted")),
    ]

    assert ("zero", "one", "two", "three") == exposure_of(toolset(TOOLS), "zero", messages).exposed.words


@pytest.mark.parametrize("effects", [("reads",), ("sends",), ("changes",), ("reads", "sends"), (), None], ids=str)
@pytest.mark.parametrize("untrusted", [None, "a page"])
@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize("acted", [True, False])
def test_by_the_rule_of_two_no_call_completes_the_three(effects: Any, untrusted: str | None, private: bool, acted: bool) -> None:
    """Meta, Agents Rule of Two (2025-10-31; read 2026-11-23): at most two of untrusted input, private data, acting."""
    function: FunctionTool[..., Any] = FunctionTool.of(Tool(name="f"), print, effects=effects)
    does: frozenset[Effect] = frozenset({"reads", "sends", "changes"}) if function.effects is None else function.effects
    three = bool(untrusted) and (private or "reads" in does) and (acted or bool(does - {"reads"})) and bool(does)
    exposed = Exposed(untrusted=untrusted, private=private, acted=acted)
    call = ToolCall(id="c", name="f")

    assert three == (ToolPolicy(rule="two").held(call, function.effects, exposed) is not None)
    assert (bool(untrusted) and bool(does - {"reads"})) == (ToolPolicy().held(call, function.effects, exposed) is not None)


def test_what_a_model_says_after_others_words_is_marked_and_no_mark_is_overwritten() -> None:
    answer = (Text(text="a"), Text(text="b", trust="trusted"))
    clean, tainted = exposure_of(toolset(TOOLS), None, []), exposure_of(toolset(TOOLS), None, [Message.user(MARKED)])

    assert answer == clean.marked(answer)
    assert ["untrusted", "trusted"] == [part.trust for part in tainted.marked(answer)]

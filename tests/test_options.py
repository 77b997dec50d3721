"""What is wrong with a request is said before anything is sent."""

from __future__ import annotations

import pytest

from llmkit import Image, Message, ReasoningOptions, Text, Timeouts, Tool, ToolChoice
from llmkit.errors import InvalidRequest
from llmkit.options import make_request
from llmkit.types.parts import CacheMark, ToolResult


def build(messages="hi", **options):
    return make_request("m", messages, options)


@pytest.mark.parametrize(
    ("messages", "parameter"),
    [
        ([], "messages"),
        ("", "messages"),
        (Message.user(), "messages[0]"),
        (None, "messages"),
        (b"bytes", "messages"),
        (7, "messages"),
        ([Message.user("a"), 7], "messages[1]"),
        ([{"role": "user"}], "messages[0]"),
        ([{"content": "x"}], "messages[0]"),
        (Message.user(Image()), "messages[0].content[0]"),
        (Message.user(Image(data=b"x", url="https://x")), "messages[0].content[0]"),
        (Message.tool(ToolResult(id="1", content=(Image(),))), "messages[0].content[0]"),
    ],
)
def test_messages_that_no_model_can_answer_are_refused(messages, parameter: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        build(messages)

    assert parameter == caught.value.parameter


@pytest.mark.parametrize(
    ("options", "parameter"),
    [
        ({"temperature": float("nan")}, "temperature"),
        ({"temperature": float("inf")}, "temperature"),
        ({"temperature": 2.1}, "temperature"),
        ({"temperature": "hot"}, "temperature"),
        ({"temperature": True}, "temperature"),
        ({"top_p": -0.1}, "top_p"),
        ({"max_tokens": -1}, "max_tokens"),
        ({"max_tokens": 1.5}, "max_tokens"),
        ({"n": 0}, "n"),
        ({"seed": 2**70}, "seed"),
        ({"stop": [""]}, "stop"),
        ({"stop": [1]}, "stop"),
        ({"reasoning": "enormous"}, "reasoning"),
        ({"reasoning": -1}, "reasoning"),
        ({"reasoning": True}, "reasoning"),
        ({"output": 7}, "output"),
        ({"output": {"minimum": float("nan")}}, "output.minimum"),
        ({"tools": [{}]}, "tools[0]"),
        ({"tools": [Tool(name="")]}, "tools[0]"),
        ({"tools": [Tool(name="f", parameters={"x": float("inf")})]}, "tools[0].x"),
        ({"tools": Tool(name="f")}, "tools"),
        ({"tool_choice": 7}, "tool_choice"),
        ({"extra_body": {"x": [1, {"y": float("nan")}]}}, "extra_body.x[1].y"),
        ({"extra_body": {"x": object()}}, "extra_body.x"),
        ({"extra_body": {1: 2}}, "extra_body"),
        ({"extra_headers": {"a": 1}}, "extra_headers.a"),
        ({"metadata": {"a": 1}}, "metadata.a"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": float("nan")}, "timeout"),
        ({"timeout": Timeouts(idle=-1)}, "timeout.idle"),
        ({"cache": 5}, "cache"),
        ({"on_unsupported": "ignore"}, "on_unsupported"),
        ({"system": 5}, "system"),
        ({"user": 5}, "user"),
        ({"store": "yes"}, "store"),
        ({"temprature": 1}, "temprature"),
    ],
)
def test_a_bad_option_is_refused_by_name(options, parameter: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        build(**options)

    assert parameter == caught.value.parameter


def test_what_holds_itself_is_refused() -> None:
    """Looking for what JSON cannot say would never end in it."""
    endless: dict[str, object] = {}
    endless["again"] = {"inner": [endless]}

    with pytest.raises(InvalidRequest, match="deeper than 200 levels"):
        build(extra_body=endless)


def test_what_says_one_thing_over_and_over_is_refused() -> None:
    """Ten lists that each hold the one before ten times are ten billion values on the wire."""
    many: object = "ha"
    for _ in range(10):
        many = [many] * 10

    with pytest.raises(InvalidRequest, match="more than 200,000 values"):
        build(extra_body={"x": many})


def test_a_misspelled_option_gets_the_nearest_name() -> None:
    with pytest.raises(InvalidRequest, match="Did you mean temperature"):
        build(temprature=1)


def test_an_attachment_beyond_the_limit_is_refused_before_it_is_encoded(monkeypatch: pytest.MonkeyPatch) -> None:
    class Huge(bytes):
        def __len__(self) -> int:
            return 2 * 2**30

    with pytest.raises(InvalidRequest, match="Upload it"):
        build(Message.user(Image(data=Huge(b"x"), media_type="image/png")))


@pytest.mark.parametrize(
    ("options", "field", "value"),
    [
        ({"stop": "END"}, "stop", ("END",)),
        ({"reasoning": "high"}, "reasoning", ReasoningOptions(effort="high")),
        ({"reasoning": 2048}, "reasoning", ReasoningOptions(budget=2048)),
        ({"reasoning": 0}, "reasoning", ReasoningOptions(effort="none")),
        ({"tool_choice": "required"}, "tool_choice", ToolChoice(mode="required")),
        ({"tool_choice": "get_weather"}, "tool_choice", ToolChoice(mode="required", names=("get_weather",))),
        ({"tool_choice": {"type": "function", "function": {"name": "f"}}}, "tool_choice", ToolChoice(mode="required", names=("f",))),
        ({"cache": True}, "cache", CacheMark()),
        ({"cache": "1h"}, "cache", CacheMark(ttl="1h")),
        ({"temperature": None}, "temperature", None),
    ],
)
def test_a_short_form_becomes_the_full_value(options, field: str, value) -> None:
    assert value == getattr(build(**options), field)


def test_a_number_as_timeout_limits_the_whole_call() -> None:
    timeout = build(timeout=3).timeout

    assert timeout is not None
    assert (3.0, 3.0, 3.0) == (timeout.total, timeout.connect, timeout.idle)


def test_system_stands_before_the_conversation() -> None:
    assert (Message.system("Be brief."), Message.user("hi")) == build(system="Be brief.").messages


def test_dicts_in_openai_shape_become_messages() -> None:
    messages = [{"role": "system", "content": "s"}, {"role": "user", "content": [{"type": "text", "text": "u"}]}]

    built = build(messages).messages

    assert ("system", "user") == (built[0].role, built[1].role)
    assert ("s", "u") == (built[0].text, built[1].text)
    assert isinstance(built[1].content[0], Text)

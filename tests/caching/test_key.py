"""The key holds everything that shapes an answer."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.caching.key import NOT_SHAPING, key_of, owner_of
from llmkit.pipeline.cache import Cache, about, named
from llmkit.pipeline.call import Budget, Call, Resumption, Scope
from llmkit.pipeline.facts import Facts
from llmkit.runtime.virtual import Virtual
from llmkit.types.http import Timeouts
from llmkit.types.messages import Message
from llmkit.types.parts import CacheMark, Citation, Document, Image, Provenance, Text, ToolResult
from llmkit.types.request import Constraints
from llmkit.types.requests import CompletionRequest, OutputFormat, ReasoningOptions
from llmkit.types.tools import ServerTool, Tool, ToolChoice
from tests.strategies import completion_requests, json_objects

OTHER = {
    "model": "fake/other",
    "messages": (Message.user("other"),),
    "tools": (Tool(name="other"),),
    "tool_choice": ToolChoice(mode="none"),
    "parallel_tool_calls": False,
    "output": OutputFormat(kind="json_object"),
    "reasoning": ReasoningOptions(effort="high"),
    "temperature": 0.5,
    "top_p": 0.5,
    "top_k": 5,
    "min_p": 0.1,
    "max_tokens": 7,
    "stop": ("other",),
    "seed": 1,
    "frequency_penalty": 0.1,
    "presence_penalty": 0.1,
    "repetition_penalty": 1.1,
    "logit_bias": {"1": 1.0},
    "logprobs": True,
    "top_logprobs": 2,
    "n": 2,
    "user": "other",
    "metadata": {"a": "b"},
    "tenant": "other",
    "tags": ("other",),
    "service_tier": "flex",
    "verbosity": "low",
    "store": True,
    "modalities": ("audio",),
    "voice": {"name": "other"},
    "cache": CacheMark(ttl="1h"),
    "options": {"anthropic": {"a": 1}},
    "extra_body": {"a": 1},
    "extra_headers": {"a": "b"},
    "timeout": Timeouts(total=1.0),
    "on_unsupported": "drop",
    "dialect": "other",
    "route": Constraints(regions=("eu",)),
}
PLAIN = CompletionRequest(model="fake/one", messages=(Message.user("hi"),))


@pytest.mark.parametrize("name", CompletionRequest.__struct_fields__)
def test_every_field_of_a_request_is_in_the_key_or_known_not_to_shape_the_answer(name: str) -> None:
    """A new field fails here until a value of it is in the table above."""
    changed = msgspec.structs.replace(PLAIN, **{name: OTHER[name]})

    assert (name in NOT_SHAPING) == (key_of(PLAIN, ()) == key_of(changed, ()))


CALL = Call(
    request=PLAIN,
    models=("fake/one",),
    model="fake/one",
    runtime=Virtual(),
    timeouts=Timeouts(),
    deadline=None,
    budget=Budget(2),
    scope=Scope(tenant="a", user="u", key="k"),
)
CALL_FIELDS = {
    "request": {"request": PLAIN.replace(seed=1)},
    "models": {"models": ("fake/one", "fake/two")},
    "operation": {"operation": "other"},
    "resumption": {"resumption": Resumption(id="r")},
    "place": {"place": lambda: "elsewhere"},
    "scope": {"scope": Scope(tenant="b", user="u", key="k")},
}
CALL_NOT_SHAPING = {"model", "runtime", "timeouts", "deadline", "budget", "stream", "key", "rotation", "hear", "facts"}


@pytest.mark.parametrize("name", Call.__struct_fields__)
def test_every_field_of_a_call_is_in_the_key_or_known_not_to_shape_the_answer(name: str) -> None:
    """A new field fails here until somebody decides: what a call goes to shapes its answer."""
    if name in CALL_NOT_SHAPING:
        return
    changed = msgspec.structs.replace(CALL, **CALL_FIELDS[name])

    cache = Cache()

    assert cache._asked_in(CALL) != cache._asked_in(changed)


LOOK_ALIKES = [
    (PLAIN.replace(tools=(Tool(name="web_search"),)), PLAIN.replace(tools=(ServerTool(name="web_search"),))),
    (PLAIN.replace(messages=(Message.user("a", "b"),)), PLAIN.replace(messages=(Message.user("a"), Message.user("b")))),
    (PLAIN.replace(messages=(Message.user("ab"),)), PLAIN.replace(messages=(Message.user("a", "b"),))),
    (PLAIN.replace(messages=(Message.system("hi"),)), PLAIN),
    (PLAIN.replace(messages=(Message.user(Image(data=b"1")),)), PLAIN.replace(messages=(Message.user(Image(data=b"2")),))),
    (PLAIN.replace(messages=(Message.user(Image(data=b"1")),)), PLAIN.replace(messages=(Message.user(Document(data=b"1")),))),
    (PLAIN.replace(extra_body={"a": 1}), PLAIN.replace(extra_body={"a": "1"})),
    (PLAIN.replace(extra_body={"a": True}), PLAIN.replace(extra_body={"a": 1})),
    (PLAIN.replace(extra_body={"a": {"b": 1}}), PLAIN.replace(extra_body={"a": {}, "b": 1})),
    (PLAIN.replace(stop=("a", "b")), PLAIN.replace(stop=("b", "a"))),
    (
        PLAIN.replace(messages=(Message.user(ToolResult(id="1", content=(Image(data=b"1"),))),)),
        PLAIN.replace(messages=(Message.user(ToolResult(id="1", content=(Image(data=b"2"),))),)),
    ),
    (
        PLAIN.replace(messages=(Message.assistant(Text(text="a", origin=Provenance(provider="p", dialect="d"))),)),
        PLAIN.replace(messages=(Message.assistant("a"),)),
    ),
]


@pytest.mark.parametrize(("one", "other"), LOOK_ALIKES)
def test_requests_that_look_alike_have_different_keys(one: CompletionRequest, other: CompletionRequest) -> None:
    assert key_of(one, ()) != key_of(other, ())


@settings(max_examples=12, deadline=None)
@given(completion_requests(extra_body=json_objects), completion_requests(extra_body=json_objects))
def test_different_requests_have_different_keys(one: CompletionRequest, other: CompletionRequest) -> None:
    same = msgspec.json.encode(one.replace(model=""), order="sorted") == msgspec.json.encode(other.replace(model=""), order="sorted")

    assert same == (key_of(one, ()) == key_of(other, ()))


@settings(max_examples=20, deadline=None)
@given(completion_requests(extra_body=json_objects))
def test_the_order_of_dictionaries_does_not_count(request: CompletionRequest) -> None:
    turned = request.replace(extra_body=_turned(request.extra_body))

    assert key_of(request, ("a",)) == key_of(turned, ("a",))


def _turned(value: object) -> object:
    if isinstance(value, dict):
        return {name: _turned(value[name]) for name in reversed(value)}
    return [_turned(inner) for inner in value] if isinstance(value, list) else value


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=3), min_size=4, max_size=4), st.lists(st.text(max_size=3), min_size=4, max_size=4))
def test_no_tenant_can_pose_as_another(one: list[str], other: list[str]) -> None:
    """Names come from outside: no choice of tenant, user and model may come to another's key."""
    keys = []
    for tenant, key, user, model in (one, other):
        scope = Scope(tenant=tenant, key=key, user=user)
        keys.append(key_of(PLAIN, about(msgspec.structs.replace(CALL, scope=scope, models=(model,)), "user")))

    assert (one == other) == (keys[0] == keys[1])


@pytest.mark.parametrize(("shared_by", "tenants", "users"), [("user", False, False), ("tenant", False, True), ("everyone", True, True)])
def test_an_answer_is_shared_no_further_than_said(shared_by: str, tenants: bool, users: bool) -> None:
    owner = owner_of(shared_by, "a", "", "u")

    assert tenants == (owner == owner_of(shared_by, "b", "", "u"))
    assert users == (owner == owner_of(shared_by, "a", "", "v"))


def test_zero_is_zero() -> None:
    assert key_of(PLAIN.replace(temperature=0), ()) == key_of(PLAIN.replace(temperature=0.0), ())


FORGED = msgspec.Raw(b'null,"signature":"s"')


@pytest.mark.parametrize(
    "part",
    [
        Text(text="\ud800"),
        Text(text="a", native=FORGED),
        Text(text="a", citations=(Citation(native=FORGED),)),
        ToolResult(id="1", content=(Text(text="a", native=FORGED),)),
    ],
)
def test_what_cannot_be_written_has_no_key(part: Text) -> None:
    """A wire block that is not JSON could pose as the fields beside it."""
    assert key_of(PLAIN.replace(messages=(Message.user(part),)), ()) is None


def test_the_request_is_read_once_for_all_layers() -> None:
    """Cache and single flight name the same call; what a layer changed is named anew."""
    call = msgspec.structs.replace(CALL, facts=Facts())
    first = named(call, about(call, "user"))
    assert call.facts.key is not None
    call.facts.key = (call.facts.key[0], b"a mark")

    assert first != named(call, about(call, "user"))
    assert key_of(PLAIN.replace(seed=1), ("a",)) == named(msgspec.structs.replace(call, request=PLAIN.replace(seed=1)), ("a",))

"""Whatever request our types can hold, the vendor's own types take the body that we send."""

from __future__ import annotations

import json
import os
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from llmkit.dialects import dialect
from llmkit.errors import UnsupportedFeature
from llmkit.types.parts import Provenance
from llmkit.types.requests import CompletionRequest, ReasoningOptions
from tests.oracles.judges import PACKAGES, judge, judged
from tests.strategies import completion_requests, texts, words

PHASES = (Phase.explicit, Phase.generate)
"""Shrinking takes minutes with types of this size."""
EXAMPLES = int(os.environ.get("LLMKIT_ORACLE_EXAMPLES", "6"))
PROFILES: dict[str, dict[str, Any]] = {"openai_chat": {"max_tokens_field": "max_completion_tokens"}}
REQUESTS = completion_requests(
    temperature=st.none() | st.floats(0, 1),
    top_p=st.none() | st.floats(0, 1),
    stop=st.lists(words, max_size=3).map(tuple),
    seed=st.none() | st.integers(0, 2**31),
    user=st.none() | st.just("someone"),
    reasoning=st.none() | st.sampled_from([ReasoningOptions(effort="high"), ReasoningOptions(budget=2048), ReasoningOptions(visible=True)]),
    parallel_tool_calls=st.none() | st.booleans(),
    frequency_penalty=st.none() | st.floats(0, 1),
)
PLAIN = completion_requests(parts=texts, temperature=st.none() | st.floats(0, 1), stop=st.lists(words, max_size=2).map(tuple))
WORDS_ONLY = ("completions", "cohere", "ollama")
"""Formats that take no files, or pictures only as bytes: their refusal is not what is tested here."""


SAMPLING = ("temperature", "top_p", "top_k")


def allowed(name: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return `body` without what its API takes and the package's types do not say."""
    if name == "anthropic":  # The types are of API version 2026-10-21, which knows no sampling; we send 2023-06-01, which does.
        return {field: value for field, value in body.items() if field not in SAMPLING}
    if name == "openai_responses":  # The types demand a picture's `detail` and a function's `strict`, for which the API has defaults.
        tools = [{"strict": None, **tool} if tool.get("type") == "function" else tool for tool in body.get("tools", ())]
        return {**body, "input": _detailed(body["input"]), **({"tools": tools} if tools else {})}
    return body


def _detailed(value: Any) -> Any:
    if isinstance(value, list):
        return [_detailed(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {field: _detailed(item) for field, item in value.items()}
    return {"detail": "auto", **found} if found.get("type") == "input_image" else found


def sent(name: str, request: CompletionRequest) -> dict[str, Any] | None:
    """Return the body of `request` in the dialect `name`, None where it says that it cannot be said."""
    wire = dialect(name)
    profile = wire.PROFILE.merged(PROFILES.get(name, {}))
    try:
        encoded = wire.encode(request, model="m", target=Provenance(provider="p", dialect=name), profile=profile, stream=False)
    except UnsupportedFeature:
        return None
    body: dict[str, Any] = json.loads(msgspec.json.encode(encoded.body))
    return body


@pytest.mark.parametrize("name", judged())
def test_the_vendors_types_take_every_body(name: str) -> None:
    """Field names, kinds and places; what a format cannot say is left out with a warning, or refused before it is sent."""
    pytest.importorskip(PACKAGES[name], reason=f"the package {PACKAGES[name]} is not installed")
    check = judge(name)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
    @given(PLAIN if name in WORDS_ONLY else REQUESTS)
    def every_body(request: CompletionRequest) -> None:
        body = sent(name, request)

        assert [] == ([] if body is None else check(allowed(name, body)))

    every_body()


@pytest.mark.parametrize("name", judged())
def test_the_judge_objects_to_a_body_that_is_wrong(name: str) -> None:
    """A judge that takes everything would prove nothing."""
    pytest.importorskip(PACKAGES[name], reason=f"the package {PACKAGES[name]} is not installed")
    body = sent(name, CompletionRequest(model="m", messages=(), max_tokens=5).replace(messages=_hello()))
    assert body is not None
    assert [] == judge(name)(body)

    assert judge(name)({**body, "no_such_field": 1})
    for field in ("messages", "contents", "input"):
        if field in body:
            assert judge(name)({**body, field: 7})


def _hello() -> tuple[Any, ...]:
    from llmkit.types.messages import Message

    return (Message.user("Hi"),)

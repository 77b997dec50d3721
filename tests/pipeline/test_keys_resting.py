"""Whatever happens to the keys: none is used while it rests and another is ready."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit import CompletionRequest, CompletionResponse, Message, Timeouts
from llmkit.errors import AuthenticationError, LLMKitError, PermissionDenied, RateLimited, ServerError
from llmkit.pipeline.call import Budget, Call, compose
from llmkit.pipeline.key_rotation import LIMITED, REFUSED, KeyRotation
from llmkit.pipeline.retry import Retry
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual

KEYS = 3
OUTCOMES = st.lists(st.sampled_from(["fine", "fine", "refused", "forbidden", "limited", "down"]), max_size=6)
STEPS = st.lists(st.tuples(st.sampled_from(["m", "n"]), OUTCOMES, st.sampled_from([0.0, 1.0, 6.0, 301.0])), max_size=15)


class Watched:
    """Plays the outcomes, keeps its own books of who rests, and checks each try against them."""

    def __init__(self, runtime: Virtual) -> None:
        self.runtime = runtime
        self.rests: dict[tuple[int, str], float] = {}
        self.outcomes: list[str] = []

    def ready(self, key: int, model: str) -> bool:
        return all(self.rests.get(entry, 0.0) <= self.runtime.now() for entry in ((key, ""), (key, model)))

    async def __call__(self, call: Call) -> CompletionResponse:
        model = call.model.partition("/")[2]
        others = [key for key in range(KEYS) if key != call.key and self.ready(key, model)]
        assert self.ready(call.key, model) or not others
        outcome = self.outcomes.pop(0) if self.outcomes else "fine"
        now = self.runtime.now()
        failure: LLMKitError
        match outcome:
            case "refused":
                self.rests[call.key, ""] = now + REFUSED
                failure = AuthenticationError("x", status=401)
            case "forbidden":
                self.rests[call.key, model] = now + REFUSED
                failure = PermissionDenied("x", status=403)
            case "limited":
                self.rests[call.key, model] = now + LIMITED
                failure = RateLimited("x", status=429)
            case "down":
                failure = ServerError("x", status=500, retry_after=0.5)
            case _:
                return CompletionResponse(model=model)
        raise failure


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_a_key_that_rests_is_used_only_where_no_other_is_ready(steps: list[tuple[str, list[str], float]]) -> None:
    runtime = Virtual()
    rotation = KeyRotation({"a": KEYS}, lambda provider, place: str(place))
    server = Watched(runtime)
    handler = compose((Retry(),), server)
    for model, outcomes, pause in steps:
        server.outcomes = list(outcomes)
        runtime.advance(pause)
        call = Call(
            request=CompletionRequest(model=f"a/{model}", messages=(Message.user("hi"),)),
            models=(f"a/{model}",),
            model=f"a/{model}",
            runtime=runtime,
            timeouts=Timeouts(total=None),
            deadline=None,
            budget=Budget(4),
            rotation=rotation,
        )
        try:
            run(handler(call))
        except LLMKitError:
            assert outcomes


@pytest.mark.parametrize("models", [10_000])
def test_models_from_outside_do_not_fill_the_memory(models: int) -> None:
    runtime = Virtual()
    rotation = KeyRotation({"a": 2}, lambda provider, place: "")
    request = CompletionRequest(model="a/m", messages=(Message.user("hi"),))
    budget = Budget(0)
    for number in range(models):
        call = Call(
            request=request,
            models=("a/m",),
            model=f"a/{number}",
            runtime=runtime,
            timeouts=Timeouts(),
            deadline=None,
            budget=budget,
            rotation=rotation,
        )
        rotation.rest(call, PermissionDenied("x", status=403))

    assert len(rotation._rests) <= 4096

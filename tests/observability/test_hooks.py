"""Users' functions see every call; none can break one, unless that was asked for."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit import CompletionRequest, CompletionResponse, LLMKit, Message, Timeouts
from llmkit.errors import ConfigurationError, HookFailed, RateLimited
from llmkit.pipeline.call import Budget, Call, compose
from llmkit.pipeline.hooks import Hooks
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from llmkit.testing import Answer, FakeProvider, Fault
from tests.faces import DIALECTS, FACES, ask, client_of

MODEL, OTHER = DIALECTS["openai_chat"][1], "openai/gpt-4.1"
ANSWER = Answer(text="one two three")


class Seen:
    """Hooks that write down what they see; `waiting`: as async functions."""

    def __init__(self, *, waiting: bool = False, **more: Any) -> None:
        self.told: list[str] = []
        self.words = ""

        async def async_request(call: Call) -> None:
            self.told.append(f"request {call.model}")

        async def async_response(response: CompletionResponse, call: Call) -> None:
            self.told.append(f"response {response.text} {response.finish}")

        async def async_error(error: Exception, call: Call) -> None:
            self.told.append(f"error {type(error).__name__}")

        def event(event: Any, call: Call) -> None:
            self.words += event.text

        plain = {
            "on_request": lambda call: self.told.append(f"request {call.model}"),
            "on_response": lambda response, call: self.told.append(f"response {response.text} {response.finish}"),
            "on_error": lambda error, call: self.told.append(f"error {type(error).__name__}"),
        }
        hooks = {"on_request": async_request, "on_response": async_response, "on_error": async_error} if waiting else plain
        self.layer = Hooks(**hooks, on_event=event, **more)


@pytest.mark.parametrize("waiting", [False, True], ids=["plain", "async"])
@pytest.mark.parametrize("face", FACES)
def test_hooks_see_request_events_and_answer(face: str, waiting: bool) -> None:
    """Also async hooks of the sync client, and events that came before anybody could look."""
    seen = Seen(waiting=waiting)
    with FakeProvider("openai_chat").add(ANSWER) as fake:
        ask(face, client_of(fake, layers=[seen.layer]), MODEL, "hi")

    assert [f"request {MODEL}", "response one two three stop"] == seen.told
    assert ("one two three" if "stream" in face else "") == seen.words


@pytest.mark.parametrize("face", FACES)
def test_hooks_see_the_failure_after_all_tries_once(face: str) -> None:
    seen = Seen()
    with FakeProvider("openai_chat").add(*[Fault.rate_limited()] * 2) as fake, pytest.raises(RateLimited):
        ask(face, client_of(fake, layers=[seen.layer], retries=0), [MODEL, OTHER], "hi")

    assert [f"request {MODEL}", "error RateLimited"] == seen.told


def test_a_cut_stream_is_a_failure_and_one_left_early_an_interrupted_answer() -> None:
    seen = Seen()
    script = (Fault.cut(after=3), Fault.stall(after=3))
    with FakeProvider("openai_chat").add(*script) as fake, LLMKit(**client_of(fake, layers=[seen.layer])) as kit:
        with pytest.raises(Exception, match="interrupted"), kit.stream(MODEL, "hi") as stream:
            list(stream)
        with kit.stream(MODEL, "hi") as stream:
            next(iter(stream))

    assert "error StreamInterrupted" == seen.told[1]
    assert seen.told[3].endswith("interrupted")


def fail(*arguments: Any) -> None:
    raise ValueError("secret")


@pytest.mark.parametrize("hook", ["on_request", "on_event", "on_response"])
@pytest.mark.parametrize("face", FACES[::2])
def test_a_failing_hook_is_logged_and_breaks_nothing(face: str, hook: str, caplog: pytest.LogCaptureFixture) -> None:
    with FakeProvider("openai_chat").add(ANSWER) as fake:
        reply = ask(face, client_of(fake, layers=[Hooks(**{hook: fail})]), MODEL, "hi")

    assert "one two three" == reply.text
    assert (hook != "on_event" or "stream" in face) == (f"The hook {hook} failed: ValueError" in caplog.text)
    assert "secret" not in caplog.text


@pytest.mark.parametrize("hook", ["on_request", "on_event", "on_response"])
def test_a_failing_hook_that_is_strict_fails_the_call(hook: str) -> None:
    with FakeProvider("openai_chat").always(ANSWER) as fake, pytest.raises(HookFailed) as caught:
        ask("sync stream", client_of(fake, layers=[Hooks(**{hook: fail}, strict=True)]), MODEL, "hi")

    assert (hook, False, ValueError) == (caught.value.hook, caught.value.retryable, type(caught.value.__cause__))


@pytest.mark.parametrize("strict", [False, True])
def test_a_hook_has_a_time_limit(strict: bool) -> None:
    runtime = Virtual()

    async def slow(call: Call) -> None:
        await runtime.sleep(60)

    async def answer(call: Call) -> CompletionResponse:
        return CompletionResponse(model="m")

    request = CompletionRequest(model="a/m", messages=(Message.user("hi"),))
    call = Call(request=request, models=("a/m",), model="a/m", runtime=runtime, timeouts=Timeouts(), deadline=None, budget=Budget(0))
    handler = compose((Hooks(on_request=slow, timeout=2.0, strict=strict),), answer)
    if strict:
        with pytest.raises(HookFailed, match="Overdue"):
            run(handler(call))
    else:
        assert "m" == run(handler(call)).model
    assert 1002.0 == runtime.now()


async def waiting(*arguments: Any) -> None: ...


@pytest.mark.parametrize(
    ("wrong", "parameter"), [({"on_event": waiting}, "on_event"), ({"on_error": "x"}, "on_error"), ({"timeout": 0}, "timeout")]
)
def test_wrong_hooks_are_refused_at_once(wrong: dict[str, Any], parameter: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Hooks(**wrong)

    assert parameter == caught.value.parameter

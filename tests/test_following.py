"""Answers that are jobs: asked for again at growing intervals, within the deadline, and only where the route allows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llmkit import CompletionRequest, CompletionResponse, Message, Timeouts
from llmkit.core import Core
from llmkit.errors import ContentFiltered, LLMKitError, SecurityError, ServerError, Timeout
from llmkit.exchange import Exchange
from llmkit.following import Held
from llmkit.pipeline.call import Budget, Call
from llmkit.providers.provider import Provider, Route
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from llmkit.types.http import Headers, HttpRequest, HttpResponse

ELSEWHERE = "https://stream.jobs.example"
JOBS = Provider(
    name="jobs",
    title="Jobs",
    base_url="https://jobs.example/v1",
    dialect="predictions",
    routes=(Route(dialect="gemini_interactions"),),
)
QUEUE = Provider(name="queue", title="Queue", base_url="https://queue.example/v2", dialect="predictions", path="/{model}/run")
STREAMING = Provider(
    name="streaming",
    title="Streaming",
    base_url="https://jobs.example/v1",
    dialect="openai_chat",
    routes=(Route(dialect="predictions", models=("*",), follows=(ELSEWHERE,)),),
)
WAITS = [0.5, 0.75, 1.125, 1.6875]


class Scripted:
    """A transport that answers from a list of bodies, failures and whole responses, and keeps what it was sent."""

    def __init__(self, *script: Any, runtime: Virtual | None = None, seconds: float = 0.0) -> None:
        self.script = list(script)
        self.sent: list[HttpRequest] = []
        self.runtime, self.seconds = runtime, seconds

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        self.sent.append(request)
        if self.runtime is not None:
            self.runtime.advance(self.seconds)
            if request.deadline is not None and self.runtime.now() >= request.deadline:
                raise Timeout("total")
        item = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(item, LLMKitError):
            raise item
        if isinstance(item, HttpResponse):
            return item
        return _response(json.dumps(item).encode())

    async def aclose(self) -> None:
        """Close nothing."""

    @property
    def asked(self) -> list[str]:
        return [f"{request.method} {request.origin}{request.path}" for request in self.sent]


def _response(body: bytes, kind: str = "application/json", status: int = 200) -> HttpResponse:
    return HttpResponse(status=status, headers=Headers([("Content-Type", kind)]), body=Held(body))


def _exchange(transport: Scripted) -> Exchange:
    keys = dict.fromkeys(("jobs", "queue", "streaming"), "secret-key")
    core = Core(Virtual(), lambda settings: transport, {"providers": [JOBS, QUEUE, STREAMING], "keys": keys, "transport": transport})
    return Exchange(core.endpoints, core.knowledge.pricing)


def _call(runtime: Virtual, model: str, **fields: Any) -> Call:
    request = CompletionRequest(model=model, messages=(Message.user("Hi"),), **fields)
    timeouts = Timeouts(total=60.0)
    deadline = runtime.now() + 60.0
    return Call(request=request, models=(model,), model=model, runtime=runtime, timeouts=timeouts, deadline=deadline, budget=Budget(0))


def complete(transport: Scripted, runtime: Virtual, model: str = "jobs/o/n", **fields: Any) -> CompletionResponse:
    return run(_exchange(transport).complete(_call(runtime, model, **fields)))


def stream(transport: Scripted, model: str = "streaming/o/n") -> CompletionResponse:
    async def play() -> CompletionResponse:
        core = await _exchange(transport).stream(_call(Virtual(), model))
        while await core.fill():
            pass
        return core.response()

    return run(play())


def job(status: str, **fields: Any) -> dict[str, Any]:
    return {"id": "a/b", "status": status, "urls": {"get": "https://jobs.example/v1/predictions/1"}, **fields}


DONE = job("succeeded", output=["Hel", "lo"], metrics={"input_token_count": 3, "output_token_count": 2})


def test_a_job_is_asked_for_at_growing_intervals_until_it_is_over() -> None:
    """Every question has the key, for it goes to the origin that the key belongs to."""
    runtime, transport = Virtual(), Scripted(job("starting"), job("processing"), job("processing"), DONE)

    response = complete(transport, runtime)

    assert ("Hello", "succeeded", 5) == (response.text, response.finish.raw, response.usage.total if response.usage else 0)
    assert ["POST https://jobs.example/v1/models/o/n/predictions", *["GET https://jobs.example/v1/predictions/1"] * 3] == transport.asked
    assert WAITS[:3] == runtime.slept
    assert all(request.credential is not None for request in transport.sent)
    assert ("Prefer", "wait") in transport.sent[0].headers


def test_intervals_grow_to_five_seconds_and_end_at_the_deadline() -> None:
    runtime = Virtual()
    transport = Scripted(job("processing"), runtime=runtime)

    with pytest.raises(Timeout):
        complete(transport, runtime)

    assert 5.0 == max(runtime.slept)
    assert 1060.0 == runtime.now()
    assert len(transport.sent) < 20


def test_a_question_that_fails_is_asked_again_and_the_job_is_not_started_twice() -> None:
    runtime = Virtual()
    transport = Scripted(job("starting"), ServerError("x", status=500), _response(b"{}", status=503), DONE)

    assert "Hello" == complete(transport, runtime).text
    assert 1 == sum(request.method == "POST" for request in transport.sent)


def test_questions_that_keep_failing_fail_the_call() -> None:
    transport = Scripted(job("starting"), ServerError("x", status=500))

    with pytest.raises(ServerError):
        complete(transport, Virtual())
    assert 5 == len(transport.sent)


def test_a_queue_that_names_no_address_is_asked_beside_the_one_it_was_given() -> None:
    """The id comes from outside: it cannot lead to another path."""
    transport = Scripted({"id": "../x?y", "status": "IN_QUEUE"}, {"id": "z", "status": "COMPLETED", "output": "Hi"})

    assert "Hi" == complete(transport, Virtual(), "queue/e1").text
    assert ["POST https://queue.example/v2/e1/run", "GET https://queue.example/v2/e1/status/..%2Fx%3Fy"] == transport.asked


def test_an_interaction_in_the_background_is_asked_for_until_it_is_over() -> None:
    begun = {"id": "v1_x", "status": "in_progress"}
    over = {"id": "v1_x", "status": "completed", "steps": [{"type": "model_output", "content": [{"type": "text", "text": "Hi"}]}]}
    transport, runtime = Scripted(begun, begun, over), Virtual()
    options = {"gemini_interactions": {"agent": "researcher", "background": True}}

    response = complete(transport, runtime, "jobs/m", dialect="gemini_interactions", options=options)

    assert "Hi" == response.text
    assert ["POST https://jobs.example/v1/interactions", *["GET https://jobs.example/v1/interactions/v1_x"] * 2] == transport.asked
    assert WAITS[:2] == runtime.slept
    assert {"agent": "researcher", "background": True} == {
        key: value for key, value in json.loads(transport.sent[0].body).items() if key != "input"
    }


def test_a_job_that_failed_is_an_error_of_its_kind() -> None:
    with pytest.raises(ContentFiltered, match="sensitive"):
        complete(Scripted(job("starting"), job("failed", error="The input was flagged as sensitive. (E005)")), Virtual())


SSE = b"event: output\ndata: Hello\n\nevent: done\ndata: {}\n\n"


def test_a_stream_is_read_where_the_job_says_and_without_the_key() -> None:
    started = job("starting", urls={"get": "https://jobs.example/v1/predictions/1", "stream": f"{ELSEWHERE}/s/1"})
    transport = Scripted(started, _response(SSE, "text/event-stream"))

    assert "Hello" == stream(transport).text
    assert [f"GET {ELSEWHERE}/s/1"] == transport.asked[1:]
    asked = transport.sent[1]
    assert asked.credential is None
    assert {"Accept": "text/event-stream"} == {name: value for name, value in asked.headers if name != "User-Agent"}


def test_a_job_that_is_over_before_its_stream_was_asked_for_is_told_at_once() -> None:
    assert "Hello" == stream(Scripted(DONE)).text


@pytest.mark.parametrize("url", ["https://evil.example/s", "http://stream.jobs.example/s", "https://stream.jobs.example.evil.example/s"])
def test_an_address_that_the_route_does_not_allow_is_never_asked(url: str) -> None:
    """The answer comes from outside: it must not choose where we connect to."""
    transport = Scripted(job("starting", urls={"get": url, "stream": url}))

    with pytest.raises(SecurityError):
        stream(transport)
    with pytest.raises(SecurityError):
        complete(transport, Virtual())
    assert 2 == len(transport.sent)

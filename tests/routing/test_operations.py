"""Routes are for every operation: what is no conversation has no messages, no tools and no longest answer."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from llmkit.auth.secret import Secret
from llmkit.errors import NoDeployment, ServerError
from llmkit.health import Health
from llmkit.pipeline.call import compose
from llmkit.pipeline.retry import Retry
from llmkit.routing import Balance, Constraints, Deployment, Fallback, Learn, Route, Router, Split, When
from llmkit.routing.features import Features
from llmkit.runtime.step import run
from llmkit.testing import FakeHost
from llmkit.types.embedding import EmbeddingRequest, EmbeddingResponse
from tests.operations.faces import use
from tests.routing.server import World

TREES: dict[str, Any] = {
    "fallback": Fallback(["a/small", "b/large"]),
    "learn": Learn(["a/small", "b/large"]),
    "split": Split(["a/small", "b/large"]),
    "rules": Route(
        rules=[
            When(to="c/yuan", tools=True),
            When(to="c/yuan", images=True),
            When(to="c/yuan", schema=True),
            When(to="c/yuan", metadata={"x": "y"}),
            When(to="c/yuan", test=lambda request: bool(request.messages)),
            When(to="a/small", over_tokens=5),
        ],
        default="b/large",
    ),
    **{by: Balance(["a/small", "b/large"], by=by) for by in ("weights", "least_busy", "latency", "cost", "quality", "affinity")},  # type: ignore[arg-type] # they are its ways
}


def embed(world: World, *texts: str, **fields: Any) -> EmbeddingResponse:
    async def server(call: Any) -> EmbeddingResponse:
        world.asked.append(call.model)
        if call.model in world.answers:
            raise ServerError("x", status=500)
        return EmbeddingResponse(model=call.model)

    request = EmbeddingRequest(model="route/x", inputs=texts, **fields)
    call = msgspec.structs.replace(world.call(), request=request, operation="embed")
    answer = run(compose((world.router, Retry()), server)(call))
    assert isinstance(answer, EmbeddingResponse)
    return answer


@pytest.mark.parametrize("name", TREES)
def test_every_node_routes_what_is_no_conversation(name: str) -> None:
    world = World({"x": TREES[name]})

    assert {embed(world, "one", "two").model for _ in range(6)} <= {"a/small", "b/large"}
    assert world.router.explain(EmbeddingRequest(model="route/x", inputs=("one",)))


def test_rules_go_by_the_length_of_its_texts() -> None:
    world = World({"x": TREES["rules"]})

    assert ("b/large", "a/small") == (embed(world, "one").model, embed(world, "x" * 12, "y" * 12).model)


def test_its_failures_go_to_the_next_and_constraints_hold() -> None:
    world = World({"x": Fallback(["a/small", "b/large"])})
    world.answers["a/small"] = lambda: None

    assert "b/large" == embed(world, "hi").model
    with pytest.raises(NoDeployment):
        embed(world, "hi", route=Constraints(regions=("fr",)))


def test_an_embedding_costs_its_input_only() -> None:
    world = World({"x": "a/small"})
    world.play()
    (candidate,) = world.router._builder.candidates.values()
    request = EmbeddingRequest(model="route/x", inputs=("x" * 4000,))

    assert 0.001 == candidate.cost(Features(request, "route/x", now=0.0))


@pytest.mark.parametrize("face", ["sync", "async"])
def test_embeddings_go_through_routes_accounts_and_health_of_a_client(face: str) -> None:
    """The first deployment is not there, which a check finds out; the second is another account."""
    model = "openai/text-embedding-3-small"
    with FakeHost() as host:
        host.on("POST /embeddings", lambda request: {"data": [{"index": 0, "embedding": [1.0]}], "usage": {"prompt_tokens": 1}})
        host.on("GET /models", lambda request: {"data": []})
        second = Deployment(model, name="eu", key=Secret("sk-two"), base_url=host.url)
        health = Health(failures=1)
        layers = [Router({"x": Fallback([model, second])}), health]
        client = {"keys": {"openai": "sk-one"}, "base_urls": {"openai": "http://127.0.0.1:1"}, "layers": layers}
        reply = use(face, client, "embed", "route/x", "hi")

    assert [("openai@eu", None)] == [(attempt.provider, attempt.error) for attempt in reply.attempts]
    assert "Bearer sk-two" == host.requests[-1].headers["authorization"]
    assert reply.cost is not None
    assert ["embed"] == [operation for (_, operation), _ in health.seen.all()]

"""Regions and retention: only what is known to hold satisfies a constraint, from whatever says it."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit.auth.secret import Secret
from llmkit.connections import blocking_transport
from llmkit.core import Core
from llmkit.errors import NoDeployment
from llmkit.routing import Constraints, Deployment, Fallback, Router
from llmkit.routing.places import holds
from llmkit.runtime.virtual import Virtual
from llmkit.testing import Answer, FakeProvider
from tests.faces import FACES, ask

MODEL = "openai/gpt-4.1-mini"


@pytest.mark.parametrize(
    ("allowed", "inside", "outside"),
    [
        ("eu", ["eu", "de", "de-1", "eu-west-1", "europe-west4", "eu-frankfurt-1", "fr"], ["us", "gb", "ch", "global", "europe"]),
        # Not all that is called `eu` lies in the Union: London and Zurich do not.
        ("eu", ["eu-central-1", "eu-de"], ["eu-west-2", "eu-central-2", "europe-west2", "europe-west6", "eu-gb", "eu-zurich-1"]),
        ("de", ["de", "eu-central-1", "europe-west3", "eu-de"], ["eu", "eu-west-1"]),
        ("gb", ["eu-west-2", "uk-london-1"], ["eu"]),
        ("us", ["us", "us-east-1", "us-central1"], ["global", "ca", "usa"]),
        ("us-east-1", ["us-east-1"], ["us", "us-east-2"]),
    ],
)
def test_what_lies_where(allowed: str, inside: list[str], outside: list[str]) -> None:
    assert inside == [place for place in [*inside, *outside] if holds(allowed, place)]


@pytest.mark.parametrize(
    ("deployment", "settings", "region"),
    [
        ("bedrock/amazon.nova-lite-v1:0", {"bedrock": {"region": "eu-central-1"}}, "eu-central-1"),
        # Cross-region profiles answer from anywhere in their geography, wherever they are called.
        ("bedrock/us.amazon.nova-lite-v1:0", {"bedrock": {"region": "eu-central-1"}}, "us"),
        ("bedrock/global.amazon.nova-2-lite-v1:0", {"bedrock": {"region": "eu-central-1"}}, "global"),
        ("vertex/gemini-2.5-flash", {"vertex": {"project": "p", "location": "europe-west4"}}, "europe-west4"),
        (Deployment("vertex/gemini-2.5-flash", settings={"location": "europe-west4"}), {"vertex": {"project": "p"}}, "europe-west4"),
        (Deployment("vertex/gemini-2.5-flash", region="de"), {"vertex": {"project": "p"}}, "de"),
        (Deployment("azure/gpt-4.1"), {"azure": {"resource": "mine"}}, "global"),
        (Deployment("azure/gpt-4.1", region="Sweden"), {"azure": {"resource": "mine"}}, "sweden"),
        # Who serves at another address, the row of the provider does not know.
        (Deployment("mistral/mistral-small-latest", base_url="https://example.com/v1"), {}, ""),
    ],
)
def test_the_region_is_what_the_deployment_its_settings_or_its_row_say(deployment: Any, settings: Any, region: str) -> None:
    router = Router({"x": deployment})
    core = Core(Virtual(), blocking_transport, {"settings": settings, "layers": [router]})
    router.explain(core.request("route/x", "Hi", {})[0])

    assert [region] == [one.facts.region for one in router._builder.candidates.values()]


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(
    ("wanted", "fields", "answers"),
    [
        ({"regions": ["eu"]}, {"region": "de"}, True),
        ({"regions": ["eu"]}, {"region": "eu-west-2"}, False),
        ({"regions": ["eu"]}, {}, False),
        ({"max_retention": 0}, {"retention": 0}, True),
        ({"max_retention": 7}, {"retention": 30}, False),
        ({"max_retention": 30}, {}, False),
    ],
)
def test_only_what_is_known_to_hold_is_asked(face: str, wanted: Any, fields: Any, answers: bool) -> None:
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="Hello"))
        node = Deployment(MODEL, name="own", key=Secret(fake.key), base_url=fake.base_url, **fields)
        client = {"layers": [Router({"x": Fallback([node])})]}
        if answers:
            assert "Hello" == ask(face, client, "route/x", "Hi", route=wanted).text
        else:
            with pytest.raises(NoDeployment, match="openai@own"):
                ask(
                    face,
                    client,
                    "route/x",
                    "Hi",
                    route=Constraints(**{name: tuple(v) if isinstance(v, list) else v for name, v in wanted.items()}),
                )
        assert answers == bool(fake.requests)

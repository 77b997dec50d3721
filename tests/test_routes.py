"""The ways into one provider are kept apart, also where they share format and address."""

from __future__ import annotations

from llmkit import LLMKit, Provider
from llmkit.providers.provider import Route
from llmkit.providers.quirks import Put
from llmkit.testing import Answer, FakeProvider


def test_two_routes_of_one_format_and_address_keep_their_own_quirks() -> None:
    quirks = {name: (Put(field="team", value=name, source="-"),) for name in "ab"}
    routes = tuple([Route(dialect="openai_chat", models=(f"{name}-*",), quirks=own) for name, own in quirks.items()])
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="ok"))
        row = Provider(name="own", title="Own", base_url=fake.base_url, routes=routes)
        with LLMKit(providers=[row], keys={"own": fake.key}) as kit:
            for model in ("a-1", "b-1", "c-1", "a-2"):
                kit.complete(f"own/{model}", "hi")

    assert ["a", "b", None, "a"] == [request.json.get("team") for request in fake.requests]

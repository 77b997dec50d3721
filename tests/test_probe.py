"""Model servers on this machine are found when asked for, and only then."""

from __future__ import annotations

import asyncio
import json

import pytest

from llmkit import AsyncLLMKit, LLMKit
from llmkit.probe import LocalServer
from llmkit.testing import FakeProvider, Fault
from tests.rows import ROWS

NOWHERE = "http://127.0.0.1:1/v1"


def addresses(fake: FakeProvider) -> dict[str, str]:
    others = {row.name: NOWHERE for row in ROWS if row.local and row.engine == "http"}
    return {**others, "ollama": fake.base_url}


@pytest.mark.parametrize("face", ["sync", "async"])
def test_the_servers_that_answer_are_found_with_their_models(face: str) -> None:
    with FakeProvider("openai_chat", models=("llama3.2", "qwen3")) as fake:
        base_url = fake.base_url.removesuffix("/v1")  # where its own API stands
        client = {"base_urls": addresses(fake), "keys": {"ollama": fake.key}}

        async def ask():
            async with AsyncLLMKit(**client) as kit:
                return await kit.local_servers()

        if face == "async":
            found = asyncio.run(ask())
        else:
            with LLMKit(**client) as kit:
                found = kit.local_servers()

    assert (LocalServer(name="ollama", base_url=base_url, models=("llama3.2", "qwen3")),) == found


def test_no_server_is_asked_before_somebody_asks() -> None:
    with FakeProvider("openai_chat") as fake, LLMKit(base_urls=addresses(fake)) as kit:
        kit.configured("ollama")

        assert 0 == fake.connections


def test_something_else_on_the_port_is_not_taken_for_a_model_server() -> None:
    page = Fault.raw(200, json.dumps({"hello": "world"}).encode())
    with FakeProvider("openai_chat") as fake, LLMKit(base_urls={**addresses(fake), "ollama": fake.origin}) as kit:
        fake.always(page)

        assert () == kit.local_servers()

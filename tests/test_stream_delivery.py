"""Nothing between the socket and the user holds an event back."""

from __future__ import annotations

import asyncio

import pytest

from llmkit import AsyncLLMKit, LLMKit
from llmkit.testing import FakeProvider, Fault
from tests.faces import DIALECTS, client_of

WHOLE = "The quick brown fox jumps over the lazy dog"


@pytest.mark.parametrize("face", ["sync", "async"])
def test_words_are_seen_while_the_server_still_holds_the_rest(face: str, fake: FakeProvider) -> None:
    """The server falls silent after its first words: they must be here before it goes on."""
    fake.add(Fault.stall(after=6))
    _, model = DIALECTS[fake.dialect]

    async def ask() -> tuple[str, str]:
        async with AsyncLLMKit(**client_of(fake, timeout=20)) as kit, kit.stream(model, "hi") as stream:
            async for event in stream:
                if event.text:
                    break
            seen = stream.partial.text
            fake.release()
            return seen, (await stream.response()).text

    if face == "async":
        seen, whole = asyncio.run(ask())
    else:
        with LLMKit(**client_of(fake, timeout=20)) as kit, kit.stream(model, "hi") as stream:
            next(event for event in stream if event.text)
            seen = stream.partial.text
            fake.release()
            whole = stream.response().text

    assert seen
    assert WHOLE.startswith(seen)
    assert seen != WHOLE
    assert WHOLE == whole

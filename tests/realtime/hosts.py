"""Hosts that speak the formats of realtime sessions, for the tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from llmkit import AsyncLLMKit, LLMKit
from llmkit.testing.websocket import FakeSocket, Talk

MODEL = "openai/gpt-realtime"
FACES = ("sync", "async")
USAGE = {"input_tokens": 10, "output_tokens": 5, "input_token_details": {"cached_tokens": 4}, "output_token_details": {"audio_tokens": 2}}


def created(talk: Talk) -> dict[str, Any]:
    """Greet as OpenAI does, and return the settings that come."""
    talk.send({"type": "session.created", "session": {"id": "sess_1", "model": "gpt-realtime", "expires_at": 1785217655}})
    update = talk.receive()
    talk.send({"type": "session.updated", "session": {}})
    session: dict[str, Any] = update["session"]
    return session


def set_up(talk: Talk) -> dict[str, Any]:
    """Take the settings as Gemini does, and return them."""
    setup: dict[str, Any] = talk.receive()["setup"]
    talk.send(b'{"setupComplete": {"sessionId": "g1"}}')
    return setup


def answer(talk: Talk, text: str, number: int = 1) -> None:
    """Say `text` in one answer, as OpenAI does."""
    id = f"resp_{number}"
    talk.send(
        {"type": "response.created", "response": {"id": id}},
        {"type": "response.output_text.delta", "response_id": id, "item_id": "item_1", "delta": text},
        {"type": "response.done", "response": {"id": id, "status": "completed", "output": [], "usage": USAGE}},
    )


def called(talk: Talk, *calls: tuple[str, str, str]) -> None:
    """Ask for calls in one answer, as OpenAI does."""
    talk.send({"type": "response.created", "response": {"id": "r"}})
    for id, name, arguments in calls:
        item = {"type": "function_call", "id": f"item_{id}", "call_id": id, "name": name, "arguments": ""}
        talk.send({"type": "response.output_item.added", "item": item})
        talk.send({"type": "response.function_call_arguments.delta", "call_id": id, "delta": arguments})
        talk.send({"type": "response.function_call_arguments.done", "call_id": id, "item_id": f"item_{id}", "arguments": arguments})
    output = [{"type": "function_call", "call_id": id} for id, _, _ in calls]
    talk.send({"type": "response.done", "response": {"id": "r", "status": "completed", "output": output, "usage": USAGE}})


def client_for(provider: str, host: FakeSocket, **more: Any) -> dict[str, Any]:
    """Return the arguments of a client whose `provider` is `host`."""
    return {"keys": {provider: "sk-test-realtime"}, "base_urls": {provider: host.url}, "retries": 0, **more}


class Same:
    """A session of either face, used as the sync one: each claim is tested through both."""

    def __init__(self, session: Any, wait: Callable[[Any], Any]) -> None:
        self._session, self._wait = session, wait

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._session, name)
        return (lambda *a, **k: self._wait(found(*a, **k))) if callable(found) else found

    def next(self) -> Any:
        return self._wait(self._session.__anext__()) if hasattr(self._session, "__anext__") else next(self._session)

    def events(self) -> list[Any]:
        """Read to the end."""
        found = []
        try:
            while True:
                found.append(self.next())
        except (StopIteration, StopAsyncIteration):
            return found


def talk_with(face: str, client: dict[str, Any], model: str, use: Callable[[Same], Any], **options: Any) -> Any:
    """Open a session, use it, and close it."""
    if face == "sync":
        with LLMKit(**client) as kit, kit.realtime(model, **options) as session:
            return use(Same(session, lambda value: value))
    with asyncio.Runner() as runner:

        async def opened() -> Any:
            kit = AsyncLLMKit(**client)
            try:
                return kit, await kit.realtime(model, **options)
            except BaseException:
                await kit.aclose()
                raise

        kit, session = runner.run(opened())
        try:
            return use(Same(session, lambda value: runner.run(_awaited(value))))
        finally:
            runner.run(_closed(kit, session))


async def _awaited(value: Any) -> Any:
    return await value


async def _closed(kit: Any, session: Any) -> None:
    await session.aclose()
    await kit.aclose()

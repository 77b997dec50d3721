"""LLMKit on the ways that the other libraries take."""

from __future__ import annotations

from typing import Any

import llmkit


class Ours:
    """`LLMKit` and `AsyncLLMKit`."""

    version = llmkit.__version__
    timeout: float | None = None

    def __init__(self, *, name: str, scheme: str, model: str, path: str = "") -> None:
        self.name, self.scheme = name, scheme
        self._model, self._path = model, path
        self._provider = model.partition("/")[0]

    def client(self, key: str, url: str) -> Any:
        return llmkit.LLMKit(**self._options(key, url))

    def ask(self, client: Any, text: str) -> Any:
        return client.complete(self._model, text)

    def stream(self, client: Any, text: str) -> list[Any]:
        with client.stream(self._model, text) as stream:
            return list(stream)

    async def ask_async(self, key: str, url: str, text: str) -> Any:
        async with llmkit.AsyncLLMKit(**self._options(key, url)) as client:
            return await client.complete(self._model, text)

    def close(self, client: Any) -> None:
        client.close()

    def _options(self, key: str, url: str) -> dict[str, Any]:
        limit = {} if self.timeout is None else {"timeout": self.timeout}
        return {"keys": {self._provider: key}, "base_urls": {self._provider: f"{url}{self._path}"}, "retries": 0, **limit}


SUBJECTS = (
    Ours(name="llmkit, openai", scheme="bearer", model="openai/gpt-4.1-mini", path="/v1"),
    Ours(name="llmkit, anthropic", scheme="x-api-key", model="anthropic/claude-sonnet-4-5"),
    Ours(name="llmkit, google", scheme="x-goog-api-key", model="google/gemini-2.5-flash"),
    Ours(name="llmkit, azure", scheme="api-key", model="azure/gpt-4.1-mini"),
)

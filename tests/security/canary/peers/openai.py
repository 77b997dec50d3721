"""OpenAI's library, for OpenAI and for Azure."""

from __future__ import annotations

from typing import Any

import openai

MODEL = "gpt-4.1-mini"


class OpenAI:
    """`OpenAI` and `AsyncOpenAI`."""

    name = "openai"
    version = openai.__version__
    scheme = "bearer"
    timeout: float | None = None

    def client(self, key: str, url: str) -> Any:
        return openai.OpenAI(api_key=key, base_url=f"{url}/v1", max_retries=0, timeout=self._timeout)

    def ask(self, client: Any, text: str) -> Any:
        return client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": text}])

    def stream(self, client: Any, text: str) -> list[Any]:
        return list(client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": text}], stream=True))

    async def ask_async(self, key: str, url: str, text: str) -> Any:
        async with self._asyncio(key, url) as client:
            return await client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": text}])

    def close(self, client: Any) -> None:
        client.close()

    def _asyncio(self, key: str, url: str) -> Any:
        return openai.AsyncOpenAI(api_key=key, base_url=f"{url}/v1", max_retries=0, timeout=self._timeout)

    @property
    def _timeout(self) -> Any:
        return openai.NOT_GIVEN if self.timeout is None else self.timeout


class Azure(OpenAI):
    """`AzureOpenAI` and `AsyncAzureOpenAI`, with a key of the resource."""

    name = "openai, Azure"
    scheme = "api-key"
    _VERSION = "2024-10-21"

    def client(self, key: str, url: str) -> Any:
        return openai.AzureOpenAI(api_key=key, azure_endpoint=url, api_version=self._VERSION, max_retries=0, timeout=self._timeout)

    def _asyncio(self, key: str, url: str) -> Any:
        return openai.AsyncAzureOpenAI(api_key=key, azure_endpoint=url, api_version=self._VERSION, max_retries=0, timeout=self._timeout)


SUBJECTS = (OpenAI(), Azure())

"""Anthropic's library."""

from __future__ import annotations

from typing import Any

import anthropic


class Anthropic:
    """`Anthropic` and `AsyncAnthropic`."""

    name = "anthropic"
    version = anthropic.__version__
    scheme = "bearer"
    timeout: float | None = None

    def client(self, key: str, url: str) -> Any:
        return anthropic.Anthropic(api_key=key, base_url=url, max_retries=0, timeout=self._timeout)

    def ask(self, client: Any, text: str) -> Any:
        return client.messages.create(**_question(text))

    def stream(self, client: Any, text: str) -> list[Any]:
        return list(client.messages.create(**_question(text), stream=True))

    async def ask_async(self, key: str, url: str, text: str) -> Any:
        async with anthropic.AsyncAnthropic(api_key=key, base_url=url, max_retries=0, timeout=self._timeout) as client:
            return await client.messages.create(**_question(text))

    def close(self, client: Any) -> None:
        client.close()

    @property
    def _timeout(self) -> Any:
        return anthropic.NOT_GIVEN if self.timeout is None else self.timeout


def _question(text: str) -> dict[str, Any]:
    return {"model": "claude-sonnet-4-5", "max_tokens": 100, "messages": [{"role": "user", "content": text}]}


SUBJECTS = (Anthropic(),)

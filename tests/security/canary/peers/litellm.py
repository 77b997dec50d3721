"""LiteLLM's functions, on the way to three providers."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import litellm


class LiteLLM:
    """`completion` and `acompletion`."""

    clientless = True

    version = version("litellm")
    timeout: float | None = None

    def __init__(self, *, name: str, scheme: str, model: str, path: str = "") -> None:
        self.name, self.scheme = name, scheme
        self._model, self._path = model, path

    def client(self, key: str, url: str) -> Any:
        return Given(key, f"{url}{self._path}")

    def ask(self, client: Any, text: str) -> Any:
        return litellm.completion(**self._question(text), **client())

    def stream(self, client: Any, text: str) -> list[Any]:
        return list(litellm.completion(**self._question(text), **client(), stream=True))

    async def ask_async(self, key: str, url: str, text: str) -> Any:
        return await litellm.acompletion(**self._question(text), **Given(key, f"{url}{self._path}")())

    def close(self, client: Any) -> None:
        """Nothing: the functions keep their connections themselves."""

    def _question(self, text: str) -> dict[str, Any]:
        limit = {} if self.timeout is None else {"timeout": self.timeout}
        return {"model": self._model, "messages": [{"role": "user", "content": text}], "num_retries": 0, **limit}


class Given:
    """What each call of the functions is given. It stands for no object of LiteLLM's and shows nothing of what it holds."""

    __slots__ = ("_give",)

    def __init__(self, key: str, url: str) -> None:
        self._give = lambda: {"api_key": key, "api_base": url}

    def __call__(self) -> dict[str, str]:
        return self._give()


SUBJECTS = (
    LiteLLM(name="litellm, openai", scheme="bearer", model="openai/gpt-4.1-mini", path="/v1"),
    LiteLLM(name="litellm, anthropic", scheme="x-api-key", model="anthropic/claude-sonnet-4-5"),
    LiteLLM(name="litellm, gemini", scheme="x-goog-api-key", model="gemini/gemini-2.5-flash"),
)

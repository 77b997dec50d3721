"""Google's library, with a key of the Gemini API."""

from __future__ import annotations

from typing import Any

from google import genai
from google.genai import types

MODEL = "gemini-2.5-flash"


class Google:
    """`genai.Client` and its `aio`."""

    name = "google-genai"
    version = genai.__version__
    scheme = "x-goog-api-key"
    timeout: float | None = None

    def client(self, key: str, url: str) -> Any:
        # `timeout` is in milliseconds (genai.types.HttpOptions). It tries once unless `retry_options` say otherwise.
        return genai.Client(
            api_key=key,
            http_options=types.HttpOptions(base_url=url, timeout=None if self.timeout is None else int(1000 * self.timeout)),
        )

    def ask(self, client: Any, text: str) -> Any:
        return client.models.generate_content(model=MODEL, contents=text)

    def stream(self, client: Any, text: str) -> list[Any]:
        return list(client.models.generate_content_stream(model=MODEL, contents=text))

    async def ask_async(self, key: str, url: str, text: str) -> Any:
        client = self.client(key, url)
        async with client.aio as waiting:
            return await waiting.models.generate_content(model=MODEL, contents=text)

    def close(self, client: Any) -> None:
        client.close()


SUBJECTS = (Google(),)

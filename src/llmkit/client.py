"""The two clients: one core, two thin faces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self, Unpack

from llmkit.core import ClientOptions, Core, asyncio_transport, blocking_transport
from llmkit.probe import LocalServer
from llmkit.providers.provider import Provider
from llmkit.runtime.step import run
from llmkit.stream import AsyncStream, OpeningStream, Stream
from llmkit.types.requests import CompletionOptions, CompletionRequest
from llmkit.types.responses import CompletionResponse


class LLMKit:
    """The sync client. It is safe under threads, opens connections when needed and closes them with `close()` or `with`.

    Args:
        keys: keys by provider name; else they come from the configuration file or the environment.
        base_urls: addresses by provider name, instead of the catalogue's; the key then belongs to that address.
        settings: what a provider needs beside its key, by provider name: `{"azure": {"resource": "my-resource"}}`.
        config: path of a configuration file, instead of the user's own.
        providers: further rows of the catalogue.
        timeout: seconds for a whole call, or `Timeouts`.
        retries: tries after the first, over retry and failover together.
        proxy: a CONNECT proxy, `http://[user:password@]host:port`; proxies are never taken from the environment.
        ca_file: PEM file of the authorities to trust, instead of the system's.
        client_certificate: PEM file (or pair of files: certificate, key) to present.
        transport: another engine, instead of the built-in one.

    Raises `ConfigurationError` for an argument or a configuration file that is wrong.
    """

    def __init__(self, **options: Unpack[ClientOptions]) -> None:
        from llmkit.runtime.blocking import Blocking

        self._core = Core(Blocking(), blocking_transport, options)

    def complete(
        self, model: str | Sequence[str] | CompletionRequest, messages: Any = None, /, **options: Unpack[CompletionOptions]
    ) -> CompletionResponse:
        """Answer `messages` with `model` (a list of models: the first that can).

        `messages` is text, a `Message`, or a list of them (dicts in OpenAI's shape too). Raises `LLMKitError`; see `llmkit.errors`.
        """
        return run(self._core.complete(model, messages, options))

    def stream(
        self, model: str | Sequence[str] | CompletionRequest, messages: Any = None, /, **options: Unpack[CompletionOptions]
    ) -> Stream:
        """Answer like `complete`, event by event; use it in a `with` block."""
        return Stream(run(self._core.stream(model, messages, options)))

    @property
    def providers(self) -> Mapping[str, Provider]:
        """Return the known providers by name."""
        return self._core.providers.rows

    @property
    def default_model(self) -> str | None:
        """Return the model that the configuration file names."""
        return self._core.config.default_model

    def configured(self, provider: str) -> bool:
        """Return whether `provider` can be called: it needs no key, or a key is there."""
        return self._core.configured(provider)

    def local_servers(self) -> tuple[LocalServer, ...]:
        """Return the model servers (Ollama, LM Studio, llama.cpp, vLLM) that answer on this machine; asks each for 0.15 s at most."""
        return run(self._core.local_servers())

    def close(self) -> None:
        """Close every connection."""
        run(self._core.aclose())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class AsyncLLMKit:
    """The asyncio client: the same methods as `LLMKit`, awaited. See there for the arguments."""

    def __init__(self, **options: Unpack[ClientOptions]) -> None:
        from llmkit.runtime.asyncio import Asyncio

        self._core = Core(Asyncio(), asyncio_transport, options)

    async def complete(
        self, model: str | Sequence[str] | CompletionRequest, messages: Any = None, /, **options: Unpack[CompletionOptions]
    ) -> CompletionResponse:
        """Answer `messages` with `model` (a list of models: the first that can). See `LLMKit.complete`."""
        return await self._core.complete(model, messages, options)

    def stream(
        self, model: str | Sequence[str] | CompletionRequest, messages: Any = None, /, **options: Unpack[CompletionOptions]
    ) -> OpeningStream:
        """Answer event by event: `async with kit.stream(...) as stream`, or `stream = await kit.stream(...)`."""
        return OpeningStream(lambda: self._core.stream(model, messages, options))

    @property
    def providers(self) -> Mapping[str, Provider]:
        """Return the known providers by name."""
        return self._core.providers.rows

    @property
    def default_model(self) -> str | None:
        """Return the model that the configuration file names."""
        return self._core.config.default_model

    def configured(self, provider: str) -> bool:
        """Return whether `provider` can be called: it needs no key, or a key is there."""
        return self._core.configured(provider)

    async def local_servers(self) -> tuple[LocalServer, ...]:
        """Return the model servers that answer on this machine; asks each for 0.15 s at most."""
        return await self._core.local_servers()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._core.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()


__all__ = ["AsyncLLMKit", "AsyncStream", "LLMKit", "Stream"]

"""The two clients: one core, two thin faces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

from llmkit.arguments import ClientOptions
from llmkit.connections import asyncio_transport, blocking_transport
from llmkit.core import opened
from llmkit.health.faces import AsyncHealthFace, HealthFace
from llmkit.models_face import AsyncModelsFace, ModelsFace
from llmkit.operations.faces import AsyncOperationsFace, OperationsFace
from llmkit.parse_faces import AsyncParseFace, ParseFace
from llmkit.probe import LocalServer
from llmkit.providers.provider import Provider
from llmkit.realtime.faces import AsyncRealtimeFace, RealtimeFace
from llmkit.runtime.step import run
from llmkit.streams import AsyncStream, OpeningStream, Stream
from llmkit.types.requests import CompletionOptions, CompletionRequest, RetrievalOptions
from llmkit.types.responses import CompletionResponse

if TYPE_CHECKING:
    from llmkit.tools.mcp import McpServer

if TYPE_CHECKING:
    from llmkit.run.settings import RunOptions
    from llmkit.run.stream import AsyncRunStream, RunStream
    from llmkit.tools.outcome import RunResult


class LLMKit(ParseFace, ModelsFace, OperationsFace, HealthFace, RealtimeFace):
    """The sync client. It is safe under threads, opens connections when needed and closes them with `close()` or `with`.

    Args:
        keys: keys by provider name, one or a list; else they come from the configuration file or the environment.
        base_urls: addresses by provider name, instead of the catalogue's; the key then belongs to that address.
        settings: what a provider needs beside its key, by provider name: `{"azure": {"resource": "my-resource"}}`.
        config: path of a configuration file, instead of the user's own.
        providers: further rows of the catalogue.
        timeout: seconds for a whole call, or `Timeouts`.
        retries: tries after the first, over retry and the change of keys together; each further model is one more.
        proxy: a CONNECT proxy, `http://[user:password@]host:port`; proxies are never taken from the environment.
        ca_file: PEM file of the authorities to trust, instead of the system's.
        client_certificate: PEM file (or pair of files: certificate, key) to present.
        transport: another engine, instead of the built-in one.
        fetch_origins: origins (`http://files.local:8000`) that links in answers may point to, beside the public internet.
        models: facts about models that stand above the registry's: a file (.jsonl, .json, .toml), `ModelInfo`s or dicts.

    Raises `ConfigurationError` for an argument or a configuration file that is wrong.
    """

    def __init__(self, **options: Unpack[ClientOptions]) -> None:
        from llmkit.runtime.blocking import Blocking

        self._core = opened(Blocking(), blocking_transport, options)

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

    def run(self, model: str | Sequence[str] | CompletionRequest, messages: Any = None, /, **options: Unpack[RunOptions]) -> RunResult:
        """Answer like `complete`, and call the tools that the model asks for until it has ended.

        `tools` holds functions (plain or made with `@tool`), `Tool`s, tools of the provider and MCP servers. Unknown tools,
        arguments that do not fit, failures and timeouts are told to the model. What a `tool_choice` forces holds for the first step.

        Args:
            max_steps: most turns of the model.
            stop_when: asked with the steps so far after each step; true ends the run.
            approve: asked before each call; see `llmkit.run.settings.Decision` for what it may return.
            policy: which calls are held back once the conversation holds what others wrote; see `ToolPolicy`.
            on_step: told of each step.
            tool_timeout: seconds for each call of a tool. A sync function cannot be stopped: its thread is left to end.
            parallel: calls of tools at once.
            state: whatever tools shall find in their `ToolContext`.

        An error carries the steps before it as its `run`.
        """
        return run(self._core.run(model, messages, options))

    def run_stream(
        self, model: str | Sequence[str] | CompletionRequest, messages: Any = None, /, **options: Unpack[RunOptions]
    ) -> RunStream:
        """Run like `run`, event by event; use it in a `with` block."""
        from llmkit.run.stream import RunStream

        return RunStream(self._core.run_stream(model, messages, options))

    def retrieve(self, model: str, response_id: str, /, **options: Unpack[RetrievalOptions]) -> CompletionResponse:
        """Return the answer `response_id` that the provider keeps: one that runs in the background, or ran with `store=True`.

        An answer that is still being made has the finish `pause`. Raises `UnsupportedFeature` where the provider keeps none.
        """
        return run(self._core.retrieve(model, response_id, options))

    def resume(self, model: str, response_id: str, /, *, after: str | int | None = None, **options: Unpack[RetrievalOptions]) -> Stream:
        """Take up the stream of the answer `response_id` again, behind the event `after` (its number or id; None: from the start)."""
        return Stream(run(self._core.resume(model, response_id, after, options)))

    @property
    def providers(self) -> Mapping[str, Provider]:
        """Return the known providers by name."""
        return self._core.providers.rows

    def mcp_server(self, name: str) -> McpServer:
        """Return the server of tools that the configuration file calls `name`: `[mcp.NAME]`. Raises `ConfigurationError`."""
        return self._core.mcp_server(name)

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


class AsyncLLMKit(AsyncParseFace, AsyncModelsFace, AsyncOperationsFace, AsyncHealthFace, AsyncRealtimeFace):
    """The asyncio client: the same methods as `LLMKit`, awaited. See there for the arguments."""

    def __init__(self, **options: Unpack[ClientOptions]) -> None:
        from llmkit.runtime.asyncio import Asyncio

        self._core = opened(Asyncio(), asyncio_transport, options)

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

    async def run(
        self, model: str | Sequence[str] | CompletionRequest, messages: Any = None, /, **options: Unpack[RunOptions]
    ) -> RunResult:
        """Answer, and call the tools that the model asks for until it has ended. See `LLMKit.run`."""
        return await self._core.run(model, messages, options)

    def run_stream(
        self, model: str | Sequence[str] | CompletionRequest, messages: Any = None, /, **options: Unpack[RunOptions]
    ) -> AsyncRunStream:
        """Run like `run`, event by event: `async with kit.run_stream(...) as stream`."""
        from llmkit.run.stream import AsyncRunStream

        return AsyncRunStream(self._core.run_stream(model, messages, options))

    async def retrieve(self, model: str, response_id: str, /, **options: Unpack[RetrievalOptions]) -> CompletionResponse:
        """Return an answer that the provider keeps. See `LLMKit.retrieve`."""
        return await self._core.retrieve(model, response_id, options)

    def resume(
        self, model: str, response_id: str, /, *, after: str | int | None = None, **options: Unpack[RetrievalOptions]
    ) -> OpeningStream:
        """Take up the stream of an answer again. See `LLMKit.resume`."""
        return OpeningStream(lambda: self._core.resume(model, response_id, after, options))

    @property
    def providers(self) -> Mapping[str, Provider]:
        """Return the known providers by name."""
        return self._core.providers.rows

    def mcp_server(self, name: str) -> McpServer:
        """Return the server of tools that the configuration file calls `name`: `[mcp.NAME]`. Raises `ConfigurationError`."""
        return self._core.mcp_server(name)

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

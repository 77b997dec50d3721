"""What both faces share: configuration, exchange and layers."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypedDict

import msgspec

from llmkit.auth.secret import Secret
from llmkit.config import Config, load
from llmkit.endpoint import Endpoints
from llmkit.errors import ConfigurationError, InvalidRequest, UnknownModel, nearest
from llmkit.exchange import Exchange
from llmkit.keys import Keys, secrets_of
from llmkit.knowledge import Facts, Knowledge
from llmkit.options import make_request, timeouts_of
from llmkit.pipeline.call import Budget, Call, Layer, Resumption, Scope, compose
from llmkit.pipeline.failover import Failover
from llmkit.pipeline.key_rotation import KeyRotation
from llmkit.pipeline.order import ordered
from llmkit.pipeline.retry import Retry
from llmkit.probe import LocalServer, probe
from llmkit.providers.provider import Provider
from llmkit.providers.registry import Providers
from llmkit.runtime.protocol import Runtime
from llmkit.stream import StreamCore
from llmkit.transport.policy import parse_url
from llmkit.transport.settings import TransportSettings
from llmkit.types.http import Timeouts, Transport
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import CompletionResponse
from llmkit.version import VERSION

if TYPE_CHECKING:
    from llmkit.parsing import ParseCore
    from llmkit.run.stream import RunCore
    from llmkit.structured.parsed import Parsed
    from llmkit.tools.mcp import McpServer
    from llmkit.tools.outcome import RunResult
    from llmkit.types.model_info import Match

DEFAULT_TIMEOUTS = Timeouts()


class ClientOptions(TypedDict, total=False):
    """The keyword arguments of both clients, written once; `LLMKit` tells what each is."""

    keys: Mapping[str, str | Secret | Sequence[str | Secret]] | None
    base_urls: Mapping[str, str] | None
    settings: Mapping[str, Mapping[str, str | Secret]] | None
    config: str | os.PathLike[str] | None
    providers: Iterable[Provider]
    timeout: float | Timeouts | None
    retries: int
    proxy: str | None
    ca_file: str | os.PathLike[str] | None
    client_certificate: str | tuple[str, str] | None
    transport: Transport | None
    models: Facts | None
    layers: Iterable[Layer]
    tenant: str


class Core:
    """One client's state: providers, keys, connections, and the layers around the exchange."""

    def __init__(self, runtime: Runtime, http: Callable[[TransportSettings], Transport], options: ClientOptions) -> None:
        _check_names(options)
        retries = options.get("retries", 2)
        if isinstance(retries, bool) or not isinstance(retries, int) or not 0 <= retries <= 100:
            raise ConfigurationError(f"retries must be a whole number from 0 to 100, not {retries!r}.", parameter="retries")
        timeout, transport = options.get("timeout"), options.get("transport")
        self.runtime = runtime
        self.timeouts = DEFAULT_TIMEOUTS if timeout is None else timeouts_of("timeout", timeout)
        self.retries = retries
        self.scope = Scope(tenant=options.get("tenant", ""))
        own = tuple(options.get("providers", ()))
        catalogue = Providers(own)
        self.config: Config = load(options.get("config"), catalogue.rows)
        moved = [catalogue.get(name).at(url) for name, url in (options.get("base_urls") or {}).items()]
        self.knowledge = Knowledge(lambda name: self.providers.canonical(name))
        self.providers = Providers((*own, *self.config.providers, *moved), registry=lambda: self.knowledge.registry)
        for facts in (self.config.models, options.get("models")):
            if facts is not None:
                self.knowledge.overlay(facts)
        self.keys = Keys(_secrets(options.get("keys") or {}, self.providers), self.config.keys)
        insecure = [parse_url(self.providers.rows[name].base_url)[0] for name in self.config.insecure]
        settings = TransportSettings.of(
            proxy=options.get("proxy"), ca_file=options.get("ca_file"), client_certificate=options.get("client_certificate")
        )
        self._settings = msgspec.structs.replace(settings, insecure_origins=(*settings.insecure_origins, *insecure))
        self._http, self._given = http, transport
        self._transports: dict[str, Transport] = {} if transport is None else {"http": transport}
        self._lock = threading.Lock()
        self._canonical: dict[str, str] = {}
        self.endpoints = Endpoints(
            providers=self.providers,
            keys=self.keys,
            settings=_settings(options.get("settings") or {}, self.config.settings, self.providers),
            transport_for=self.transport,
            parse_url=parse_url,
            user_agent=f"llmkit/{VERSION}",
            profiles=self.config.profiles,
        )
        several = {name: count for name, count in self.keys.counts().items() if count > 1}
        self.rotation = KeyRotation(several, self.endpoints.account) if several else None
        exchange = Exchange(self.endpoints, self.knowledge.pricing)
        given = tuple(options.get("layers", ()))
        if self.config.routes:
            from llmkit.routing.reading import read_routes
            from llmkit.routing.router import Router

            given = (*given, Router(read_routes(self.config.routes)))
        named = {layer.name for layer in given if hasattr(layer, "name")}
        self._routes: set[str] = set()
        for layer in given:
            if hasattr(layer, "join"):  # it knows model names of its own, and wants to know what is known of others
                self._routes.update(layer.join(self))
        layers = ordered((*given, *(layer for layer in (Failover(), Retry()) if layer.name not in named)))
        self._layers = layers
        self._complete = compose(layers, exchange.complete)
        self._stream = compose(layers, exchange.stream)

    def transport(self, engine: str = "http", ca_file: str = "") -> Transport:
        """Return the client's connections: those of an engine, and of the authorities in `ca_file` where it names some."""
        kind = engine if not ca_file or self._given is not None else f"http {ca_file}"
        with self._lock:
            if kind not in self._transports:
                self._transports[kind] = _embedded(self.runtime) if kind == "embedded" else self._http(self._settings.trusting(ca_file))
            return self._transports[kind]

    async def complete(self, model: Any, messages: Any, options: Mapping[str, Any]) -> CompletionResponse:
        """Return the whole answer."""
        return await self._complete(self.call(model, messages, options))

    async def stream(self, model: Any, messages: Any, options: Mapping[str, Any]) -> StreamCore:
        """Return the running answer."""
        return await self._stream(msgspec.structs.replace(self.call(model, messages, options), stream=True))

    async def run(self, model: Any, messages: Any, options: Mapping[str, Any]) -> RunResult:
        """Return what the tool loop comes to."""
        from llmkit.run.loop import Loop, run_loop  # Only users of tools pay for it.

        return await run_loop(Loop(self.runtime, model, messages, options), self.complete)

    def run_stream(self, model: Any, messages: Any, options: Mapping[str, Any]) -> RunCore:
        """Return the tool loop, not yet begun."""
        from llmkit.run.loop import Loop
        from llmkit.run.stream import RunCore

        return RunCore(Loop(self.runtime, model, messages, options), self.stream)

    async def parsed(self, model: Any, messages: Any, kind: Any, tries: int, mode: str | None, options: Mapping[str, Any]) -> Parsed[Any]:
        """Return a value of the type `kind`."""
        from llmkit.parsing import begin, parsed  # only users of it pay for it

        state, call = begin(kind, self.call(model, messages, options), tries=tries, mode=mode)
        return await parsed(state, call, self._complete)

    async def parse_stream(
        self, model: Any, messages: Any, kind: Any, tries: int, mode: str | None, options: Mapping[str, Any]
    ) -> ParseCore[Any]:
        """Return the running answer to `parsed`."""
        from llmkit.parsing import ParseCore, begin

        state, call = begin(kind, self.call(model, messages, options), tries=tries, mode=mode)
        return await ParseCore(state, call, self._stream).start()

    async def retrieve(self, model: str, response_id: str, options: Mapping[str, Any]) -> CompletionResponse:
        """Return an answer that the provider keeps."""
        return await self._complete(self._kept(model, response_id, None, options))

    async def resume(self, model: str, response_id: str, after: str | int | None, options: Mapping[str, Any]) -> StreamCore:
        """Return the stream of an answer that the provider keeps."""
        return await self._stream(self._kept(model, response_id, after, options))

    def _kept(self, model: str, response_id: str, after: str | int | None, options: Mapping[str, Any]) -> Call:
        if not isinstance(response_id, str) or not response_id:
            raise InvalidRequest("The id of the answer is missing.", parameter="response_id", hint="It is `response.id`.")
        call = self.call(model, "-", options)  # the question was asked before; only where and how long matter here
        resumption = Resumption(id=response_id, after=None if after is None else str(after))
        return msgspec.structs.replace(call, resumption=resumption)

    def call(self, model: Any, messages: Any, options: Mapping[str, Any]) -> Call:
        request, names = self.request(model, messages, options)
        timeouts = request.timeout or self.timeouts
        deadline = None if timeouts.total is None else self.runtime.now() + timeouts.total
        return Call(
            request=request,
            models=names,
            model=names[0],
            runtime=self.runtime,
            timeouts=timeouts,
            deadline=deadline,
            budget=Budget(self.retries),
            scope=self.scope if not (request.tenant or request.user or request.tags) else _scope(self.scope, request),
            rotation=self.rotation,
            place=partial(self._place, names),
        )

    def _place(self, names: tuple[str, ...]) -> str:
        """Return where the models are asked and on whose account: answers from elsewhere are others'."""
        told = []
        for name in names:
            if name not in self._routes:
                endpoint = self.endpoints.plan(name).endpoint
                account = "" if endpoint.source is None else endpoint.source.account
                told.append(f"{endpoint.origin}{endpoint.path} {account}")
        return "\n".join(told)

    def request(self, model: Any, messages: Any, options: Mapping[str, Any]) -> tuple[CompletionRequest, tuple[str, ...]]:
        """Return the request that the arguments mean, and the models to try as `provider/id`."""
        if isinstance(model, CompletionRequest):
            if messages is not None or options:
                raise InvalidRequest(
                    "A CompletionRequest stands alone.", parameter="messages", hint="Use request.replace(...) to change it."
                )
            request = model
            models: tuple[str, ...] = (model.model,)
        else:
            models = _models(model)
            if messages is None:
                raise InvalidRequest("messages is missing.", parameter="messages")
            request = make_request(models[0], messages, options)
        return request, tuple([self._canonical.get(name) or self._resolve(name) for name in models])

    def match(self, model: str) -> Match:
        """Return what the registry knows of `model`."""
        return self.knowledge.registry.match(model)

    def region(self, provider: str) -> str:
        """Return where the row of `provider` says it serves from."""
        return self.providers.get(provider).region

    def _resolve(self, model: str) -> str:
        if model in self._routes:
            return model
        if isinstance(model, str) and model.startswith("route/"):
            hint = None if self._routes else "Give the client a Router among its layers."
            raise UnknownModel(model, sorted(self._routes), hint=hint)
        provider, name = self.providers.resolve(model)
        if len(self._canonical) > 4096:  # model ids may come from outside
            self._canonical.clear()
        canonical = self._canonical[model] = f"{provider.name}/{name}"
        return canonical

    def mcp_server(self, name: str) -> McpServer:
        """Return the server of tools that the configuration file calls `name`."""
        from llmkit.tools.mcp import McpServer

        table = self.config.mcp.get(name)
        if table is None:
            near = nearest(name, self.config.mcp)
            hint = f"Did you mean {near[0]}?" if near else f"Write [mcp.{name}] into the configuration file."
            raise ConfigurationError(f"There is no MCP server {name!r} in the configuration.", parameter="mcp", hint=hint)
        return McpServer.of(name, table)

    def configured(self, provider: str) -> bool:
        """Return whether `provider` can be called: it needs no key, or a key or other credentials and its settings are there."""
        return self.endpoints.available(self.providers.get(provider))

    async def local_servers(self) -> tuple[LocalServer, ...]:
        """Return the model servers that answer on this machine."""
        rows = [row for row in self.providers.rows.values() if row.local and row.dialect and row.engine == "http" and not row.ended]
        # Several kinds of server have the same usual address: it is asked once, and the better known row gives the name.
        by_address = {row.base_url: row for row in sorted(rows, key=lambda row: (bool(row.env), row.name))}
        return await probe([self.endpoints.endpoint(row, row.route("", "openai_chat")) for row in by_address.values()], self.runtime)

    async def aclose(self) -> None:
        """Close every connection of ours; a transport that the user passed stays open."""
        for layer in self._layers:
            if hasattr(layer, "aclose"):
                await layer.aclose(self.runtime)
        with self._lock:
            transports = [made for made in self._transports.values() if made is not self._given]
            self._transports.clear()
        self.endpoints.forget()
        for transport in transports:
            await transport.aclose()


def _scope(scope: Scope, request: CompletionRequest) -> Scope:
    return msgspec.structs.replace(scope, tenant=request.tenant or scope.tenant, user=request.user or "", tags=request.tags)


def _check_names(options: ClientOptions) -> None:
    for name in options:
        if name not in ClientOptions.__annotations__:
            near = nearest(name, ClientOptions.__annotations__)
            raise ConfigurationError(f"Unknown argument {name!r}.", parameter=name, hint=f"Did you mean {near[0]}?" if near else None)


def _models(model: Any) -> tuple[str, ...]:
    if isinstance(model, str):
        return (model,)
    if isinstance(model, Sequence) and model and all(isinstance(name, str) for name in model):
        return tuple(model)
    raise InvalidRequest("model must be a model id or a list of them.", parameter="model", hint="Write 'provider/model'.")


def _secrets(keys: Mapping[str, str | Secret | Sequence[str | Secret]], providers: Providers) -> dict[str, tuple[Secret, ...]]:
    return {providers.get(name).name: secrets_of(name, given) for name, given in keys.items()}


def _settings(
    given: Mapping[str, Mapping[str, str | Secret]], configured: Mapping[str, Mapping[str, str]], providers: Providers
) -> dict[str, dict[str, str | Secret]]:
    """Return the settings by provider; what the caller gives stands above the configuration file."""
    settings: dict[str, dict[str, str | Secret]] = {}
    for source in (configured, given):
        for name, values in source.items():
            settings.setdefault(providers.get(name).name, {}).update(values)
    return settings


def blocking_transport(settings: TransportSettings) -> Transport:
    """Return the blocking engine."""
    from llmkit.transport.blocking_engine import BlockingTransport

    return BlockingTransport(trust=settings.trust, proxy=settings.proxy, insecure_origins=settings.insecure_origins)


def asyncio_transport(settings: TransportSettings) -> Transport:
    """Return the asyncio engine."""
    from llmkit.transport.asyncio_engine import AsyncioTransport

    return AsyncioTransport(trust=settings.trust, proxy=settings.proxy, insecure_origins=settings.insecure_origins)


def _embedded(runtime: Runtime) -> Transport:
    from llmkit.local import LocalTransport
    from llmkit.runtime.blocking import Blocking

    return LocalTransport(blocking=isinstance(runtime, Blocking) or None)  # a notebook's sync client runs inside a loop

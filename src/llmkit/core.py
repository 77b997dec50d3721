"""What both faces share: configuration, exchange and layers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import msgspec

from llmkit.arguments import ClientOptions, check_names, secrets, settings_of
from llmkit.config import Config, load
from llmkit.connections import Connections
from llmkit.endpoint import Endpoints
from llmkit.errors import ConfigurationError, InvalidRequest, LLMKitError, UnknownModel, nearest
from llmkit.errors.root import alone
from llmkit.exchange import Exchange
from llmkit.keys import Keys
from llmkit.knowledge import Knowledge
from llmkit.options import make_request, timeouts_of
from llmkit.pipeline.call import Budget, Call, Next, Resumption, Scope, compose
from llmkit.pipeline.failover import Failover
from llmkit.pipeline.key_rotation import KeyRotation
from llmkit.pipeline.order import ordered
from llmkit.pipeline.retry import Retry
from llmkit.probe import LocalServer, probe
from llmkit.providers.account import Account
from llmkit.providers.registry import Providers
from llmkit.runtime.protocol import Runtime
from llmkit.stream import StreamCore
from llmkit.transport.policy import parse_url
from llmkit.transport.settings import TransportSettings
from llmkit.types.http import Timeouts, Transport
from llmkit.types.request import Request
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import CompletionResponse
from llmkit.version import VERSION
from llmkit.whereabouts import whereabouts

if TYPE_CHECKING:
    from llmkit.fetching import Fetcher
    from llmkit.operations.jobs import JobCore
    from llmkit.parsing import ParseCore
    from llmkit.run.stream import RunCore
    from llmkit.structured.parsed import Parsed
    from llmkit.tools.mcp import McpServer
    from llmkit.tools.outcome import RunResult
    from llmkit.types.embedding import EmbeddingResponse
    from llmkit.types.model_info import Match

DEFAULT_TIMEOUTS = Timeouts()


def opened(runtime: Runtime, http: Callable[[TransportSettings], Transport], options: ClientOptions) -> Core:
    """Return the core for `options`, which are emptied: keys are among them, and no frame of an error may show one."""
    given: ClientOptions = {**options}
    cast("dict[str, Any]", options).clear()
    failure: LLMKitError
    try:
        return Core(runtime, http, given)
    except LLMKitError as error:
        failure = alone(error)
    del given
    raise failure


class Core:
    """One client's state: providers, keys, connections, and the layers around the exchange."""

    def __init__(self, runtime: Runtime, http: Callable[[TransportSettings], Transport], options: ClientOptions) -> None:
        check_names(options)
        own = tuple(options.get("providers", ()))
        catalogue = Providers(own)
        self.config: Config = load(options.get("config"), catalogue.rows)
        retries = options.get("retries", 2 if self.config.retries is None else self.config.retries)
        if isinstance(retries, bool) or not isinstance(retries, int) or not 0 <= retries <= 100:
            raise ConfigurationError(f"retries must be a whole number from 0 to 100, not {retries!r}.", parameter="retries")
        timeout, transport = options.get("timeout"), options.get("transport")
        self.runtime = runtime
        timeout = self.config.timeout if timeout is None else timeout
        self.timeouts = DEFAULT_TIMEOUTS if timeout is None else timeouts_of("timeout", timeout)
        self.retries = retries
        self.scope = Scope(tenant=options.get("tenant", self.config.tenant))
        moved = [catalogue.get(name).at(url) for name, url in (options.get("base_urls") or {}).items()]
        self._accounts: dict[str, str] = {}
        self.knowledge = Knowledge(self._listed)
        self.providers = Providers((*own, *self.config.providers, *moved), registry=lambda: self.knowledge.registry)
        for facts in (self.config.models, options.get("models")):
            if facts is not None:
                self.knowledge.overlay(facts)
        self.keys = Keys(secrets(options.get("keys") or {}, self.providers), self.config.keys)
        insecure = [parse_url(self.providers.rows[name].base_url)[0] for name in self.config.insecure]
        settings = TransportSettings.of(
            proxy=options.get("proxy", self.config.proxy),
            ca_file=options.get("ca_file", self.config.ca_file),
            client_certificate=options.get("client_certificate", self.config.client_certificate),
        )
        settings = msgspec.structs.replace(settings, insecure_origins=(*settings.insecure_origins, *insecure))
        self.connections = Connections(runtime, http, settings, transport, options.get("fetch_origins", ()))
        self._canonical: dict[str, str] = {}
        self.endpoints = Endpoints(
            providers=self.providers,
            keys=self.keys,
            settings=settings_of(options.get("settings") or {}, self.config.settings, self.providers),
            transport_for=self.connections.transport,
            parse_url=parse_url,
            user_agent=f"llmkit/{VERSION}",
            profiles=self.config.profiles,
        )
        self.findings: Any = None  # of the last check of health
        several = {name: count for name, count in self.keys.counts().items() if count > 1}
        self.rotation = KeyRotation(several, self.endpoints.account) if several else None
        self.exchange = exchange = Exchange(self.endpoints, self.knowledge.pricing)
        given = tuple(options.get("layers", ()))
        given = (*given, *self.config.layers_beside(given))
        named = {layer.name for layer in given if hasattr(layer, "name")}
        self.routes: dict[str, Any] = {}
        watching: list[Any] = [layer for layer in given if getattr(layer, "name", "") == "health"]
        self.health = watching[0] if watching else None
        for layer in sorted(given, key=lambda layer: layer is self.health):  # it watches what the others know
            if hasattr(layer, "join"):  # it knows model names of its own, and wants to know what is known of others
                self.routes.update(dict.fromkeys(layer.join(self), layer))
        usual = (Failover(self.health), Retry())
        layers = ordered((*given, *(layer for layer in usual if layer.name not in named)))
        self.layers = layers
        self._complete = compose(layers, exchange.complete)
        self._stream = compose(layers, exchange.stream)
        self._operate: Next[Any] | None = None
        self.config = self.config.replace(proxy=None, settings={})  # they may hold secrets, which stand elsewhere by now

    def fetcher(self) -> Fetcher:
        """Return what fetches the links of answers."""
        from llmkit.fetching import Fetcher

        return Fetcher(self.connections.links(), self.runtime, f"llmkit/{VERSION}")

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
        return await self._stream(msgspec.structs.replace(self._kept(model, response_id, after, options), stream=True))

    def _kept(self, model: str, response_id: str, after: str | int | None, options: Mapping[str, Any]) -> Call:
        if not isinstance(response_id, str) or not response_id:
            raise InvalidRequest("The id of the answer is missing.", parameter="response_id", hint="It is `response.id`.")
        call = self.call(model, "-", options)  # the question was asked before; only where and how long matter here
        resumption = Resumption(id=response_id, after=None if after is None else str(after))
        return msgspec.structs.replace(call, resumption=resumption)

    async def operate(self, operation: str, request: Request, names: tuple[str, ...]) -> Any:
        """Return the reply to a request that is no conversation, through the same layers. `names` are models as `provider/id`."""
        if self._operate is None:
            from llmkit.operations.exchange import Operations  # most clients only talk

            self._operate = compose(self.layers, Operations(self.endpoints, self.knowledge.pricing))
        return await self._operate(msgspec.structs.replace(self._call(request, names), operation=operation))

    async def start(self, operation: str, request: Request, names: tuple[str, ...]) -> JobCore:
        """Begin what the provider does in its own time, through the same layers."""
        from llmkit.operations.exchange import Operations
        from llmkit.operations.jobs import JobCore
        from llmkit.types.job import JobId

        # Two beginnings are two jobs: no answer of another may stand for one.
        around = [layer for layer in self.layers if layer.name not in ("cache", "singleflight")]
        begin = compose(around, Operations(self.endpoints, self.knowledge.pricing).start)
        begun = await begin(msgspec.structs.replace(self._call(request, names), operation=operation))
        name = f"{begun.provider}/{begun.attempts[-1].model}"
        return JobCore(self, JobId(operation=operation, model=name, handle=begun.state.handle), begun.state)

    async def stream_operation(self, operation: str, request: Request, names: tuple[str, ...]) -> StreamCore:
        """Return the running reply to a request that is no conversation."""
        from llmkit.operations.streaming import OperationStreams

        begin = compose(self.layers, OperationStreams(self.endpoints, self.knowledge.pricing))
        return await begin(msgspec.structs.replace(self._call(request, names), operation=operation, stream=True))

    async def embed(self, model: Any, inputs: Any, options: Mapping[str, Any]) -> EmbeddingResponse:
        """Return a vector for each of `inputs`."""
        from llmkit.operations.embedding import embed

        return await embed(self, model, inputs, options)

    def call(self, model: Any, messages: Any, options: Mapping[str, Any]) -> Call:
        return self._call(*self.request(model, messages, options))

    def _call(self, request: Any, names: tuple[str, ...]) -> Call:
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
            place=partial(whereabouts, self.endpoints, names, self.deployments),
        )

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
        return request, self.names(models)

    def names(self, models: Iterable[str]) -> tuple[str, ...]:
        """Return the models as `provider/id`. Raises `UnknownModel` or `UnknownProvider`."""
        return tuple([self._canonical.get(name) or self._resolve(name) for name in models])

    def match(self, model: str) -> Match:
        """Return what the registry knows of `model`."""
        return self.knowledge.registry.match(model)

    def region(self, provider: str) -> str:
        """Return where `provider` serves from, by its settings or its row; empty: not known."""
        return self.endpoints.region(self.providers.get(provider))

    def deployments(self, model: str) -> tuple[str, ...]:
        """Return all that `model` may come to, as `provider/id`: the deployments behind a route, else itself."""
        layer = self.routes.get(model)
        return (model,) if layer is None or not hasattr(layer, "deployments") else tuple(layer.deployments(model))

    def deploy(self, account: Account) -> None:
        """Know a provider once more under another name, with a key, an address or settings of its own."""
        row = self.endpoints.deploy(self.providers.get(account.provider), account)
        self.providers.rows.put(row)
        self._accounts[row.name] = row.of

    def _listed(self, name: str) -> str | None:
        """Return the name under which facts and prices of a provider are listed."""
        known = self.providers.canonical(name)
        return None if known is None else self._accounts.get(known, known)

    def _resolve(self, model: str) -> str:
        if model in self.routes:
            return model
        if isinstance(model, str) and model.startswith("route/"):
            hint = None if self.routes else "Give the client a Router among its layers."
            raise UnknownModel(model, sorted(self.routes), hint=hint)
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
        for layer in self.layers:
            if hasattr(layer, "aclose"):
                await layer.aclose(self.runtime)
        self.endpoints.forget()
        await self.connections.aclose()


def _scope(scope: Scope, request: Request) -> Scope:
    return msgspec.structs.replace(scope, tenant=request.tenant or scope.tenant, user=request.user or "", tags=request.tags)


def _models(model: Any) -> tuple[str, ...]:
    if isinstance(model, str):
        return (model,)
    if isinstance(model, Sequence) and model and all(isinstance(name, str) for name in model):
        return tuple(model)
    raise InvalidRequest("model must be a model id or a list of them.", parameter="model", hint="Write 'provider/model'.")

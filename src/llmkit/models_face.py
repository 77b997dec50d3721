"""The methods of both clients that speak of models: `models`, `estimate` and `count_tokens`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Unpack

from llmkit.core import Core
from llmkit.errors import InvalidRequest
from llmkit.models_queries import ModelQueries
from llmkit.runtime.step import run
from llmkit.types.model_info import ModelInfo
from llmkit.types.requests import CompletionOptions, CompletionRequest

if TYPE_CHECKING:
    from llmkit.models.update import Updated
    from llmkit.types.estimate import Estimate
    from llmkit.types.token_count import TokenCount


class Models(ModelQueries):
    """`kit.models` of the sync client."""

    def live(self, provider: str, /) -> list[ModelInfo]:
        """Ask `provider` which models it serves now; what is known of them besides comes from the registry.

        Raises `UnsupportedFeature` where it keeps no list.
        """
        return run(_live(self._core, provider))

    def update(self, url: str | None = None, /, *, force: bool = False) -> Updated:
        """Fetch a newer registry into the user's data directory; all of it is checked, and it is used from then on.

        Args:
            url: where its manifest is; None: `models_url` of the configuration file. Nothing is asked without an address.
            force: take one that is older than the registry in use.

        Raises `ConfigurationError`, `SecurityError`, `ConnectionFailed`, `Timeout` or `ProtocolError`; then nothing has changed.
        """
        return run(_update(self._core, url, force))


class AsyncModels(ModelQueries):
    """`kit.models` of the asyncio client."""

    async def live(self, provider: str, /) -> list[ModelInfo]:
        """Ask `provider` which models it serves now. See `Models.live`."""
        return await _live(self._core, provider)

    async def update(self, url: str | None = None, /, *, force: bool = False) -> Updated:
        """Fetch a newer registry. See `Models.update`."""
        return await _update(self._core, url, force)


class ModelsFace:
    """`models`, `estimate` and `count_tokens` of the sync client."""

    _core: Core

    @property
    def models(self) -> Models:
        """Return what is known of models: limits, abilities, prices; `kit.models.get("openai/gpt-5")`."""
        return Models(self._core)

    def estimate(
        self,
        model: str | CompletionRequest,
        messages: Any = None,
        /,
        *,
        output_tokens: int | None = None,
        service: str = "",
        **options: Unpack[CompletionOptions],
    ) -> Estimate:
        """Return how many tokens a request has and what it would cost; nothing is sent, no key is needed.

        Args:
            output_tokens: the length of answer to reckon with; None: only the input and the longest answer are priced.
            service: `batch`, `flex`, `priority` ... instead of the usual service.
        """
        return _estimate(self._core, model, messages, output_tokens, service, options)

    def count_tokens(
        self,
        model: str | CompletionRequest,
        messages: Any = None,
        /,
        *,
        source: Literal["estimate", "provider", "auto"] = "estimate",
        **options: Unpack[CompletionOptions],
    ) -> TokenCount:
        """Return how many tokens a request has.

        Args:
            source: `estimate` counts here and sends nothing; `provider` asks the provider, and raises `UnsupportedFeature` where it
                does not count; `auto` asks the provider where it counts.
        """
        return run(_count(self._core, model, messages, source, options))


class AsyncModelsFace:
    """`models`, `estimate` and `count_tokens` of the asyncio client."""

    _core: Core

    @property
    def models(self) -> AsyncModels:
        """Return what is known of models. See `LLMKit.models`."""
        return AsyncModels(self._core)

    def estimate(
        self,
        model: str | CompletionRequest,
        messages: Any = None,
        /,
        *,
        output_tokens: int | None = None,
        service: str = "",
        **options: Unpack[CompletionOptions],
    ) -> Estimate:
        """Return how many tokens a request has and what it would cost; nothing is awaited. See `LLMKit.estimate`."""
        return _estimate(self._core, model, messages, output_tokens, service, options)

    async def count_tokens(
        self,
        model: str | CompletionRequest,
        messages: Any = None,
        /,
        *,
        source: Literal["estimate", "provider", "auto"] = "estimate",
        **options: Unpack[CompletionOptions],
    ) -> TokenCount:
        """Return how many tokens a request has. See `LLMKit.count_tokens`."""
        return await _count(self._core, model, messages, source, options)


def _estimate(core: Core, model: Any, messages: Any, output_tokens: int | None, service: str, options: Mapping[str, Any]) -> Estimate:
    from llmkit.estimating import estimate  # only users of it pay for it

    if output_tokens is not None and (isinstance(output_tokens, bool) or not isinstance(output_tokens, int) or output_tokens < 0):
        raise InvalidRequest(f"output_tokens must be a whole number of tokens, not {output_tokens!r}.", parameter="output_tokens")
    request, names = core.request(model, messages, options)
    return estimate(
        core.knowledge.registry.match(names[0]),
        request,
        _counted_here(core, request, names[0]),
        model=names[0],
        output_tokens=output_tokens,
        service=service,
        at=core.runtime.wall(),
    )


async def _count(core: Core, model: Any, messages: Any, source: str, options: Mapping[str, Any]) -> TokenCount:
    from llmkit.questions import count_tokens

    call = core.call(model, messages, options)
    return await count_tokens(core.endpoints, call, source, lambda: _counted_here(core, call.request, call.model))


def _counted_here(core: Core, request: CompletionRequest, model: str) -> TokenCount:
    """Count in the chat format that the request would go out in, as the maker of the model cuts words."""
    from llmkit.tokens import count

    provider, name = core.providers.resolve(model)
    route = provider.route(name, request.dialect)
    match = core.knowledge.registry.match(model)
    maker = match.info.base_model if match.info is not None else ""
    return count(request.replace(dialect=route.dialect if route is not None else request.dialect), maker or model)


async def _live(core: Core, provider: str) -> list[ModelInfo]:
    from llmkit.models.served import merged
    from llmkit.questions import list_models

    told = await list_models(core.endpoints, core.providers.get(provider), core.runtime, core.timeouts)
    return [merged(info, core.knowledge.exactly(info.model)) for info in told]


async def _update(core: Core, url: str | None, force: bool) -> Updated:
    from llmkit.models_update import update

    updated = await update(
        core.connections.transport(), core.runtime, url=url or core.config.models_url, force=force, timeouts=core.timeouts
    )
    if updated.changed:
        core.knowledge.renew()
    return updated

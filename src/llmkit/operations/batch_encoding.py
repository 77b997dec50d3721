"""Write the requests of a batch as the model's own wire format says them, one a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec

from llmkit.encoding import as_bytes, encode
from llmkit.endpoint import Plan
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.operations.batch_use import Most
from llmkit.operations.exchange import Asked, Operations, allowed
from llmkit.types.batch import BatchCodec
from llmkit.types.dialect import Encoded
from llmkit.types.embedding import EmbeddingRequest
from llmkit.types.request import Request
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import CompletionResponse
from llmkit.types.warnings import Warning

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.pipeline.call import Call

__all__ = ["Lines", "guarded", "plan_for"]

_NO_HEADERS = (Warning(kind="dropped", parameter="extra_headers", detail="the requests of a batch go out together"),)


class Lines:
    """Encodes requests for one model; all of them go to one address of the provider."""

    def __init__(self, core: Core, operations: Operations, asked: Asked, call: Call) -> None:
        self._core, self._operations, self._asked, self._call = core, operations, asked, call
        self.codec, self.model = cast("BatchCodec", asked.codec), call.model
        self.address = self.wire = ""
        self.warnings: dict[str, tuple[Warning, ...]] = {}
        self._same: dict[tuple[Warning, ...], tuple[Warning, ...]] = {}
        self._plans: dict[str | None, Plan] = {}
        self.most = Most(core, call)

    async def line(self, id: str, request: Request) -> tuple[bytes, dict[str, str]]:
        """Return the line for a request, and the headers that it needs. Raises what `complete` would raise before sending."""
        request = await guarded(self._core, self._call, request, None)
        self.most.add(request)
        encoded, wire = self._embedding(request) if isinstance(request, EmbeddingRequest) else self._completion(request)
        if self.address and (encoded.path, wire) != (self.address, self.wire):
            raise InvalidRequest(
                f"The requests of a batch go to one address, {self.address}; this one goes to {encoded.path}.", parameter="requests"
            )
        self.address, self.wire = encoded.path, wire
        if encoded.warnings:
            told = tuple(encoded.warnings)
            self.warnings[id] = self._same.setdefault(told, told)
        return as_bytes(self.codec.line(id, encoded, wire, self._asked.place)), encoded.headers

    def _completion(self, request: Request) -> tuple[Encoded, str]:
        if not isinstance(request, CompletionRequest):
            raise InvalidRequest(f"A {type(request).__name__} cannot be in a batch.", parameter="requests")
        plan = self._plans.get(request.dialect)
        if plan is None:
            plan = self._plans[request.dialect] = plan_for(self._core, self._call.model, self.codec, request.dialect)
        encoded = encode(plan, request, stream=False)
        encoded.path = plan.path or encoded.path
        if request.extra_headers:
            encoded.warnings = [*encoded.warnings, *allowed(request.on_unsupported, plan.model, _NO_HEADERS)]
        return encoded, plan.endpoint.dialect.NAME

    def _embedding(self, request: EmbeddingRequest) -> tuple[Encoded, str]:
        provider, model = self._core.endpoints.providers.resolve(self._call.model)
        asked = self._operations.place(provider, model, "embed")
        if asked.codec.NAME not in self.codec.WIRES:
            raise UnsupportedFeature("embeddings in a batch", where=provider.title)
        steps = asked.codec.steps(request, asked.place)
        ask = next(steps)
        steps.close()
        warnings = allowed(request.on_unsupported, model, ask.warnings)
        body = cast("dict[str, Any]", ask.body)
        return Encoded(path=ask.path, body={**body, **request.extra_body}, warnings=list(warnings)), asked.codec.NAME


def plan_for(core: Core, model: str, codec: BatchCodec, wire: str | None) -> Plan:
    """Return how a request goes out: in the model's own format, or in the first that batches have and the provider speaks."""
    plan = core.endpoints.plan(model, wire)
    if plan.endpoint.dialect.NAME in codec.WIRES:
        return plan
    if wire is None:
        spoken = {plan.endpoint.provider.dialect, *[way.dialect for way in plan.endpoint.provider.routes]}
        other = next((name for name in codec.WIRES if name in spoken), None)
        if other is not None:
            return core.endpoints.plan(model, other)
    hint = f"It takes {', '.join(codec.WIRES)}."
    raise UnsupportedFeature(f"the format {plan.endpoint.dialect.NAME} in a batch", where=plan.endpoint.provider.title, hint=hint)


async def guarded(core: Core, call: Call, request: Request, reply: Any) -> Any:
    """Return the request as the client's guardrails leave it, or the reply where there is one. Raises `GuardrailBlocked`."""
    found: Any = request if reply is None else reply
    for layer in core.layers:
        if layer.name != "guard":
            continue
        if reply is not None:
            found = await layer(msgspec.structs.replace(call, request=cast("Any", request)), _giving(found))
            continue
        seen: list[Request] = []
        await layer(msgspec.structs.replace(call, request=found), _noting(seen))
        found = seen[0]
    return found


def _noting(seen: list[Request]) -> Any:
    async def note(call: Call) -> CompletionResponse:
        seen.append(call.request)
        return CompletionResponse()

    return note


def _giving(reply: Any) -> Any:
    async def give(call: Call) -> Any:
        return reply

    return give

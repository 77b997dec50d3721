"""From a result as the wire has it to a reply or a typed error, with what it cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import msgspec

from llmkit.endpoint import Plan
from llmkit.errors import LLMKitError, ProtocolError, ProviderError
from llmkit.operations.batch_encoding import guarded, plan_for
from llmkit.operations.believing import believable
from llmkit.operations.exchange import Asked, Operations
from llmkit.pipeline.call import Budget, Call
from llmkit.sending import described, ruled_failure
from llmkit.stream import UNREADABLE
from llmkit.types.asking import Answer
from llmkit.types.batch import BatchCodec, BatchResult, BatchState, RawResult
from llmkit.types.embedding import EmbeddingRequest
from llmkit.types.http import Headers
from llmkit.types.request import Request
from llmkit.types.responses import CompletionResponse

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.types.job import JobId

SERVICE = "batch"
"""The tier whose prices hold for whatever is asked in a batch."""
_UNANSWERED = {
    "cancelled": "The batch was cancelled before this request was answered.",
    "expired": "The batch ran out of time before this request was answered.",
    "failed": "The request failed, and the provider does not say why.",
}


class _Items(msgspec.Struct):
    data: list[msgspec.Raw] = []


_items = msgspec.json.Decoder(_Items)


class Reading:
    """Reads the results of one batch."""

    def __init__(self, core: Core, identity: JobId, state: BatchState) -> None:
        self._core, self._identity, self._state = core, identity, state
        self.operations = Operations(core.endpoints, core.knowledge.pricing)
        self._name, _, self._model = identity.model.partition("/")
        self.asked = self.asked_with(0)
        self.codec = cast("BatchCodec", self.asked.codec)
        self._plans: dict[str, Plan] = {}

    def asked_with(self, key: int) -> Asked:
        """Return the place of the batches, asked with the provider's key at the place `key`."""
        return self.operations.place(self._core.providers.get(self._name), self._model, "batch", key)

    def call(self) -> Call:
        """Return a call that may take as long as the results need, with the client's pauses."""
        timeouts = msgspec.structs.replace(self._core.timeouts, total=None)
        return Call(
            request=cast("Any", Request(model=self._identity.model)),
            models=(self._identity.model,),
            model=self._identity.model,
            runtime=self._core.runtime,
            timeouts=timeouts,
            deadline=None,
            budget=Budget(self._core.retries),
            scope=self._core.scope,
            operation="batch",
            rotation=self._core.rotation,
        )

    def described(self, error: LLMKitError) -> LLMKitError:
        """Say whose failure it is."""
        return described(self.asked.endpoint, self._model, error)

    async def result(self, raw: RawResult) -> BatchResult:
        """Return what `raw` means: a reply with its cost, or an error. What cannot be read is an error of that request alone."""
        if raw.outcome != "succeeded":
            return BatchResult(id=raw.id, status=raw.outcome, error=self.described(self._error(raw)))
        failure: LLMKitError
        try:
            reply = self._embedding(raw) if self._wire(raw) in _EMBEDDINGS else self._completion(raw)
            reply = await guarded(self._core, self.call(), Request(model=self._identity.model), reply)
            return BatchResult(id=raw.id, status="succeeded", reply=reply)
        except LLMKitError as error:
            failure = error
        return BatchResult(id=raw.id, status="failed", error=self.described(failure))

    def _completion(self, raw: RawResult) -> CompletionResponse:
        plan = self._plan(self._wire(raw))
        failure: LLMKitError | None = None
        try:
            answer = plan.endpoint.dialect.decode(raw.body, origin=plan.origin)
        except ProviderError as error:
            failure = ruled_failure(plan.endpoint, error, raw.body)
        except UNREADABLE:
            failure = ProtocolError("The result is not what was promised.")
        if failure is not None:
            raise failure
        if plan.profile.think_tags is not None:
            from llmkit.dialects.think_tags import split

            answer = split(answer, plan.profile.think_tags)
        values = plan.endpoint.values
        region = answer.region or values.get("region") or values.get("location") or ""
        at = self._core.runtime.wall()
        pricing = self._core.knowledge.pricing
        cost, unpriced = pricing.cost(plan.endpoint.provider, plan.model, answer.replace(service_tier=SERVICE), at=at, region=region)
        return answer.replace(
            provider=plan.endpoint.provider.name,
            model=answer.model or plan.model,
            cost=cost,
            warnings=answer.warnings if unpriced is None else (*answer.warnings, unpriced),
        )

    def _embedding(self, raw: RawResult) -> Any:
        provider = self._core.providers.get(self._name)
        asked = self.operations.place(provider, self._model, "embed")
        request = EmbeddingRequest(model=self._identity.model, inputs=("",) * _EMBEDDINGS[self._wire(raw)](raw.body))
        steps = asked.codec.steps(request, asked.place)
        next(steps)
        reply: Any = None
        try:
            steps.send(Answer(status=200, headers=Headers(), body=raw.body))
        except StopIteration as end:
            reply = believable(end.value)
        at = self._core.runtime.wall()
        pricing = self._core.knowledge.pricing
        cost, unpriced = pricing.operation_cost(provider, self._model, reply, at=at, service=SERVICE)
        warnings = reply.warnings if unpriced is None else (*reply.warnings, unpriced)
        return reply.replace(provider=provider.name, model=reply.model or self._model, cost=cost, warnings=warnings)

    def _error(self, raw: RawResult) -> LLMKitError:
        endpoint = self.asked.endpoint
        if not raw.body or raw.outcome != "failed":
            return ProviderError(_UNANSWERED[raw.outcome], code=raw.outcome, retryable=True)
        wire = self._wire(raw)
        teller = endpoint.dialect if wire in _EMBEDDINGS else self._plan(wire).endpoint.dialect
        return ruled_failure(endpoint, teller.error(raw.status, Headers(), raw.body), raw.body)

    def _wire(self, raw: RawResult) -> str:
        return raw.wire or self._state.wire

    def _plan(self, wire: str) -> Plan:
        found = self._plans.get(wire)
        if found is None:
            found = self._plans[wire] = plan_for(self._core, self._identity.model, self.codec, wire or None)
        return found


def _listed(body: bytes) -> int:
    """Return how many vectors there are."""
    problem = ""
    try:
        return len(_items.decode(body).data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problem = str(error)
    raise ProtocolError(f"The result holds no embeddings: {problem}.")


_EMBEDDINGS: dict[str, Callable[[bytes], int]] = {"openai_embeddings": _listed, "gemini_embeddings": lambda body: 1}
"""How many vectors an answer has, by its wire format."""

"""Two questions to a provider beside conversations: how many tokens a request has, and which models are served."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec

from llmkit.dialects import COUNTS, LISTS, counting_of, listing_of
from llmkit.dialects.listing import day
from llmkit.encoding import as_bytes, encode
from llmkit.endpoint import Endpoint, Endpoints, Plan
from llmkit.errors import (
    ConfigurationError,
    InvalidRequest,
    LLMKitError,
    MissingKey,
    NotFound,
    ProtocolError,
    ProviderError,
    UnsupportedFeature,
)
from llmkit.pipeline.call import Call
from llmkit.pipeline.retry import Retry
from llmkit.providers.provider import Provider
from llmkit.providers.serving import Serving
from llmkit.providers.settings import fill
from llmkit.runtime.protocol import Runtime
from llmkit.sending import checked, delivered, described, failure_of
from llmkit.types.dialect import Counting, Listing
from llmkit.types.http import HttpRequest, HttpResponse, Timeouts
from llmkit.types.model_info import ModelInfo
from llmkit.types.token_count import TokenCount

MOST_PAGES = 100
MOST_MODELS = 50_000
_LONGEST_COUNT = 1024 * 1024
_NO_SUCH_PLACE = (404, 405, 501)
_ESTIMATE = "`estimate` counts without asking."


class _Place(msgspec.Struct, frozen=True):
    """Where a request is counted. `sure`: the provider's row says so; else the wire format alone does."""

    plan: Plan
    way: Serving | None
    counting: Counting

    @property
    def sure(self) -> bool:
        return self.way is not None


async def count_tokens(endpoints: Endpoints, call: Call, source: str, here: Callable[[], TokenCount]) -> TokenCount:
    """Return how many tokens the call's request has.

    `estimate` counts `here`, `provider` asks, `auto` asks where the provider's row says that it counts. Raises `UnsupportedFeature`
    where `provider` was asked for and does not count.
    """
    if source not in ("estimate", "provider", "auto"):
        raise InvalidRequest(f"source must be 'estimate', 'provider' or 'auto', not {source!r}.", parameter="source")
    if source == "provider" or (source == "auto" and counts(endpoints, call)):
        tokens = await Retry()(call, partial(asked_tokens, endpoints))
        return TokenCount(tokens=tokens, method="provider")
    return here()


async def asked_tokens(endpoints: Endpoints, call: Call) -> int:
    """Ask the provider how many tokens the call's request has; it is not answered, and costs nothing.

    Raises `UnsupportedFeature` where the provider does not count.
    """
    place = _place(endpoints, call)
    failure: LLMKitError
    try:
        return await _counted(endpoints, place, call)
    except LLMKitError as error:
        failure = error
    if not place.sure and _no_place(failure, place.plan.model):
        failure = _uncounted(place.plan.endpoint.provider)
    raise described(place.plan.endpoint, place.plan.model, failure)


def counts(endpoints: Endpoints, call: Call) -> bool:
    """Tell whether the row of the call's provider names a place where it counts: asking elsewhere may be in vain."""
    try:
        return _place(endpoints, call).sure
    except (UnsupportedFeature, MissingKey, ConfigurationError):
        return False


async def list_models(endpoints: Endpoints, provider: Provider, runtime: Runtime, timeouts: Timeouts) -> list[ModelInfo]:
    """Ask `provider` which models it serves; each is told once, with what the provider says of it and nothing else.

    An empty `mode` means that the provider does not tell it. Raises `UnsupportedFeature` where it keeps no list.
    """
    way = provider.operations.get("models")
    spoken = provider.dialect if way is None else LISTS.get(way.dialect, way.dialect)
    how = listing_of(spoken if way is None else way.dialect)
    if how is None:
        raise _unlisted(provider)
    endpoint = endpoints.serving(provider, Serving(dialect=spoken, path="", base_url="" if way is None else way.base_url))
    deadline = None if timeouts.total is None else runtime.now() + timeouts.total
    failure: LLMKitError
    try:
        found = await _pages(endpoint, "" if way is None else fill(way.path, endpoint.values), how, runtime, timeouts, deadline)
    except LLMKitError as error:
        failure = error
    else:
        today = day(int(runtime.wall()))
        return [info.replace(last_seen=today, price_as_of=today if info.price is not None else None) for info in found.values()]
    if way is None and _no_place(failure):
        failure = _unlisted(provider)
    raise described(endpoint, None, failure)


def _place(endpoints: Endpoints, call: Call) -> _Place:
    """Return where the request is counted: where the row says, else where the format does.

    A row's place is asked in its own format though the conversation goes another way; but not where the model's id chose the way,
    for other models stand behind the others, and only as a last resort where the caller chose it.
    """
    wire = call.request.dialect
    plan = endpoints.plan(call.model, wire)
    provider, claimed = plan.endpoint.provider, bool(plan.endpoint.route.models)
    way = provider.operations.get("count")
    spoken = COUNTS.get(way.dialect, "") if way is not None else ""
    how, own = counting_of(spoken), _own_place(plan)
    if how is not None and spoken == plan.endpoint.dialect.NAME:
        return _Place(plan, way, how)
    if own is not None and (wire is not None or claimed or how is None):
        return _Place(plan, None, own)
    if how is not None and not claimed:
        return _Place(endpoints.plan(call.model, spoken), way, how)
    raise _uncounted(provider)


def _own_place(plan: Plan) -> Counting | None:
    """Return how the plan's format counts, where the format itself says where."""
    how = counting_of(plan.endpoint.dialect.NAME)
    if how is None or not how.OWN_PLACE or (plan.path and how.count_path(plan.path) is None):
        return None
    return how


async def _counted(endpoints: Endpoints, place: _Place, call: Call) -> int:
    plan = place.plan
    encoded = encode(plan, call.request, stream=False)
    encoded.path = plan.path or encoded.path
    endpoint, path = plan.endpoint, place.counting.count_path(encoded.path)
    if place.way is not None and (path is None or place.way.base_url):
        path = fill(place.way.path, endpoint.values, plan.model)
        endpoint = endpoints.serving(endpoint.provider, place.way.replace(dialect=endpoint.dialect.NAME))
    if not path:
        raise _uncounted(endpoint.provider)
    question = place.counting.encode_count(encoded, model=plan.model)
    own = checked(call.request.extra_headers, endpoint) if call.request.extra_headers else {}
    request = HttpRequest(
        method="POST",
        origin=endpoint.origin,
        path=endpoint.path + path,
        headers=(*endpoint.headers, *question.headers.items(), *own.items()),
        body=as_bytes(question.body),
        timeouts=call.timeouts,
        credential=endpoint.fixed,
        deadline=call.deadline,
    )
    response = await _answer(endpoint, request, call.runtime)
    return place.counting.decode_count(await response.body.read_all(call.deadline, _LONGEST_COUNT))


async def _pages(
    endpoint: Endpoint, own: str, how: Listing, runtime: Runtime, timeouts: Timeouts, deadline: float | None
) -> dict[str, ModelInfo]:
    """Return the models of all pages by id. The row's `own` path stands for the format's."""
    found: dict[str, ModelInfo] = {}
    page: str | None = None
    seen: set[str] = set()
    for _ in range(MOST_PAGES):
        request = HttpRequest(
            method="GET",
            origin=endpoint.origin,
            path=endpoint.path + _joined(own, how.list_path(page)),
            headers=(*endpoint.headers, *endpoint.dialect.PROFILE.merged(endpoint.route.profile).headers.items()),
            timeouts=timeouts,
            credential=endpoint.fixed,
            deadline=deadline,
        )
        response = await _answer(endpoint, request, runtime)
        told = how.decode_models(await response.body.read_all(deadline), provider=endpoint.provider.name)
        for info in told.models:
            found.setdefault(info.id, info)
        if len(found) > MOST_MODELS:
            raise ProtocolError(f"The list holds more than {MOST_MODELS} models.")
        if told.next is None:
            return found
        if told.next in seen:
            raise ProtocolError("The list goes round: a page names one before it as the next.")
        seen.add(page := told.next)
    raise ProtocolError(f"The list has more than {MOST_PAGES} pages.")


async def _answer(endpoint: Endpoint, request: HttpRequest, runtime: Runtime) -> HttpResponse:
    response = await delivered(endpoint, request, runtime)
    if response.status != 200:
        raise await failure_of(endpoint, response, request.deadline)
    return response


def _joined(own: str, path: str) -> str:
    """Return the row's path with the query of the format's."""
    if not own:
        return path
    query = path.partition("?")[2]
    return own + (("&" if "?" in own else "?") + query if query else "")


def _no_place(failure: LLMKitError, model: str = "") -> bool:
    """Tell whether the answer means that nothing is there: not when it speaks of the model."""
    if not isinstance(failure, ProviderError) or failure.status not in _NO_SUCH_PLACE:
        return False
    return not (model and isinstance(failure, NotFound) and model in failure.message)


def _uncounted(provider: Provider) -> UnsupportedFeature:
    return UnsupportedFeature("counting the tokens of a request", where=provider.title, hint=_ESTIMATE)


def _unlisted(provider: Provider) -> UnsupportedFeature:
    return UnsupportedFeature("listing its models", where=provider.title, hint="What is known of them besides is in `kit.models`.")

"""Say where models are asked and on whose account: answers from elsewhere are others'."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from llmkit.endpoint import Endpoints
from llmkit.errors import LLMKitError


def whereabouts(endpoints: Endpoints, names: Iterable[str], deployments: Callable[[str], tuple[str, ...]]) -> str:
    """Return the addresses and accounts of `names`; of a route, those of all its deployments that can be called."""
    told = []
    for name in names:
        for model in deployments(name):
            try:
                endpoint = endpoints.plan(model).endpoint
            except LLMKitError:
                if model == name:
                    raise
                continue  # it answers nothing
            account = "" if endpoint.source is None else endpoint.source.account
            told.append(f"{endpoint.origin}{endpoint.path} {account}")
    return "\n".join(told)

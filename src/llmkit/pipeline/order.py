"""Where each layer stands: one table, outermost first, with the reason of each place."""

from __future__ import annotations

from collections.abc import Iterable

from llmkit.errors import ConfigurationError, nearest
from llmkit.pipeline.call import Layer

ORDER = (
    "trace",  # sees everything, also what is refused
    "hooks",  # users' own, inside the span
    "guard",  # before anything is kept or sent
    "cache",  # a hit costs nothing and is limited by nothing
    "singleflight",  # of what is not cached, one asks for all
    "budget",  # reserves before, settles after, over all tries
    "meter",  # records what was used, over all tries
    "health",  # checks before anybody is chosen, and sees every try
    "failover",  # chooses model and deployment
    "hedge",  # a second try of the same model beside the first
    "retry",  # the same model again, with this key or another: what is inside is passed anew by every try
    "breaker",  # of one deployment and key; a refusal costs no token of a limit, and every try counts
    "ratelimit",  # of one deployment and key; every try is counted, none is missed
    "concurrency",  # innermost of the waits: a place is held only while the provider works, never during a pause between tries
)


def ordered(layers: Iterable[Layer]) -> tuple[Layer, ...]:
    """Return the layers, outermost first; two of one name keep their order. Raises `ConfigurationError` for an unknown name."""
    given = list(layers)
    for layer in given:
        if getattr(layer, "name", None) not in ORDER:
            known = getattr(layer, "name", repr(layer))
            near = nearest(str(known), ORDER)
            hint = f"Did you mean {near[0]}?" if near else f"Names: {', '.join(ORDER)}."
            raise ConfigurationError(f"There is no place for the layer {known!r}.", parameter="layers", hint=hint)
    return tuple(sorted(given, key=lambda layer: ORDER.index(layer.name)))

"""How often a job is looked after: as its host says, else as its format does."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

import msgspec

from llmkit.types.asking import Place
from llmkit.types.job import JobSteps

Asked = TypeVar("Asked")


def paced(steps: Callable[[Asked, Place], JobSteps]) -> Callable[[Asked, Place], JobSteps]:
    """Let a row say in `Serving.options["delay"]` how many seconds to wait before looking again."""

    @wraps(steps)
    def looked(asked: Asked, place: Place) -> JobSteps:
        state = yield from steps(asked, place)
        delay = place.options.get("delay")
        return state if delay is None else msgspec.structs.replace(state, delay=float(delay))

    return looked

"""Ask one deployment whether it is well: the cheapest question that it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from llmkit.errors import BadRequest, InvalidRequest, LLMKitError, PermissionDenied, RateLimited, UnsupportedFeature
from llmkit.pipeline.call import Budget
from llmkit.runtime.protocol import Overdue
from llmkit.types.http import Timeouts

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.health.watched import Watched

_TOKENS = 16  # OpenAI's Responses take no less (platform.openai.com/docs/api-reference/responses/create, read 2026-11)
_REACHED = (BadRequest, RateLimited)
"""It is there, and has an opinion."""


class Answer(NamedTuple):
    """`verdict` is None where nothing can be told."""

    verdict: bool | None
    words: str


async def ask(core: Core, watched: Watched, seconds: float) -> Answer:
    """Return how the deployment is; whatever goes wrong is an answer."""
    try:
        if watched.by == "models":
            return await _list(core, watched.model, seconds)
        if watched.by == "completion":
            return await _complete(core, watched.model, seconds)
        way: Any = watched.by
        well = await core.runtime.call(lambda: way(watched.model), seconds)
        return Answer(False, "its check says so") if well is False else Answer(True, "ok")
    except Overdue:
        return Answer(False, f"no answer in {seconds:g} s")
    except InvalidRequest as error:  # a setting is missing, its service has ended ...
        return Answer(False, type(error).__name__)
    except _REACHED:
        return Answer(True, "ok")
    except LLMKitError as error:
        return Answer(False, type(error).__name__)
    except Exception as error:  # the user's own check: its failure is an answer
        return Answer(False, type(error).__name__)


async def _list(core: Core, model: str, seconds: float) -> Answer:
    from llmkit.questions import list_models

    provider = core.providers.resolve(model)[0]
    try:
        await list_models(core.endpoints, provider, core.runtime, _timeouts(core, seconds))
    except UnsupportedFeature:
        return Answer(None, "its provider lists no models: check by='completion'")
    except PermissionDenied:  # keys can be made that may do nothing but what they are for
        return Answer(None, "its key may not list models: check by='completion'")
    return Answer(True, "ok")


async def _complete(core: Core, model: str, seconds: float) -> Answer:
    call = core.call(model, "Hi", {"max_tokens": _TOKENS, "timeout": _timeouts(core, seconds)})
    await core.exchange.complete(msgspec.structs.replace(call, budget=Budget(0), rotation=None))
    return Answer(True, "ok")


def _timeouts(core: Core, seconds: float) -> Timeouts:
    given = core.timeouts
    names = ("connect", "write", "pool", "first_event", "idle")
    shorter = {name: seconds if (own := getattr(given, name)) is None else min(own, seconds) for name in names}
    return msgspec.structs.replace(given, total=seconds, **shorter)

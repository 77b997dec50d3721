"""Ask about a film, where a provider is made for that and for nothing else: one question, one answer, no conversation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from llmkit.errors import InvalidRequest
from llmkit.operations.reading import models_of, read, whole
from llmkit.operations.video_sources import film
from llmkit.types.video import UnderstandingRequest, UnderstandingResponse

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.operations.jobs import JobCore

_CONVERT: dict[str, Callable[[str, Any], Any]] = {"max_tokens": lambda name, value: whole(name, value, 1, 1_000_000)}


async def understand(core: Core, model: Any, video: Any, prompt: Any, options: Mapping[str, Any]) -> UnderstandingResponse:
    """Return what the model says."""
    reply: UnderstandingResponse = await core.operate("understand", *_asked(core, model, video, prompt, options))
    return reply


async def start_understanding(core: Core, model: Any, video: Any, prompt: Any, options: Mapping[str, Any]) -> JobCore:
    """Begin to look at the film."""
    return await core.start("understand", *_asked(core, model, video, prompt, options))


def _asked(core: Core, model: Any, video: Any, prompt: Any, options: Mapping[str, Any]) -> tuple[UnderstandingRequest, tuple[str, ...]]:
    if isinstance(model, UnderstandingRequest):
        return read(UnderstandingRequest, model, {}, options, _CONVERT), models_of(core, model, "understand")
    if not isinstance(prompt, str) or not prompt:
        raise InvalidRequest("There is no question.", parameter="prompt", hint="Pass the film and a question about it.")
    first = model if isinstance(model, str) else next(iter(model))
    given = {"video": film("video", video), "prompt": prompt}
    return read(UnderstandingRequest, first, given, options, _CONVERT), models_of(core, model, "understand")

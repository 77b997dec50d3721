"""Open a session that listens or speaks: read the arguments, and go through the layers as one call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from llmkit.operations.reading import models_of, read, whole, words
from llmkit.operations.speech import real
from llmkit.pipeline.call import compose
from llmkit.realtime.asked import SETTINGS as SESSION
from llmkit.realtime.opening import RealtimeSessions, call_of, layers_around
from llmkit.realtime.sound_core import ListeningCore, SpeakingCore
from llmkit.types.listening import ListenRequest
from llmkit.types.request import Request
from llmkit.types.speaking import SpeakRequest
from llmkit.types.speech import SOUND_FORMATS
from llmkit.types.transcription import TIMESTAMPS

if TYPE_CHECKING:
    from llmkit.core import Core

_LISTEN: dict[str, Callable[[str, Any], Any]] = {
    "input_format": SESSION["input_format"],
    "turns": SESSION["turns"],
    "idle": SESSION["idle"],
    "timestamps": lambda name, value: words(name, value, TIMESTAMPS),
    "speakers": lambda name, value: whole(name, value, 1, 100),
}
_SPEAK: dict[str, Callable[[str, Any], Any]] = {
    "format": lambda name, value: words(name, value, SOUND_FORMATS),
    "sample_rate": lambda name, value: whole(name, value, 4_000, 192_000),
    "speed": lambda name, value: real(name, value, 0, 10),
    "idle": SESSION["idle"],
}


class _Listening(RealtimeSessions):
    """Opens one that listens."""

    kind = ListeningCore
    words = "live transcription"


class _Speaking(RealtimeSessions):
    """Opens one that speaks."""

    kind = SpeakingCore
    words = "live speech"


async def open_listening(core: Core, model: str | Sequence[str] | ListenRequest, options: Mapping[str, Any]) -> ListeningCore:
    """Return a session that is ready to hear."""
    request = read(ListenRequest, _first(model), {}, options, _LISTEN)
    found: ListeningCore = await _opened(core, _Listening, request, models_of(core, model, "listen"), "listen")
    return found


async def open_speaking(core: Core, model: str | Sequence[str] | SpeakRequest, options: Mapping[str, Any]) -> SpeakingCore:
    """Return a session that is ready to speak."""
    request = read(SpeakRequest, _first(model), {}, options, _SPEAK)
    found: SpeakingCore = await _opened(core, _Speaking, request, models_of(core, model, "speak"), "speak")
    return found


async def _opened(core: Core, kind: type[RealtimeSessions], request: Request, names: tuple[str, ...], operation: str) -> Any:
    begin = compose(layers_around(core), kind(core.endpoints, core.knowledge.pricing))
    return await begin(call_of(core, request, names, operation))


def _first(model: Any) -> Any:
    return model if isinstance(model, str | Request) else next(iter(model), "")


class _Closes(Protocol):
    async def aclose(self) -> None: ...


S = TypeVar("S", bound=_Closes)


class OpeningSound(Generic[S]):
    """What `AsyncLLMKit.listen` and `speak` return: `async with` it, or `await` it for the session."""

    def __init__(self, opening: Callable[[], Awaitable[S]]) -> None:
        self._opening = opening
        self._session: S | None = None

    def __await__(self) -> Generator[Any, None, S]:
        return self._opening().__await__()

    async def __aenter__(self) -> S:
        self._session = await self._opening()
        return self._session

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._session is not None:
            await self._session.aclose()

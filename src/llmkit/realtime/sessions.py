"""The two faces of a session: say something, and iterate for what happens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from types import TracebackType
from typing import TYPE_CHECKING, Any

from llmkit.realtime import saying
from llmkit.realtime.iterating import AsyncIterating, Iterating
from llmkit.realtime.turn import folded
from llmkit.runtime.step import run
from llmkit.types.realtime import RealtimeEvent, RealtimeReply, ResponseDone, Turn

if TYPE_CHECKING:
    from llmkit.realtime.core import SessionCore
    from llmkit.types.parts import Image, InvalidToolCall, ToolCall, ToolResult
    from llmkit.types.realtime import SessionStarted, ToolCalled
    from llmkit.types.warnings import Warning


class _Told:
    """What both faces tell of a session."""

    _core: SessionCore

    @property
    def started(self) -> SessionStarted | None:
        """Return how the provider greeted: the session's id, its model, and when it expires, where it tells."""
        return self._core.started

    @property
    def handle(self) -> str | None:
        """Return what `resume=` takes to take the session up again; None: its state would be lost with the connection."""
        return self._core.handle

    @property
    def reply(self) -> RealtimeReply:
        """Return what the session came to so far: usage, cost (None: not known), warnings."""
        return self._core.reply

    @property
    def warnings(self) -> tuple[Warning, ...]:
        """Return what of the settings could not be said."""
        return self._core.reply.warnings


class RealtimeSession(_Told, Iterating):
    """A session in your own threads: one iterates, any may send. Who iterates keeps the connection alive: pings are answered then."""

    def __init__(self, core: SessionCore) -> None:
        self._core = core

    def send_text(self, text: str, *, role: str = "user", respond: bool = True) -> None:
        """Say something in writing, and ask for an answer; without `respond` it is only added to the conversation."""
        run(saying.say(self._core, text, role, respond))

    def send_audio(self, data: bytes) -> None:
        """Say something aloud: sound in the session's input format, in pieces of any size."""
        run(saying.speak(self._core, data))

    def send_image(self, image: Image) -> None:
        """Show a picture, or a frame of what a camera sees."""
        run(saying.show(self._core, image))

    def commit(self, *, respond: bool | None = None) -> None:
        """End the user's turn. With `turns="manual"` an answer is asked for too, unless `respond` is False."""
        run(self._core.do(lambda session: session.commit(respond)))

    def respond(self, *, instructions: str | None = None) -> None:
        """Ask for an answer; while one is made, the next is asked for at its end."""
        run(self._core.do(lambda session: session.respond(instructions)))

    def cancel(self) -> None:
        """Stop the answer that is being made. Raises `UnsupportedFeature` where only speaking does that."""
        run(self._core.do(lambda session: session.cancel()))

    def truncate(self, item: str, played_ms: int, *, index: int = 0) -> None:
        """Tell that of the spoken `item` only `played_ms` milliseconds were heard: the model forgets the rest."""
        run(self._core.do(lambda session: session.truncate(item, index, played_ms)))

    def send_tool_result(self, call: ToolCalled | ToolCall | InvalidToolCall, value: Any, *, respond: bool | None = None) -> None:
        """Answer a call; the model goes on when all its calls are answered, or as `respond` says."""
        run(saying.answer(self._core, call, value, respond))

    def call_tool(self, call: ToolCalled | ToolCall | InvalidToolCall, *, respond: bool | None = None) -> ToolResult:
        """Call the function among `tools` that the model asks for, and answer with what it returns or how it failed."""
        return run(saying.run(self._core, call, respond))

    def update(self, **options: Any) -> None:
        """Change settings of the running session. Raises `UnsupportedFeature` where they hold from its beginning on."""
        run(saying.change(self._core, options))

    def turn(self) -> Turn:
        """Read until the next answer is over, and return it as a whole."""
        events: list[RealtimeEvent] = []
        while (event := run(self._core.next())) is not None:
            events.append(event)
            if isinstance(event, ResponseDone):
                break
        return folded(events)


class AsyncRealtimeSession(_Told, AsyncIterating):
    """A session on an event loop: one task iterates, any may send. See `RealtimeSession` for each method."""

    def __init__(self, core: SessionCore) -> None:
        self._core = core

    async def send_text(self, text: str, *, role: str = "user", respond: bool = True) -> None:
        """Say something in writing. See `RealtimeSession.send_text`."""
        await saying.say(self._core, text, role, respond)

    async def send_audio(self, data: bytes) -> None:
        """Say something aloud. See `RealtimeSession.send_audio`."""
        await saying.speak(self._core, data)

    async def send_image(self, image: Image) -> None:
        """Show a picture, or a frame of what a camera sees."""
        await saying.show(self._core, image)

    async def commit(self, *, respond: bool | None = None) -> None:
        """End the user's turn. See `RealtimeSession.commit`."""
        await self._core.do(lambda session: session.commit(respond))

    async def respond(self, *, instructions: str | None = None) -> None:
        """Ask for an answer; while one is made, the next is asked for at its end."""
        await self._core.do(lambda session: session.respond(instructions))

    async def cancel(self) -> None:
        """Stop the answer that is being made. See `RealtimeSession.cancel`."""
        await self._core.do(lambda session: session.cancel())

    async def truncate(self, item: str, played_ms: int, *, index: int = 0) -> None:
        """Tell how much of a spoken item was heard. See `RealtimeSession.truncate`."""
        await self._core.do(lambda session: session.truncate(item, index, played_ms))

    async def send_tool_result(self, call: ToolCalled | ToolCall | InvalidToolCall, value: Any, *, respond: bool | None = None) -> None:
        """Answer a call. See `RealtimeSession.send_tool_result`."""
        await saying.answer(self._core, call, value, respond)

    async def call_tool(self, call: ToolCalled | ToolCall | InvalidToolCall, *, respond: bool | None = None) -> ToolResult:
        """Call the function that the model asks for, and answer. See `RealtimeSession.call_tool`."""
        return await saying.run(self._core, call, respond)

    async def update(self, **options: Any) -> None:
        """Change settings of the running session. See `RealtimeSession.update`."""
        await saying.change(self._core, options)

    async def turn(self) -> Turn:
        """Read until the next answer is over, and return it as a whole."""
        events: list[RealtimeEvent] = []
        while (event := await self._core.next()) is not None:
            events.append(event)
            if isinstance(event, ResponseDone):
                break
        return folded(events)


class OpeningSession:
    """What `AsyncLLMKit.realtime` returns: `async with` it, or `await` it for the session."""

    def __init__(self, opening: Callable[[], Awaitable[SessionCore]]) -> None:
        self._opening = opening
        self._session: AsyncRealtimeSession | None = None

    async def _open(self) -> AsyncRealtimeSession:
        return AsyncRealtimeSession(await self._opening())

    def __await__(self) -> Generator[object, None, AsyncRealtimeSession]:
        return self._open().__await__()

    async def __aenter__(self) -> AsyncRealtimeSession:
        self._session = await self._open()
        return self._session

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._session is not None:
            await self._session.aclose()

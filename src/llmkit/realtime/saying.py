"""What both faces say in a session: checked here, written by the format, sent by the core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.realtime.asked import request_of
from llmkit.run.answering import Answering
from llmkit.run.settings import RunSettings
from llmkit.tools.results import result_of
from llmkit.types.parts import Image, Text, ToolCall, ToolResult
from llmkit.types.realtime import ToolCalled

if TYPE_CHECKING:
    from llmkit.realtime.core import SessionCore
    from llmkit.types.parts import InvalidToolCall

_ROLES = ("user", "assistant", "system")


async def say(core: SessionCore, text: str, role: str, respond: bool) -> None:
    """Say something in writing."""
    if not isinstance(text, str) or not text:
        raise InvalidRequest("There is no text to send.", parameter="text")
    if role not in _ROLES:
        raise InvalidRequest(f"role must be one of {', '.join(_ROLES)}, not {role!r}.", parameter="role")
    await core.do(lambda session: session.text(text, role, respond))
    core.totals.said += 1


async def speak(core: SessionCore, data: bytes) -> None:
    """Say something aloud."""
    if not isinstance(data, bytes | bytearray | memoryview) or not data:
        raise InvalidRequest("Sound is bytes, at least one.", parameter="data")
    await core.do(lambda session: session.audio(bytes(data)))


async def show(core: SessionCore, image: Image) -> None:
    """Show something."""
    if not isinstance(image, Image):
        raise InvalidRequest("image must be an Image.", parameter="image", hint="attach(path) makes one of a file.")
    await core.do(lambda session: session.image(image))


async def answer(core: SessionCore, call: ToolCall | InvalidToolCall | ToolCalled, value: Any, respond: bool | None) -> None:
    """Answer a call with what a tool returned."""
    wanted = call.call if isinstance(call, ToolCalled) else call
    result = result_of(value, wanted.id, wanted.name)
    words = _words(result)
    await core.do(lambda session: session.tool_result(wanted.id, wanted.name, words, respond))


async def run(core: SessionCore, event: ToolCalled | ToolCall | InvalidToolCall, respond: bool | None) -> ToolResult:
    """Call the function that the model asks for, and answer with what it returns or how it failed."""
    call = event.call if isinstance(event, ToolCalled) else event
    if core.tools is None or call.name not in core.tools.names():
        raise InvalidRequest(f"There is no tool {call.name!r} in this session.", parameter="call", hint="Use send_tool_result.")
    answering = Answering([call], core.tools, RunSettings(), core.call.runtime, (), 1)
    try:
        while await answering.next() is not None:
            pass
        results = answering.results
    finally:
        await answering.aclose()
    if not results:
        what = f"The tool {call.name!r} has no function, or waits for approval."
        raise InvalidRequest(what, parameter="call", hint="Use send_tool_result.")
    await answer(core, call, results[0], respond)
    return results[0]


async def change(core: SessionCore, options: dict[str, Any]) -> None:
    """Change settings of the running session."""
    fixed = [name for name in ("tools", "resume", "resumable", "timeout") if name in options]
    if fixed:
        raise InvalidRequest(f"{fixed[0]} cannot be changed in a running session.", parameter=fixed[0])
    request = request_of(core.request.model, options)
    await core.do(lambda session: session.update(request))


def _words(result: ToolResult) -> str:
    found = [part.text for part in result.content if isinstance(part, Text)]
    if len(found) < len(result.content):
        raise UnsupportedFeature("results of tools that are no text", where="A realtime session")
    return "\n".join(found)

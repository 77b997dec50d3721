"""A session as OpenAI and its relatives hold it; how the settings are said is each one's own."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from llmkit.dialects.arguments import tool_call
from llmkit.dialects.openai_chat.wire import Object, name_of, object_of, text_of
from llmkit.dialects.realtime.openai_events import READERS, common
from llmkit.dialects.realtime.words import closed, pieces
from llmkit.errors import InvalidRequest, ProviderError, UnsupportedFeature
from llmkit.types.asking import Place
from llmkit.types.parts import Image
from llmkit.types.realtime import RealtimeEvent, ToolCalled, Unknown
from llmkit.types.realtime_request import RealtimeRequest
from llmkit.types.tools import ServerTool, Tool, ToolChoice
from llmkit.types.warnings import Warning
from llmkit.types.websocket import Close

Settings = Callable[[RealtimeRequest, Place, list[Warning]], Object]
"""Says a request's settings as the `session` object."""


class OpenAISession:
    """The state: which calls are open, and whether an answer is being made, because there can only be one at a time."""

    def __init__(self, request: RealtimeRequest, place: Place, settings: Settings) -> None:
        self._request, self._place, self._settings = request, place, settings
        self.path = with_query(place.path, model=place.model)
        self.warnings: list[Warning] = []
        self._first: Object | None = settings(request, place, self.warnings)
        self.outgoing: list[dict[str, Any]] = []
        self.ready = False
        self.handle: str | None = None
        self._names: dict[str, str] = {}
        self._open: set[str] = set()
        self._told: set[str] = set()
        self._answering = self._confirmed = False
        self._wanted: Object | None = None

    def feed(self, message: dict[str, Any], raw: bytes, /) -> list[RealtimeEvent]:
        """Return what a message says."""
        kind, fields = text_of(message.get("type")), common(message, raw)
        if kind == "session.created" and self._first is not None:
            self.outgoing.append({"type": "session.update", "session": self._first})
            self._first = None
        elif kind == "session.updated":
            self.ready = True
        elif kind == "response.created":
            self._answering = self._confirmed = True
        events = self._calls(kind, message, fields)
        if (reader := READERS.get(kind)) is not None:
            events.append(reader(message, fields))
        elif not events:
            events.append(Unknown(kind=kind, **fields))
        if kind == "response.done" or (kind == "error" and self._answering and not self._confirmed):
            self._answered()
        return events

    def text(self, text: str, role: str, respond: bool, /) -> None:
        """Add a message to the conversation."""
        kind = "output_text" if role == "assistant" else "input_text"
        self._item({"type": "message", "role": role, "content": [{"type": kind, "text": text}]})
        if respond:
            self.respond(None)

    def audio(self, data: bytes, /) -> None:
        """Add sound to the input buffer."""
        self.outgoing += [{"type": "input_audio_buffer.append", "audio": piece} for piece in pieces(data)]

    def image(self, image: Image, /) -> None:
        """Add a picture to the conversation."""
        url = image.url or f"data:{image.media_type};base64,{b64encode(image.data or b'').decode()}"
        self._item({"type": "message", "role": "user", "content": [{"type": "input_image", "image_url": url}]})

    def commit(self, respond: bool | None, /) -> None:
        """Make the buffer a message."""
        self.outgoing.append({"type": "input_audio_buffer.commit"})
        turns = self._request.turns
        if respond or (respond is None and turns is not None and turns.kind == "manual"):
            self.respond(None)

    def respond(self, instructions: str | None, /) -> None:
        """Ask for an answer, behind the one that is being made."""
        wish: Object = {"type": "response.create"}
        if instructions is not None:
            wish["response"] = {"instructions": instructions}
        if self._answering:
            self._wanted = wish
            return
        self._answering, self._confirmed = True, False
        self.outgoing.append(wish)

    def cancel(self, /) -> None:
        """Stop the answer that is being made."""
        self.outgoing.append({"type": "response.cancel"})

    def truncate(self, item: str, index: int, played_ms: int, /) -> None:
        """Tell how much of a spoken item was heard."""
        self.outgoing.append({"type": "conversation.item.truncate", "item_id": item, "content_index": index, "audio_end_ms": played_ms})

    def tool_result(self, id: str, name: str, output: str, respond: bool | None, /) -> None:
        """Answer a call, and let the model go on when it has all answers."""
        self._item({"type": "function_call_output", "call_id": id, "output": output})
        self._open.discard(id)
        if respond or (respond is None and not self._open):
            self.respond(None)

    def update(self, request: RealtimeRequest, /) -> None:
        """Change settings."""
        self.outgoing.append({"type": "session.update", "session": self._settings(request, self._place, self.warnings)})

    def failure(self, close: Close, /) -> ProviderError | None:
        """Return what a close means."""
        return closed(close)

    def _item(self, item: Object) -> None:
        self.outgoing.append({"type": "conversation.item.create", "item": item})

    def _answered(self) -> None:
        """An answer is over, or was refused: what was asked for meanwhile is asked now."""
        self._answering = self._confirmed = False
        if self._wanted is not None:
            wish, self._wanted = self._wanted, None
            self._answering = True
            self.outgoing.append(wish)

    def _calls(self, kind: str, message: Object, fields: dict[str, Any]) -> list[RealtimeEvent]:
        """Return the call that is whole with this message; its name may have come before, with the item."""
        item = object_of(message.get("item"))
        holder = item if kind == "response.output_item.done" and item.get("type") == "function_call" else message
        if kind == "response.output_item.added" and item.get("type") == "function_call":
            self._names[text_of(item.get("id"))] = self._names[text_of(item.get("call_id"))] = text_of(item.get("name"))
        if kind != "response.function_call_arguments.done" and holder is message:
            return []
        id = text_of(holder.get("call_id"))
        if id in self._told:
            return []
        self._told.add(id)
        self._open.add(id)
        name = name_of(holder.get("name")) or self._names.get(id) or self._names.get(fields["item"] or "", "")
        return [ToolCalled(call=tool_call(id, name, text_of(holder.get("arguments"))), **fields)]


def with_query(path: str, **values: str) -> str:
    """Return `path` with further values in its query."""
    joint = "&" if "?" in path else "?"
    return path + joint + "&".join(f"{name}={quote(value, safe='')}" for name, value in values.items())


def tools_of(request: RealtimeRequest, place: Place, *, nested: bool = False) -> list[Object]:
    """Return the tools; `nested`: each function in an object of its own."""
    found: list[Object] = []
    for tool in request.tools:
        if isinstance(tool, ServerTool):
            found.append({"type": tool.name, **tool.config})
            continue
        function = _function(tool, place)
        found.append({"type": "function", "function": function} if nested else {"type": "function", **function})
    return found


def _function(tool: Tool, place: Place) -> Object:
    wire: Object = {"name": tool.name}
    if tool.description is not None:
        wire["description"] = tool.description
    wire["parameters"] = tool.parameters or {"type": "object", "properties": {}}
    return {**wire, **tool.options.get(place.provider, {})}


def choice_of(choice: ToolChoice) -> Any:
    """Return how the model must choose among the tools."""
    if not choice.names:
        return choice.mode
    if choice.mode == "required" and len(choice.names) == 1:
        return {"type": "function", "name": choice.names[0]}
    raise UnsupportedFeature("a choice among several tools", where="A realtime session")


def turns_of(request: RealtimeRequest, warnings: list[Warning]) -> Object | None:
    """Return the `turn_detection`; None: the user says where a turn ends."""
    turns = request.turns
    assert turns is not None
    if turns.kind == "manual":
        return None
    semantic = turns.kind == "semantic"
    wire: Object = {
        "type": "semantic_vad" if semantic else "server_vad",
        "create_response": turns.respond,
        "interrupt_response": turns.interrupt,
    }
    own: Object = {"eagerness": turns.eagerness}
    others: Object = {
        "threshold": turns.threshold,
        "prefix_padding_ms": turns.prefix_ms,
        "silence_duration_ms": turns.silence_ms,
        "idle_timeout_ms": turns.idle_ms,
    }
    wire |= own if semantic else others
    lost = [name for name, value in (others if semantic else own).items() if value is not None]
    if lost:
        warnings.append(Warning(kind="dropped", parameter="turns", detail=f"{', '.join(lost)} does not go with {turns.kind}."))
    return {name: value for name, value in wire.items() if value is not None}


def transcriber(request: RealtimeRequest, place: Place) -> Object | None:
    """Return how the user's words are written down; None: they are not."""
    wanted = request.transcription
    if wanted is False:
        return None
    usual = place.options.get("transcriber", "")
    model = wanted if isinstance(wanted, str) else usual
    if not model:
        raise InvalidRequest("The model that writes down is not known.", parameter="transcription", hint="Name it: transcription='...'.")
    return {"model": model, **({"language": request.language} if request.language else {})}


__all__ = ["OpenAISession", "choice_of", "tools_of", "transcriber", "turns_of", "with_query"]

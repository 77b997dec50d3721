"""Gemini's live sessions, at Google's own address and on Vertex AI."""

from __future__ import annotations

from base64 import b64encode
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from llmkit.dialects.gemini.errors import error
from llmkit.dialects.openai_chat.wire import Object, object_of
from llmkit.dialects.realtime.gemini_events import done, events_of, usage_in
from llmkit.dialects.realtime.gemini_settings import SPEECH_IN, settings
from llmkit.dialects.realtime.words import closed, pieces
from llmkit.errors import BadRequest, ProviderError, UnsupportedFeature
from llmkit.types.asking import Place
from llmkit.types.parts import Image
from llmkit.types.realtime import Interrupted, RealtimeEvent, ResponseStarted, SessionKept, ToolCalled, ToolCallsCancelled, Unknown
from llmkit.types.realtime_request import RealtimeRequest
from llmkit.types.usage import Usage
from llmkit.types.warnings import Warning
from llmkit.types.websocket import Close

__all__ = ["NAME", "error", "session"]

NAME = "gemini_realtime"
_ROLES = {"user": "user", "assistant": "model", "system": "user"}


def session(request: RealtimeRequest, place: Place) -> GeminiSession:
    """Return a fresh session."""
    return GeminiSession(request, place)


class GeminiSession:
    """The state: what of the running turn is not told yet, and whether the user is speaking."""

    def __init__(self, request: RealtimeRequest, place: Place) -> None:
        self.path = place.path
        self.warnings: list[Warning] = []
        self.outgoing: list[dict[str, Any]] = [{"setup": settings(request, place, self.warnings)}]
        self.ready = False
        self.handle: str | None = None
        self._model = place.model
        self._manual = request.turns is not None and request.turns.kind == "manual"
        self._rate = request.input_format.rate if request.input_format is not None else SPEECH_IN.rate
        self._speaking = self._answering = self._interrupted = False
        self._usage: Usage | None = None
        self._open: dict[str, Object | None] = {}
        # The newer models take text as input while a conversation runs, and turns only as its history (docs of Live API, 2026-11).
        self._as_input = any(fnmatchcase(place.model, one) for one in place.options.get("text_as_input", ()))

    def feed(self, message: dict[str, Any], raw: bytes, /) -> list[RealtimeEvent]:
        """Return what a message says."""
        found = events_of(message, raw, self._model)
        self._usage = usage_in(message) or self._usage
        called = [event for event in found if isinstance(event, ToolCalled)]
        for event in found:
            if isinstance(event, SessionKept):
                self.handle = event.handle or self.handle  # between two handles the last one holds
            elif isinstance(event, ToolCallsCancelled):
                self._open = {id: None for id in self._open if id not in event.ids}
            elif isinstance(event, Interrupted):
                self._interrupted = True
        self._open |= dict.fromkeys([event.call.id for event in called])
        self.ready = self.ready or "setupComplete" in message
        content = object_of(message.get("serverContent"))
        if ("modelTurn" in content or "outputTranscription" in content or called) and not self._answering:
            self._answering = True
            found.insert(0, ResponseStarted(raw=msgspec.Raw(raw)))
        if content.get("turnComplete"):
            found.append(done(message, self._usage, interrupted=self._interrupted, called=False, data=raw))
            self._answering, self._interrupted, self._usage = False, False, None
        return found or [Unknown(kind=next(iter(content or message), ""), raw=msgspec.Raw(raw))]

    def text(self, text: str, role: str, respond: bool, /) -> None:
        """Say something in writing."""
        if self._as_input and role == "user" and respond:
            self._input(text=text)
        else:
            turn = {"role": _ROLES[role], "parts": [{"text": text}]}
            self.outgoing.append({"clientContent": {"turns": [turn], "turnComplete": respond}})

    def audio(self, data: bytes, /) -> None:
        """Say something aloud; where turns are marked by hand, the first sound begins one."""
        self._begin()
        for piece in pieces(data):
            self._input(audio={"mimeType": f"audio/pcm;rate={self._rate}", "data": piece})

    def image(self, image: Image, /) -> None:
        """Show a frame."""
        if image.data is None:
            raise UnsupportedFeature("pictures by their address", where="A realtime session of this API", hint="Pass its bytes.")
        self._begin()
        self._input(video={"mimeType": image.media_type, "data": b64encode(image.data).decode()})

    def commit(self, respond: bool | None, /) -> None:
        """End the turn, or the sound where the server finds its end; the answer comes by itself."""
        if self._manual and self._speaking:
            self._speaking = False
            self._input(activityEnd={})
        elif not self._manual:
            self._input(audioStreamEnd=True)

    def respond(self, instructions: str | None, /) -> None:
        """Ask for an answer to what was said so far."""
        if instructions is not None:
            raise UnsupportedFeature("instructions for one answer", where="A realtime session of this API")
        self.outgoing.append({"clientContent": {"turnComplete": True}})

    def cancel(self, /) -> None:
        """Refuse: an answer is only stopped by what the user says."""
        raise UnsupportedFeature("stopping an answer", where="A realtime session of this API", hint="Send text or sound: it interrupts.")

    def truncate(self, item: str, index: int, played_ms: int, /) -> None:
        """Refuse: the API has no such message."""
        raise UnsupportedFeature("telling how much was heard", where="A realtime session of this API")

    def tool_result(self, id: str, name: str, output: str, respond: bool | None, /) -> None:
        """Answer a call: the model goes on by itself, so that answers are sent together when all are there."""
        self._open[id] = {"id": id, "name": name, "response": {"output": output}}
        if respond or (respond is None and all(self._open.values())):
            self.outgoing.append({"toolResponse": {"functionResponses": [one for one in self._open.values() if one is not None]}})
            self._open = {id: None for id, one in self._open.items() if one is None}

    def update(self, request: RealtimeRequest, /) -> None:
        """Refuse: the settings hold from the first message on."""
        raise UnsupportedFeature("new settings", where="A running session of this API", hint="Resume it with other ones.")

    def failure(self, close: Close, /) -> ProviderError | None:
        """Return what a close means; a wrong setup, model or key closes with 1007 or 1008 and says so in words."""
        found = closed(close)
        return BadRequest(found.message, code=found.code) if close.code == 1008 and found and "not found" in close.reason else found

    def _begin(self) -> None:
        if self._manual and not self._speaking:
            self._speaking = True
            self._input(activityStart={})

    def _input(self, **fields: Any) -> None:
        self.outgoing.append({"realtimeInput": fields})

"""Ask a model and show its answer."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import msgspec

from llmkit.cli.notices import after_answer
from llmkit.cli.painters import Painter, painter
from llmkit.client import LLMKit
from llmkit.types.events import Event, RefusalDelta
from llmkit.types.messages import Message
from llmkit.types.model import Model
from llmkit.types.parts import Part, Refusal, Text
from llmkit.types.responses import CompletionResponse

__all__ = ["Asking", "Interruption", "Show", "conversation"]


class Show(Model, frozen=True, kw_only=True):
    """How answers are shown."""

    as_json: bool = False
    stream_json: bool = False
    no_stream: bool = False
    raw: bool = False
    usage: bool = False


class Interruption(Exception):
    """The user pressed Ctrl-C during an answer; `partial` is what had come."""

    def __init__(self, partial: CompletionResponse | None) -> None:
        super().__init__("interrupted")
        self.partial = partial


class Asking:
    """A client with the options of the command line."""

    def __init__(self, kit: LLMKit, *, options: dict[str, Any], show: Show) -> None:
        self.kit = kit
        self.options = options
        self.show = show

    def once(self, model: str, system: str | None, parts: Sequence[Part]) -> None:
        """Answer one question in the form asked for."""
        messages = conversation(system, [Message.user(*parts)])
        if self.show.as_json:
            response = self.kit.complete(model, messages, **self.options)
            _write_json(response.to_dict())
        elif self.show.stream_json:
            with self.kit.stream(model, messages, **self.options) as stream:
                for event in stream:
                    _write_json(event)
            response = stream.response()
        else:
            response = self._answer_or_exit(model, messages)
        after_answer(response, usage=self.show.usage)

    def _answer_or_exit(self, model: str, messages: Sequence[Message]) -> CompletionResponse:
        try:
            return self.answer(model, messages)
        except Interruption:
            raise KeyboardInterrupt from None

    def answer(self, model: str, messages: Sequence[Message]) -> CompletionResponse:
        """Show the answer to `messages` and return it. Raises `Interruption` on Ctrl-C."""
        paint = painter(raw=self.show.raw)
        try:
            if not self.show.no_stream:
                return self._streamed(paint, model, messages)
            response = self.kit.complete(model, messages, **self.options)
            paint.feed("".join([part.text for part in response.content if isinstance(part, Text | Refusal)]))
            return response
        finally:
            paint.close()

    def _streamed(self, paint: Painter, model: str, messages: Sequence[Message]) -> CompletionResponse:
        partial: CompletionResponse | None = None
        try:
            with self.kit.stream(model, messages, **self.options) as stream:
                try:
                    for event in stream:
                        if words := _words(event):
                            paint.feed(words)
                    return stream.response()
                except KeyboardInterrupt:
                    partial = stream.partial
        except KeyboardInterrupt:
            pass  # Before the first event.
        raise Interruption(partial)


def conversation(system: str | None, messages: Sequence[Message]) -> list[Message]:
    """Return `messages` behind the instructions, if there are any."""
    return [Message.system(system), *messages] if system else list(messages)


def _words(event: Event) -> str:
    return event.refusal if isinstance(event, RefusalDelta) else event.text


def _write_json(value: object) -> None:
    sys.stdout.write(msgspec.json.encode(value).decode("utf-8") + "\n")
    sys.stdout.flush()

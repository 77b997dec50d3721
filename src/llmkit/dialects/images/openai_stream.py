"""Pictures of OpenAI's kind while they are drawn: the events of the stream, and what they come to."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.framed_decoder import FramedDecoder
from llmkit.dialects.images.answer import inline, text, whole
from llmkit.dialects.openai_chat.errors import error_in, error_of
from llmkit.errors import ProtocolError
from llmkit.framing.sse import ServerSentEvents
from llmkit.types.asking import Place
from llmkit.types.image import CompletedImage, ImageEvent, ImageRequest, ImageResponse, PartialImage
from llmkit.types.parts import Image
from llmkit.types.usage import Usage

LARGEST = 64 << 20
"""Bytes of one event: a picture of 4K as base64 is some 40 MiB."""


def decoder(request: ImageRequest, place: Place, /) -> ImageDecoder:
    """Return a fresh decoder."""
    return ImageDecoder(request)


class ImageDecoder(FramedDecoder):
    """`image_generation.*` and `image_edit.*` in, our events out; the stream has said all when as many pictures are done as asked for."""

    __slots__ = ("_left",)

    def __init__(self, request: ImageRequest) -> None:
        super().__init__(ServerSentEvents(max_event=LARGEST, max_line=LARGEST))
        self._left = request.n or 1

    def _take(self, frame: bytes, found: list[Any], /) -> None:
        if frame.strip() == b"[DONE]":
            self.done = self._started
            return
        event = _loaded(frame)
        kind = event.get("type")
        if kind == "error" or (not isinstance(kind, str) and error_in(event)):
            self.error = error_of(event.get("error") or event, event)
        elif isinstance(kind, str) and kind.endswith(".partial_image"):
            found.append(PartialImage(image=_image(event), index=whole(event.get("partial_image_index")) or 0))
            self._started = True
        elif isinstance(kind, str) and kind.endswith(".completed"):
            found.append(_completed(event))
            self._started = True
            self._left -= 1
            self.done = self._left == 0


def _completed(event: dict[str, Any]) -> CompletedImage:
    variant = "/".join([word for word in (text(event.get("quality")), text(event.get("size"))) if word])
    return CompletedImage(
        image=_image(event),
        revised_prompt=text(event.get("revised_prompt")),
        usage=usage_of(event.get("usage")),
        variant=variant,
    )


def _image(event: dict[str, Any]) -> Image:
    data = text(event.get("b64_json"))
    if data is None:
        raise ProtocolError("An event of the stream holds no picture.")
    kind = text(event.get("output_format"))
    return inline(data, None if kind is None else f"image/{kind}")


def _loaded(frame: bytes) -> dict[str, Any]:
    problem = ""
    event: Any = None
    try:
        event = msgspec.json.decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problem = str(error)
    if problem or not isinstance(event, dict):
        raise ProtocolError(f"An event of the stream is no JSON object: {problem or type(event).__name__}.")
    return event


def fold(events: list[ImageEvent]) -> ImageResponse:
    """Return the whole reply: the pictures that are done, with what they used together."""
    done = [event for event in events if isinstance(event, CompletedImage)]
    usages = [event.usage for event in done if event.usage is not None]
    return ImageResponse(
        images=tuple([event.image for event in done]),
        revised_prompts=tuple([event.revised_prompt for event in done]),
        seeds=(None,) * len(done),
        usage=_sum(usages) if usages else None,
        units={"image": float(len(done))} if done else {},
        variant=done[0].variant if done else "",
    )


def _sum(usages: list[Usage]) -> Usage:
    from llmkit.types.totals import total_usage

    return total_usage(usages) or usages[0]


def usage_of(wire: Any) -> Usage | None:
    """Return the tokens, of OpenAI's words for pictures or of those for conversations; None where none are told."""
    if not isinstance(wire, dict):
        return None
    read = _number(wire, "input_tokens", "prompt_tokens")
    made = _number(wire, "output_tokens", "completion_tokens")
    if read is None and made is None:
        return None
    given = wire.get("input_tokens_details") or wire.get("prompt_tokens_details") or {}
    done = wire.get("output_tokens_details") or wire.get("completion_tokens_details") or {}
    cached = min(_number(given, "cached_tokens") or 0, read or 0)
    drawn = _number(done, "image_tokens")
    written = 0 if drawn is None else max(0, (made or 0) - drawn)
    thought = min(_number(done, "reasoning_tokens") or 0, written)
    return Usage(
        uncached=(read or 0) - cached,
        cache_read=cached,
        input_image=_number(given, "image_tokens") or 0,
        output_image=(made or 0) if drawn is None else min(drawn, made or 0),
        output_text=written - thought,
        reasoning=thought,
        raw=msgspec.Raw(msgspec.json.encode(wire)),
    )


def _number(wire: Any, *names: str) -> int | None:
    values = [wire.get(name) for name in names] if isinstance(wire, dict) else []
    return next((value for value in values if isinstance(value, int) and not isinstance(value, bool) and value >= 0), None)

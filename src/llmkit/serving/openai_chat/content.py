"""Parse the content of a message into parts."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from llmkit.dialects.openai_chat.media import AUDIO_TYPES, bytes_of, place_of
from llmkit.dialects.openai_chat.reasoning import BLOCKS, reasoning_block
from llmkit.dialects.openai_chat.wire import raw
from llmkit.serving.openai_chat.reading import OURS, Object, a_text, an_object, invalid, mark_of, options_of, rest_of
from llmkit.types.parts import Audio, Document, Image, Media, Part, Refusal, Text, Unknown, Video

_TYPED = frozenset(
    {"type", "text", "image_url", "input_audio", "file", "video_url", "refusal", "document_url", "file_url", "cache_control"}
)
_ADDRESSES = ("document_url", "file_url")


def content(value: Any, path: str, *, spell: bool) -> tuple[Part, ...]:
    """Return the parts of `content`: text or a list of blocks.

    With `spell`, media keep their wire block as options: the encoder would put them elsewhere.
    """
    if value is None:
        return ()
    if isinstance(value, str):
        return (Text(text=value),)
    if not isinstance(value, list):
        invalid(path, "text or a list of blocks")
    return tuple([_block(item, f"{path}[{place}]", spell) for place, item in enumerate(value)])


def _block(block: Any, path: str, spell: bool) -> Part:
    if isinstance(block, str):
        return Text(text=block)
    wire = an_object(block, path)
    kind = wire.get("type")
    if kind == "text":
        part: Part = Text(text=a_text(wire.get("text"), f"{path}.text"))
    elif isinstance(kind, str) and kind in BLOCKS:
        return reasoning_block(wire, origin=OURS)
    elif kind == "refusal":
        part = Refusal(text=a_text(wire.get("refusal"), f"{path}.refusal"))
    else:
        media = _media(wire, kind, path)
        if media is None:
            return Unknown(kind=kind if isinstance(kind, str) and kind else "block", origin=OURS, native=raw(wire))
        part = media
    mark = mark_of(wire.get("cache_control"))
    if part.options or (spell and not isinstance(part, Text)):
        return part.replace(options=options_of(wire))
    more = rest_of(wire, _TYPED if mark is not None else _TYPED - {"cache_control"})
    more.update({key: wire[key] for key in _TYPED - {"type", "cache_control", kind} if key in wire})
    return part.replace(cache=mark, options=options_of(more)) if more or mark else part


def _media(wire: Object, kind: Any, path: str) -> Media | None:
    """Return the media of a block, with options where our own spelling would differ."""
    match kind:
        case "image_url":
            return _image(wire, path)
        case "video_url":
            place = wire.get("video_url")
            url = place.get("url") if isinstance(place, dict) else place
            if not isinstance(url, str):
                invalid(f"{path}.video_url", "an object with a url")
            exact = isinstance(place, dict) and place.keys() == {"url"}
            return Video(**place_of(url), options={} if exact else options_of(wire))
        case "input_audio":
            return _audio(wire, path)
        case "file":
            return _file(wire, path)
        case str() if kind in _ADDRESSES:
            place = wire.get(kind)
            url = place.get("url") if isinstance(place, dict) else place
            name = wire.get("document_name") or wire.get("file_name")
            return Document(
                **place_of(a_text(url, f"{path}.{kind}")), name=name if isinstance(name, str) else None, options=options_of(wire)
            )
    return None


def _image(wire: Object, path: str) -> Image:
    place = wire.get("image_url")
    if isinstance(place, str):
        return Image(**place_of(place))
    inner = an_object(place, f"{path}.image_url")
    url = a_text(inner.get("url"), f"{path}.image_url.url")
    detail = inner.get("detail")
    more = rest_of(inner, frozenset({"url", "detail"}))
    return Image(**place_of(url), detail=detail if isinstance(detail, str) else None, options=options_of(wire) if more else {})


def _audio(wire: Object, path: str) -> Audio:
    inner = wire.get("input_audio")
    if isinstance(inner, str):
        return Audio(**place_of(inner), options=options_of(wire))
    inner = an_object(inner, f"{path}.input_audio")
    text, form = a_text(inner.get("data"), f"{path}.input_audio.data"), inner.get("format")
    data = bytes_of(text)
    if data is None:
        return Audio(**place_of(text), options=options_of(wire))
    exact = inner.keys() == {"data", "format"} and isinstance(form, str) and b64encode(data).decode() == text
    kind = AUDIO_TYPES.get(form, f"audio/{form}") if isinstance(form, str) else None
    return Audio(data=data, media_type=kind, options={} if exact else options_of(wire))


def _file(wire: Object, path: str) -> Document:
    inner = an_object(wire.get("file"), f"{path}.file")
    file_id, name, text = inner.get("file_id"), inner.get("filename"), inner.get("file_data")
    if isinstance(file_id, str) and inner.keys() == {"file_id"}:
        return Document(file_id=file_id)
    title = name if isinstance(name, str) else None
    if isinstance(text, str):
        place = place_of(text)
        exact = "data" in place and title and inner.keys() == {"file_data", "filename"}
        return Document(**place, name=title, options={} if exact else options_of(wire))
    if isinstance(file_id, str):
        return Document(file_id=file_id, name=title, options=options_of(wire))
    invalid(f"{path}.file", "an object with file_data or file_id")

"""Contents of a client's message, or of a tool's result, into parts."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from llmkit.dialects.openai_chat.media import AUDIO_TYPES, bytes_of, place_of
from llmkit.dialects.openai_responses.citations import citation_of
from llmkit.serving.openai_chat.reading import Object, a_text, an_object, invalid
from llmkit.serving.openai_responses.reading import OURS, mark_of, native_of, options_of
from llmkit.types.parts import Audio, Document, Image, Part, Refusal, Text, Unknown

_WORDS = frozenset({"input_text", "output_text", "text"})


def parts_of(value: Any, path: str, role: str) -> tuple[Part, ...]:
    """Return the parts of a content: a text or a list."""
    if isinstance(value, str):
        return (Text(text=value),)
    if value is None:
        return ()
    if not isinstance(value, list):
        invalid(path, "text or a list of contents")
    return tuple([_part(block, f"{path}[{place}]", role) for place, block in enumerate(value)])


def _part(block: Any, path: str, role: str) -> Part:
    if isinstance(block, str):
        return Text(text=block)
    fields = {name: value for name, value in an_object(block, path).items() if value is not None}
    kind = fields.pop("type", None)
    mark = mark_of(fields.get("prompt_cache_breakpoint"))
    if mark is not None:
        del fields["prompt_cache_breakpoint"]
    part: Part | None = None
    if isinstance(kind, str) and kind in _WORDS:
        part = _text(fields, path)
    elif kind == "refusal":
        part = Refusal(text=a_text(fields.pop("refusal", ""), f"{path}.refusal"))
    elif kind == "input_image":
        part = _image(fields)
    elif kind == "input_file":
        part = _file(fields)
    elif kind == "input_audio":
        part = _audio(fields)
    if part is None:
        message = {"type": "message", "role": role, "content": [block]}
        return Unknown(kind=str(kind or ""), origin=OURS, native=native_of(message))
    rest = {**fields, "type": kind, **_said(part, str(kind))} if fields else {}
    return part.replace(cache=mark, options=options_of(rest if fields else {}))


def _said(part: Part, kind: str) -> Object:
    """Return the fields that a content with more than its part can say must name again, for its options are the whole content."""
    match part:
        case Text():
            return {"text": part.text}
        case Refusal():
            return {"refusal": part.text}
    return {}


def _text(fields: Object, path: str) -> Text:
    text = a_text(fields.pop("text", ""), f"{path}.text")
    notes = fields.get("annotations")
    cited = tuple([citation_of(note, OURS) for note in notes if isinstance(note, dict)]) if isinstance(notes, list) else ()
    return Text(text=text, citations=cited)


def _image(fields: Object) -> Image | None:
    detail = fields.pop("detail", None)
    address, file = fields.pop("image_url", None), fields.pop("file_id", None)
    if isinstance(address, dict):
        address = address.get("url")
    detail = detail if isinstance(detail, str) else None
    if isinstance(file, str) and file and not address:
        return Image(file_id=file, detail=detail)
    return Image(**place_of(address), detail=detail) if isinstance(address, str) and address else None


def _file(fields: Object) -> Document | None:
    name, data = fields.pop("filename", None), fields.pop("file_data", None)
    address, file = fields.pop("file_url", None), fields.pop("file_id", None)
    name = name if isinstance(name, str) else None
    if isinstance(file, str) and file:
        return Document(file_id=file, name=name)
    if isinstance(data, str) and data:
        return Document(**place_of(data), name=name)
    return Document(url=address, name=name) if isinstance(address, str) and address else None


def _audio(fields: Object) -> Audio | None:
    match fields.pop("input_audio", None):
        case {"data": str(data), "format": str(kind)} if bytes_of(data):
            return Audio(data=b64decode(data), media_type=AUDIO_TYPES.get(kind, f"audio/{kind}"))
    return None

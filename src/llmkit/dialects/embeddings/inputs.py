"""What is to be embedded, in the words of a wire: texts, or texts and media that become one vector."""

from __future__ import annotations

from base64 import b64encode

from llmkit.dialects.media_types import data_url, media_type_of
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.asking import Place
from llmkit.types.embedding import EmbeddingInput, EmbeddingRequest
from llmkit.types.parts import Image, Media, Part, Text


def texts_of(request: EmbeddingRequest, place: Place) -> list[str]:
    """Return each input as one text; texts that become one vector stand on lines of their own. Raises `UnsupportedFeature` for media."""
    return [text_of(item, place) for item in request.inputs]


def text_of(item: EmbeddingInput, place: Place) -> str:
    """Return one input as a text."""
    if isinstance(item, str):
        return item
    words = [part.text for part in item if isinstance(part, Text)]
    if len(words) < len(item):
        raise UnsupportedFeature("embedding anything but text", where=place.model or place.provider)
    return "\n".join(words)


def parts_of(item: EmbeddingInput) -> tuple[Part, ...]:
    """Return one input as parts."""
    return (Text(text=item),) if isinstance(item, str) else item


def single(item: EmbeddingInput, place: Place) -> Part:
    """Return the one part of an input. Raises `UnsupportedFeature` where several must become one vector."""
    parts = parts_of(item)
    if all(isinstance(part, Text) for part in parts):
        return Text(text=text_of(item, place))
    if len(parts) > 1:
        raise UnsupportedFeature("one vector of several parts", where=place.model, hint="Give text and picture as inputs of their own.")
    return parts[0]


def only_images(part: Part, place: Place) -> Image:
    """Return `part`, a picture. Raises `UnsupportedFeature` for sound, films and documents."""
    if not isinstance(part, Image):
        raise UnsupportedFeature(f"embedding of {type(part).__name__.lower()}", where=place.model)
    return part


def content_of(part: Media, place: Place) -> tuple[str, bytes]:
    """Return the media type and the bytes. Raises `UnsupportedFeature` for an address or a file id, which this host does not look up."""
    inline = None if part.url is None else data_url(part.url)
    data = inline[1] if inline is not None else part.data
    if data is None:
        raise UnsupportedFeature("media by address", where=place.provider, hint="Pass the bytes: kit.fetch(part) brings them.")
    kind = part.media_type or (inline[0] if inline is not None else None) or media_type_of(data)
    if not kind:
        raise InvalidRequest("What kind of media the bytes are is not known.", parameter="inputs", hint="Give media_type='image/png'.")
    return kind, data


def base64_of(part: Media, place: Place) -> str:
    """Return the bytes in base64."""
    return b64encode(content_of(part, place)[1]).decode()


def address_of(part: Media, place: Place) -> str:
    """Return the address of the media: its own, or one that holds the bytes."""
    if part.url is not None:
        return part.url
    kind, data = content_of(part, place)
    return f"data:{kind};base64,{b64encode(data).decode()}"

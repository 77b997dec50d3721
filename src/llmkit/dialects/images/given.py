"""Pictures that are given, in the forms that formats take: base64, an address, a file of a form."""

from __future__ import annotations

from base64 import b64encode

from llmkit.dialects.media_types import data_url, media_type_of
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.asking import FormFile, Place
from llmkit.types.parts import Image

_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}


def bytes_of(image: Image, place: Place) -> tuple[bytes, str]:
    """Return the bytes and their media type. Raises `UnsupportedFeature` for a picture that is elsewhere."""
    data, kind = image.data, image.media_type
    if data is None and image.url is not None and (found := data_url(image.url)) is not None:
        kind, data = found[0] or kind, found[1]
    if data is None:
        raise UnsupportedFeature("images by address", where=place.provider, hint="Fetch it first: kit.fetch(Image(url=...)).")
    if not data:
        raise InvalidRequest("A given image is empty.", parameter="images")
    return data, media_type_of(data) or kind or "application/octet-stream"


def base64_of(image: Image, place: Place) -> str:
    """Return the bytes as base64."""
    return b64encode(bytes_of(image, place)[0]).decode()


def address_of(image: Image, place: Place) -> str:
    """Return the picture's address: its own, or a `data:` one with its bytes."""
    if image.url is not None:
        return image.url
    data, kind = bytes_of(image, place)
    return f"data:{kind};base64,{b64encode(data).decode()}"


def file_of(image: Image, place: Place, name: str = "image") -> FormFile:
    """Return the picture as a file of a form, under a name of ours."""
    data, kind = bytes_of(image, place)
    return FormFile(data=data, media_type=kind, filename=f"{name}.{_ENDINGS.get(kind, 'bin')}")

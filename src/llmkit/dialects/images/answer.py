"""From the wire to pictures: JSON of any shape read with care, pictures as parts, and an error where there are none."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Sequence
from typing import Any

import msgspec

from llmkit.dialects.media_types import data_url, media_type_of
from llmkit.dialects.openai_chat.errors import error_in, error_of
from llmkit.errors import ContentFiltered, ProtocolError
from llmkit.types.asking import Answer
from llmkit.types.image import ImageRequest, ImageResponse
from llmkit.types.parts import Image

LARGEST = 256 << 20
"""Bytes of an answer that holds the pictures themselves: ten of 4K as base64."""


class Made(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One picture of an answer, and what is told of it."""

    image: Image
    prompt: str | None = None
    seed: int | None = None


def body_of(answer: Answer) -> dict[str, Any]:
    """Return the object that the answer is. Raises `ProtocolError` where it is none."""
    problem = ""
    found: Any = None
    try:
        found = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        problem = str(error)
    if problem or not isinstance(found, dict):
        raise ProtocolError(f"The answer is no JSON object: {problem or type(found).__name__}.")
    return found


def at(value: Any, *path: str | int) -> Any:
    """Return what is at `path` in raw JSON; None where there is nothing."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            value = value[step] if isinstance(value, list) and -len(value) <= step < len(value) else None
    return value


def objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects in a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: Any) -> str | None:
    """Return a text that says something, else None."""
    return value if isinstance(value, str) and value else None


def whole(value: Any) -> int | None:
    """Return a whole number, also one that is written as text; else None."""
    if isinstance(value, str) and value.isdecimal() and len(value) < 20:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def inline(base64: str, kind: str | None = None) -> Image:
    """Return the picture that is in the answer itself. Raises `ProtocolError` where it is no base64."""
    if base64[:5].lower() == "data:":
        return linked(base64, kind)
    problem = ""
    data = b""
    try:
        data = b64decode(base64, validate=True)
    except (NotBase64, ValueError) as error:
        problem = str(error)
    if problem or not data:
        raise ProtocolError(f"A picture of the answer is no base64: {problem or 'it is empty'}.")
    return whole_picture(data, kind)


def linked(url: str, kind: str | None = None) -> Image:
    """Return the picture that the answer points to, or that is in its `data:` address."""
    if url[:5].lower() == "data:":
        found = data_url(url)
        if found is None or not found[1]:
            raise ProtocolError("A picture of the answer is in a `data:` address that cannot be read.")
        return whole_picture(found[1], found[0] or kind)
    return Image(url=url, media_type=kind)


def whole_picture(data: bytes, kind: str | None = None) -> Image:
    """Return the picture of which the answer has the bytes; what they are they say themselves."""
    return Image(data=data, media_type=media_type_of(data) or kind)


def reply_of(
    made: Sequence[Made], answer: Answer, *, body: dict[str, Any] | None = None, blocked: Sequence[str] = (), **told: Any
) -> ImageResponse:
    """Return the reply with the pictures.

    Raises `ContentFiltered` where the filter left none, the error that the answer reports in their place, else `ProtocolError`.
    """
    if not made:
        if blocked:
            raise ContentFiltered(f"The provider's filter left no picture: {blocked[0]}.", status=answer.status)
        found = error_in(body or {})
        raise error_of(found, body or {}) if found else ProtocolError("The answer holds no picture.")
    json = answer.media_type in ("application/json", "")
    units = told.pop("units", {"image": float(len(made))})
    return ImageResponse(
        images=tuple([one.image for one in made]),
        revised_prompts=tuple([one.prompt for one in made]),
        seeds=tuple([one.seed for one in made]),
        blocked=tuple(blocked),
        units=units,
        raw=msgspec.Raw(answer.body) if json else ImageResponse().raw,
        **told,
    )


def variant_of(request: ImageRequest) -> str:
    """Return what the price of a picture goes by, as it was asked for: quality and size."""
    words = (request.quality, request.size or request.resolution)
    return "/".join([word for word in words if word and word != "auto"])

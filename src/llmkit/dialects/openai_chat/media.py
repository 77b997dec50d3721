"""Pictures and sound between our parts and `data:` addresses."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from typing import Any

from llmkit.dialects.media_types import data_url, media_type_of
from llmkit.dialects.openai_chat.wire import Object, name_of, object_of, text_of
from llmkit.types.parts import Audio, Image, Provenance

AUDIO_FORMATS = {
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/wave": "wav",
    "audio/mpeg": "mp3",
    "audio/mp3": "mp3",
    "audio/mp4": "m4a",
    "audio/x-m4a": "m4a",
    "audio/pcm": "pcm16",
}
AUDIO_TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg", "m4a": "audio/mp4", "pcm16": "audio/pcm"}


def address_of(data: bytes, media_type: str) -> str:
    """Return `data` as a `data:` address."""
    return f"data:{media_type};base64,{b64encode(data).decode()}"


def place_of(address: str) -> dict[str, Any]:
    """Return the media fields that say `address`: bytes for a `data:` address that we would write the same way, else a URL."""
    found = data_url(address)
    if found is not None and found[0] and found[1] and address_of(found[1], found[0]) == address:
        return {"data": found[1], "media_type": found[0]}
    return {"url": address}


def bytes_of(text: str) -> bytes | None:
    """Return what base64 text says, None where it is not base64."""
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError):
        return None


def image_of(block: Object, *, origin: Provenance | None) -> Image | None:
    """Return the picture in an `image_url` block, None where there is none."""
    place = block.get("image_url")
    address = text_of(place) or text_of(object_of(place).get("url"))
    detail = name_of(object_of(place).get("detail"))
    return Image(**place_of(address), detail=detail, origin=origin) if address else None


def audio_of(wire: Object, *, origin: Provenance | None) -> Audio | None:
    """Return the sound that a message's `audio` field holds, None where it says nothing."""
    name, transcript, data = name_of(wire.get("id")), text_of(wire.get("transcript")), bytes_of(text_of(wire.get("data")))
    if not name and not transcript and not data:
        return None
    return Audio(id=name, transcript=transcript or None, data=data or None, media_type=media_type_of(data) if data else None, origin=origin)

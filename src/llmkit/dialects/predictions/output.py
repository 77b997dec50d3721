"""The output of a prediction into parts: words in pieces, addresses of media, objects of the model's own making."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.gemini.content import media_class
from llmkit.dialects.media_types import data_url
from llmkit.types.parts import Part, Provenance, Text, Unknown

_TYPES = {
    "flac": "audio/flac",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "png": "image/png",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webp": "image/webp",
}


def output_parts(output: Any, native: msgspec.Raw, origin: Provenance) -> tuple[Part, ...]:
    """Return the parts of an output. A list of texts is one text in pieces, unless each of them is the address of a medium."""
    if output is None:
        return ()
    items = output if isinstance(output, list) else [output]
    if all(isinstance(item, str) for item in items):
        media = [media_part(item, origin) for item in items]
        found = [part for part in media if part is not None]
        if items and len(found) == len(items):
            return tuple(found)
        text = "".join(items)
        return (Text(text=text, origin=origin),) if text else ()
    if (words := _worker_words(items)) is not None:
        return (Text(text=words, origin=origin, native=native),)
    return (Unknown(kind="output", origin=origin, native=native),)


def media_part(text: str, origin: Provenance) -> Part | None:
    """Return the medium at an address, None where `text` is none."""
    if (found := data_url(text)) is not None:
        return media_class(found[0])(data=found[1], media_type=found[0], origin=origin)
    if not text.startswith("https://") or any(letter.isspace() for letter in text):
        return None
    media_type = _TYPES.get(text.partition("?")[0].rpartition(".")[2].lower())
    return None if media_type is None else media_class(media_type)(url=text, media_type=media_type, origin=origin)


def _worker_words(items: list[Any]) -> str | None:
    """Return the words in the output of a text-generation worker: `[{"choices": [{"tokens": [...]}]}]`, None for any other object."""
    words: list[str] = []
    for item in items:
        choices = item.get("choices") if isinstance(item, dict) else None
        first = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(first, dict):
            return None
        tokens, text = first.get("tokens"), first.get("text")
        if isinstance(tokens, list) and all(isinstance(token, str) for token in tokens):
            words += tokens
        elif isinstance(text, str):
            words.append(text)
        else:
            return None
    return "".join(words) if words else None

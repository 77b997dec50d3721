"""How many tokens a request has, by `:countTokens`."""

from __future__ import annotations

import re
from urllib.parse import unquote

from llmkit.dialects.counted import counted
from llmkit.types.dialect import Encoded

OWN_PLACE = True
_METHOD = ":generateContent"
_OWN = re.compile(r"/((?:models|tunedModels)/[^/:]+):generateContent$")
"""The path of a model of the Gemini API itself; publishers' models and endpoints have longer names."""
_TAKEN = frozenset({"systemInstruction", "tools", "generationConfig", "contents"})
"""What publishers' models take beside the contents (vendor's SDK 3.4, 2026-11)."""


def count_path(path: str, /) -> str | None:
    """Return where a request to `path` is counted."""
    return path.removesuffix(_METHOD) + ":countTokens" if path.endswith(_METHOD) else None


def encode_count(encoded: Encoded, /, *, model: str) -> Encoded:
    """Return the question how many tokens `encoded` is.

    The Gemini API takes the whole request in a field, with the model's name in it: contents alone leave instruction and tools out.
    Elsewhere these stand beside the contents.
    """
    own = _OWN.match(encoded.path)
    if own is not None:
        body = {"generateContentRequest": {"model": unquote(own[1]), **encoded.body}}
    else:
        body = {name: value for name, value in encoded.body.items() if name in _TAKEN}
    return Encoded(path=encoded.path, body=body, headers=encoded.headers)


def decode_count(body: bytes, /) -> int:
    """Return the number of tokens. Raises `ProtocolError` for other bytes."""
    return counted(body, ("totalTokens",))

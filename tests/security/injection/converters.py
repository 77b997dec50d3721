"""Attacks written in other ways, as tools that attack write them."""

from __future__ import annotations

import base64
import codecs
from collections.abc import Callable
from urllib.parse import quote

_LOOK = str.maketrans("aceiopxy", "асеіорху")
_DIGITS = str.maketrans("aeiost", "431057")

CONVERTERS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "percent signs": lambda text: quote(text, safe=""),
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "backwards": lambda text: text[::-1],
    "digits for letters": lambda text: text.translate(_DIGITS),
    "look-alike letters": lambda text: text.translate(_LOOK),
    "invisible characters": lambda text: "\u200b".join(text),
    "letters apart": lambda text: "  ".join(" ".join(word) for word in text.split()),
    "upper case": str.upper,
    "words broken": lambda text: " ".join(f"{word[:2]}-{word[2:]}" if len(word) > 4 else word for word in text.split()),
}

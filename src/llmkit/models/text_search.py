"""How well a text fits the names of a model."""

from __future__ import annotations

import re

from llmkit.errors import InvalidRequest
from llmkit.types.model_info import ModelInfo


def words(text: str | None) -> list[str]:
    """Return the words to look for. Raises `InvalidRequest`."""
    if text is not None and not isinstance(text, str):
        raise InvalidRequest(f"The text to look for must be text, not {text!r}.", parameter="text")
    return text.casefold().split() if text else []


def rank(info: ModelInfo, words: list[str]) -> int | None:
    """Return 0 for the whole of a name, 1 for its beginning, 2 for a word, 3 for a part, 4 for words in any order, None for none."""
    ids = (f"{info.provider}/{info.id}".casefold(), info.id.casefold(), info.id.rpartition("/")[2].casefold())
    names = (*ids, info.name.casefold(), *[alias.casefold() for alias in info.aliases])
    every = "\n".join(names)
    for word in words:
        if word not in every:
            return None
    text = " ".join(words)
    if text in names:
        return 0
    if any(name.startswith(text) for name in names):
        return 1
    if text not in every:
        return 4
    return 2 if re.search(rf"(?<![a-z0-9]){re.escape(text)}(?![a-z0-9])", every) else 3

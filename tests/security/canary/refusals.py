"""Keys that nobody can send, by the hundred thousand: what is shown of each when it is refused."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from random import Random

from llmkit import LLMKit
from llmkit.errors import ConfigurationError
from tests.security.canary.frames import trimmed
from tests.security.canary.needle import runs_of

SPOILERS = "\n\r\0\t \x7f\x1b\u00a0\u200b\u200d\ufeff\u2028\u202e\u00e9\u0430\uff33\U0001f511\ud800"
_ASCII = "".join(map(chr, range(33, 127)))
_PLANES = ((0, 0x80), (0x80, 0x800), (0x800, 0xD800), (0xD800, 0xE000), (0xE000, 0x10000), (0x10000, 0x110000))
_CONSTRUCTED = 5
"""Of so many keys one goes through a whole client, and the others to where all of them are read."""


def keys(count: int, seed: int = 0) -> Iterator[str]:
    """Yield keys of 12 to 60 letters: good ones with a bad letter somewhere, and anything that Unicode has."""
    random = Random(seed)
    for number in range(count):
        length = random.randint(12, 60)
        if number % 2:
            text = random.choices(_ASCII, k=length)
            text[random.randrange(length)] = random.choice(SPOILERS)
        else:
            text = [chr(random.randrange(*random.choice(_PLANES))) for _ in range(length)]
            text[random.randrange(length)] = random.choice(SPOILERS)
        yield "".join(text)


def shown(key: str, *, whole: bool) -> str:
    """Return all that a refusal shows, variables included; nothing where the key was taken."""
    try:
        _give(key, whole=whole)
    except (ConfigurationError, UnicodeError) as error:
        trimmed(error)
        told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
        return f"{told}{error!r}{error.args!r}{vars(error)!r}{error.__cause__!r}{error.__context__!r}"
    return ""


def _give(key: str, *, whole: bool) -> None:
    from llmkit.auth.secret import Secret

    if whole:
        LLMKit(keys={"openai": key}).close()
    else:
        Secret(key)


def leaking(key: str, text: str, known: str) -> str:
    """Return eight letters of the key that stand in the text, as they are or escaped, and not in `known`, what is shown of any key."""
    for way in (str, repr, ascii):
        part = runs_of(way(key)[1:-1] if way is not str else key, [text])
        if part and part not in known:
            return part
    return ""


def found(count: int, seed: int = 0) -> tuple[int, list[str]]:
    """Return how many of so many keys were refused, and those that showed."""
    known = {whole: shown("?" * 11 + "\n", whole=whole) for whole in (True, False)}
    refused, leaks = 0, []
    for number, key in enumerate(keys(count, seed)):
        whole = number % _CONSTRUCTED == 0
        text = shown(key, whole=whole)
        refused += bool(text)
        if text and leaking(key, text, known[whole]):
            leaks.append(ascii(key))
    return refused, leaks

"""Keys: whatever is passed for one, no message shows it; whatever text it stands in, nothing of it is left after masking."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import cache

from llmkit.auth.secret import Secret
from llmkit.dialects.error_text import LIMIT, error_text
from llmkit.errors import ConfigurationError
from tests.security.fuzz.target import Target, hold

_KEYS = (b"sk-canary-0123456789abcdef", b"sk-a\n", b"\xef\xbb\xbfsk-a", b"'sk-b'", b"", b"Bearer x", b"AIzaSyA-0123456789")
_CANARY = "canaryZ9y8X7w6"
_SHAPES = (
    "sk-{}", "sk-proj-{}", "Bearer {}", "?key={}&x=1", "gsk_{}", "xai-{}", "hf_{}", "AIza{}", "eyJ{}.a.b", "pplx-{}", "nvapi-{}", "r8_{}",
)  # fmt: skip


def targets() -> Iterator[Target]:
    """Return what makes keys of texts, what masks one key, and what masks whatever looks like one."""
    words = (b"\n", b"\r", b"\x00", b"\xc2\xa0", b"\xe2\x80\x8b", b" ", b'"', b"sk-", b"Bearer ", b"\x7f")
    yield Target(name="secret", run=_secret, seeds=lambda: _KEYS, words=lambda: words, longest=9000)
    masked = (b"0Incorrect API key provided: ", b'3{"error":"key=", ', b"7Authorization: ")
    yield Target(name="secret.scrub", run=_scrubbed, seeds=lambda: masked, words=lambda: (*words, b"canary", b"****", b"key"), longest=1200)


@cache
def _refusals() -> frozenset[str]:
    """Return what is said of texts that cannot be keys: nothing of the text."""
    found: list[str] = []
    for text in ("", "a b", "\u00e9", "x" * 9000):
        try:
            Secret(text)
        except ConfigurationError as error:
            found.append(str(error))
    return frozenset(found)


def _secret(data: bytes) -> Hashable:
    text = data.decode("utf-8", "surrogateescape")
    try:
        secret = Secret(text)
    except ConfigurationError as error:
        hold(str(error) in _refusals(), "the message depends on the key")
        hold(error.__context__ is None and error.__cause__ is None, "the error leads back to the key")
        raise
    hold(secret.reveal() == text and text.isascii() and text.isprintable() and " " not in text, "a key that is none for a header")
    shown = f"{secret} {secret!r} {secret:>40} {vars(type(secret)).get('__dict__')} {dir(secret)}"
    hold(len(text) < 8 or text not in shown, "the key is shown")
    hold(text not in secret.scrub(f"a{text}b{text}{text}") or text in "****ab", "the key is left in a text")
    return len(text) > 100, text[:3]


def _scrubbed(data: bytes) -> Hashable:
    text = data.decode("utf-8", "replace")
    shape = _SHAPES[ord(text[0]) % len(_SHAPES)] if text else _SHAPES[0]
    before, _, after = text[1:].partition("|")
    key = shape.format(_CANARY)
    shown = error_text(f"{before} {key} {after}")
    hold(len(shown) <= LIMIT, "the text has no bound")
    hold(not any(_CANARY[place : place + 8] in shown for place in range(len(_CANARY) - 7)) or _CANARY in before + after, "a key is shown")
    hold(error_text(data) == error_text(data), "masking is no function")
    return shape, "***" in shown, len(shown) == LIMIT

"""Put together what is asked: words, standard input, attachments."""

from __future__ import annotations

import sys

from llmkit.cli.attachments import attachment, stdin_bytes
from llmkit.errors import InvalidRequest
from llmkit.types.parts import Part, Text

__all__ = ["question", "wants_conversation"]


def wants_conversation(prompt: tuple[str, ...], *, structured: bool) -> bool:
    """Return whether to talk instead of answering once: nothing is asked, and a person sits at both ends."""
    return not prompt and not structured and sys.stdin.isatty() and sys.stdout.isatty()


def question(prompt: tuple[str, ...], attachments: tuple[str, ...], *, read_stdin: bool) -> list[Part]:
    """Return the parts of the question. Standard input that is no terminal comes before the prompt; attached, it is used up."""
    parts = [attachment(name) for name in attachments]
    words = " ".join(prompt)
    if any("\ud800" <= char <= "\udfff" for char in words):
        raise InvalidRequest("The prompt is not UTF-8.", parameter="prompt")
    # At a terminal it is read only where nothing else is asked: `llmkit chat > answer.txt`.
    if read_stdin and (not sys.stdin.isatty() or not (words or parts)):
        piped = _stdin_text()
        words = f"{piped.rstrip()}\n\n{words}" if piped.strip() and words else words or piped
    return [*parts, Text(text=words)] if words.strip() else parts


def _stdin_text() -> str:
    data = stdin_bytes()
    place = 0
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = error.start
    raise InvalidRequest(
        f"Standard input is not UTF-8 text (byte {place:,}).", parameter="stdin", hint="Attach other data with -a -, or convert it first."
    )
